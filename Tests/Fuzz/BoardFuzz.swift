import RelayAudio
import RelayBoard

/// libFuzzer's entry: a board's file. What is accepted must be within its limits; what is refused must say why. See
/// tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzBoard(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(BoardError) {
        let settings = try BoardReader.board(bytes, path: "board.json").frontEnd
        precondition((1...32).contains(settings.channelCount) && (1...8).contains(settings.microphones.count))
        precondition(settings.microphones.allSatisfy { $0.channel < settings.channelCount })
        precondition(settings.stages.contains(.direction) ? settings.geometry != nil : true)
        let alone = settings.withMicrophonesOnly().with(reference: .none)
        precondition(alone.channelCount == settings.microphones.count && !alone.stages.contains(.echo))
    } catch {
        precondition(!error.problems.isEmpty && error.problems.allSatisfy { !$0.isEmpty && $0.utf8.count < 1_000 })
    }
    return 0
}
