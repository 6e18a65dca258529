import RelayAudio
import RelayBoard
import RelayDSP

/// libFuzzer's entry: a board's file, a theme of its ring, a mask network. What is accepted must be within its limits; what is refused must say why. See
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
        precondition(
            !error.problems.isEmpty && error.problems.allSatisfy { !$0.isEmpty && $0.utf8.count < 1_000 })
    }
    do throws(BoardError) {
        let theme = try ThemeReader.theme(bytes, path: "theme.json")
        precondition(theme.patterns.values.allSatisfy { $0.layers.count <= 8 })
    } catch {
        precondition(!error.problems.isEmpty && error.problems.allSatisfy { !$0.isEmpty })
    }
    do throws(MaskModelError) {
        _ = try MaskModel(bytes)
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
