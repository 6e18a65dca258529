package import LoqaBase

/// The last six seconds heard, so that a wake word found late, or while the link was broken, can still be sent from its
/// beginning.
///
/// Addressed by position in the capture stream. A gap in the stream is kept as silence, so positions and time stay
/// in step. A value of the main loop: memory is taken at init, appending takes none.
package struct PreRoll: Sendable {
    /// What ``copy(from:into:)`` did.
    package struct Copied: Sendable, Equatable {
        /// Samples written in all, from the front of the room.
        package var count: Int
        /// How many of them, at the front, were older than the history; they are written as silence.
        package var overwrittenCount: Int
    }

    private var samples: [Int16]
    private var first: SampleCount?
    /// The position after the newest sample; zero before the first block.
    package private(set) var end = SampleCount(0)

    /// - Parameter capacity: Samples kept, above zero.
    package init(capacity: SampleCount = SampleCount(.seconds(6))) {
        precondition(capacity > SampleCount(0), "a history needs room")
        samples = Array(repeating: 0, count: Int(capacity.value))
    }

    /// The oldest position still here; equals ``end`` while nothing was appended.
    package var oldest: SampleCount {
        guard let first else { return end }
        return max(first, end - SampleCount(Int64(samples.count)))
    }

    /// Appends a block. A jump ahead is a gap and is kept as silence.
    ///
    /// - Precondition: `position` does not lie before ``end``, and the block is no longer than the history.
    package mutating func append(_ block: Span<Int16>, at position: SampleCount) {
        precondition(block.count <= samples.count, "block longer than the history")
        if first == nil { (first, end) = (position, position) }
        precondition(position >= end, "captured sound goes back in time")
        // Of a long gap only what the history can hold matters.
        let silenceStart = max(end.value, position.value - Int64(samples.count))
        for at in silenceStart..<position.value { samples[slot(at)] = 0 }
        for index in block.indices { samples[slot(position.value + Int64(index))] = block[index] }
        end = position + SampleCount(Int64(block.count))
    }

    /// Copies samples from `start` on, up to ``end`` or the size of the room.
    package func copy(from start: SampleCount, into room: inout MutableSpan<Int16>) -> Copied {
        let count = Int(min(max(end.value - start.value, 0), Int64(room.count)))
        let overwrittenCount = Int(min(max(oldest.value - start.value, 0), Int64(count)))
        for index in 0..<overwrittenCount { room[index] = 0 }
        for index in overwrittenCount..<count { room[index] = samples[slot(start.value + Int64(index))] }
        return Copied(count: count, overwrittenCount: overwrittenCount)
    }

    /// Forgets everything from a position on; what is older stays.
    package mutating func forget(from position: SampleCount) {
        guard first != nil else { return }
        let oldest = oldest
        (first, end) = (oldest, max(oldest, min(end, position)))
    }

    private func slot(_ position: Int64) -> Int {
        let remainder = Int(position % Int64(samples.count))
        return remainder < 0 ? remainder + samples.count : remainder
    }
}
