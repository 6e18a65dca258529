/// Covariances of the last two seconds in pieces of 128 ms, so that a wake word's span can be looked up when the word is
/// recognised, a little after its end. Takes its memory when made.
final class SpeechMemory {
    /// Hops in one piece.
    static let hopsPerPiece = 8
    /// Pieces remembered.
    static let pieceCount = 16
    private let size: Int
    private let pieces: Lanes
    private var piece = 0
    private var hopInPiece = 0

    /// - Parameter size: lanes of one covariance field.
    init(size: Int) {
        self.size = size
        pieces = Lanes(count: size * Self.pieceCount)
    }

    /// Forgets everything.
    func clear() { pieces.fill(.zero) }

    /// The piece that is being filled.
    var current: UnsafeMutablePointer<Lane> { pieces.base + piece * size }

    /// Ends a hop; at the end of a piece the oldest one is emptied and filled next.
    func advance() {
        hopInPiece += 1
        guard hopInPiece == Self.hopsPerPiece else { return }
        hopInPiece = 0
        piece = (piece + 1) % Self.pieceCount
        current.update(repeating: .zero, count: size)
    }

    /// Sums the pieces that touch a span into `result`, `size` lanes.
    ///
    /// - Parameters:
    ///   - hopsAgo: hops from the span's first and last hop to now, from 0.
    /// - Returns: hops that were summed; 0 if the span is no longer remembered.
    func sum(hopsAgo: ClosedRange<Int>, into result: UnsafeMutablePointer<Lane>) -> Int {
        result.update(repeating: .zero, count: size)
        var count = 0
        for age in 0..<Self.pieceCount {
            // Hops ago that this piece covers; the current one is not full.
            let newest = age == 0 ? 0 : hopInPiece + (age - 1) * Self.hopsPerPiece
            let oldest = hopInPiece + age * Self.hopsPerPiece - 1
            guard oldest >= newest, newest <= hopsAgo.upperBound, oldest >= hopsAgo.lowerBound else {
                continue
            }
            let from = pieces.base + ((piece - age + Self.pieceCount) % Self.pieceCount) * size
            for index in 0..<size { result[index] += from[index] }
            count += oldest - newest + 1
        }
        return count
    }
}
