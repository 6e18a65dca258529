/// Cuts spoken sound into pieces for the pipe and leaves out the silence before its first word.
///
/// A value for one text and one thread; 16 kHz mono. It holds less than one piece.
package struct SoundCutter: Sendable {
    /// Samples of a piece: 40 ms, two packets of the relay's sound.
    package static let pieceSampleCount = 640
    /// Louder is no silence any more: -50 dBFS. The voice's own breath before a word stays below -54.
    private static let silenceLevel: Int16 = 100
    /// Silence kept, so that the first sound does not begin with a click: 10 ms.
    private static let keptSilenceSampleCount = 160

    private var hasBegun = false
    private var held: [Int16] = []

    package init() {}

    /// Takes sound and gives the whole pieces that are ready, in order.
    package mutating func take(_ samples: some Sequence<Int16>) -> [[Int16]] {
        held.append(contentsOf: samples)
        if !hasBegun {
            // The magnitude of -32,768 does not fit an Int16.
            let first = held.firstIndex { $0.magnitude > Self.silenceLevel }
            let silence = first ?? held.count
            held.removeFirst(max(0, silence - Self.keptSilenceSampleCount))
            guard first != nil else { return [] }
            hasBegun = true
        }
        var pieces: [[Int16]] = []
        var start = 0
        while held.count - start >= Self.pieceSampleCount {
            pieces.append(Array(held[start..<start + Self.pieceSampleCount]))
            start += Self.pieceSampleCount
        }
        held.removeFirst(start)
        return pieces
    }

    /// The shorter piece at the end, if any.
    package mutating func finish() -> [Int16]? {
        defer { (held, hasBegun) = ([], false) }
        return hasBegun && !held.isEmpty ? held : nil
    }
}
