import LoqaSettings

private let room = Setting.text("room", default: "Hall", "A text.")
private let channels = Setting.integer("capture-channels", in: 1...8, default: 1, "An integer.")
private let map = Setting.integers("capture-map", in: 0...7, counts: 1...8, default: [0], "A list.")
private let window = Setting.duration(
    "window", in: .zero ... .seconds(9), default: .seconds(2), "A duration.")
private let colour = Setting.flag("colour", default: true, "A flag.")
private let token = Setting.text("token", default: "none", "A secret.").secret
private let program = SettingsProgram("fuzz", version: "0", "", [room, channels, map, window, colour, token])

/// libFuzzer's entry: a file, and after a zero byte the arguments, one a line. What is accepted must be in range
/// and must survive its own listing. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzSettings(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: count)
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let arguments =
        parts.count < 2 ? [] : parts[1].split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    let file = SettingsFile(name: "fuzz.conf", bytes: parts.isEmpty ? [] : Array(parts[0]))
    do throws(SettingsError) {
        let settings = try program.settings(file: file, invocation: program.invocation(arguments))
        precondition((1...8).contains(settings[channels]) && settings[window] <= .seconds(9))
        let listing = SettingsFile(name: "again", bytes: Array(settings.listing.utf8))
        let again = try program.settings(file: listing, invocation: program.invocation([]))
        precondition(again[room] == settings[room] && again[map] == settings[map])
        precondition(again[window] == settings[window] && again[colour] == settings[colour])
    } catch {
        precondition(
            !error.problems.isEmpty
                && !error.problems.contains { $0.origin?.description.hasPrefix("again") ?? false })
    }
    return 0
}
