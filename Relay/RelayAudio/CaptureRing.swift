package import LoqaBase
import Synchronization

/// Where and when a captured block lies.
package struct CaptureBlock: Sendable, Equatable {
    /// Position of the block's first sample in the capture stream. Frames the device lost count too: a block that
    /// does not follow the one before it shows a gap.
    package var position: SampleCount
    /// When its last sample was captured, on the relay's clock.
    package var capturedAt: RelayInstant

    package init(position: SampleCount, capturedAt: RelayInstant) {
        (self.position, self.capturedAt) = (position, capturedAt)
    }
}

/// Carries blocks of 20 ms, each with its position and time, from a sound thread to the main loop without a lock: one producer, one consumer. Memory is taken at init; a full ring refuses and counts, and the
/// next block's position then shows the gap.
package final class CaptureRing: @unchecked Sendable {
    /// Frames in every block.
    package static var blockFrameCount: Int { 320 }

    /// Channels in one frame.
    package let channelCount: Int
    /// Blocks the ring holds at most.
    package let blockCapacity: Int
    // Unchecked: as in SampleRing.
    private let samples: UnsafeMutableBufferPointer<Int16>
    // Kept in the object: reaching a class's own static counts as taking a lock.
    private let blockLength: Int
    private let positions: UnsafeMutableBufferPointer<Int64>
    private let nanoseconds: UnsafeMutableBufferPointer<Int64>
    private let pushed = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// - Parameters:
    ///   - blockCapacity: 1...4096 blocks; the default holds 1.28 s.
    ///   - channelCount: 1...32 channels, interleaved.
    package init(blockCapacity: Int = 64, channelCount: Int = 1) {
        precondition((1...4_096).contains(blockCapacity), "ring capacity out of range")
        precondition((1...32).contains(channelCount), "channel count out of range")
        (self.blockCapacity, self.channelCount) = (blockCapacity, channelCount)
        blockLength = CaptureRing.blockFrameCount * channelCount
        samples = .allocate(capacity: blockCapacity * blockLength)
        positions = .allocate(capacity: blockCapacity)
        nanoseconds = .allocate(capacity: blockCapacity)
        samples.initialize(repeating: 0)
        positions.initialize(repeating: 0)
        nanoseconds.initialize(repeating: 0)
    }

    deinit {
        samples.deallocate()
        positions.deallocate()
        nanoseconds.deallocate()
    }

    /// Blocks refused because the ring was full (overruns). Any thread.
    @_noAllocation @_noLocks
    package func refusedCount() -> Int { refused.load(ordering: .relaxed) }
    /// Blocks that wait. Exact for the consumer.
    @_noAllocation @_noLocks
    package func availableToRead() -> Int {
        pushed.load(ordering: .acquiring) - taken.load(ordering: .acquiring)
    }

    /// Producer: appends one block of ``blockFrameCount`` frames, or refuses and counts it.
    ///
    /// - Parameters:
    ///   - position: Of its first sample in the stream; plain numbers as LoqaBase's types are not marked.
    ///   - nanoseconds: On the relay's clock, when its last sample was captured.
    @_noAllocation @_noLocks
    package func push(_ block: Span<Int16>, position: Int64, nanoseconds: Int64) -> Bool {
        let isWhole = block.count == blockLength  // Outside: a captured self would be counted.
        precondition(isWhole, "not one block")
        let at = pushed.load(ordering: .relaxed)
        guard at - taken.load(ordering: .acquiring) < blockCapacity else {
            refused.add(1, ordering: .relaxed)
            return false
        }
        let slot = at % blockCapacity
        let start = slot * blockLength
        for index in 0..<blockLength { samples[start + index] = block[index] }
        positions[slot] = position
        self.nanoseconds[slot] = nanoseconds
        pushed.store(at + 1, ordering: .releasing)
        return true
    }

    /// Consumer: moves the oldest block out; nil if none waits.
    ///
    /// - Precondition: `block` has room for ``blockFrameCount`` frames.
    package func pop(into block: inout MutableSpan<Int16>) -> CaptureBlock? {
        precondition(block.count == blockLength, "not one block")
        let at = taken.load(ordering: .relaxed)
        guard pushed.load(ordering: .acquiring) > at else { return nil }
        let slot = at % blockCapacity
        let start = slot * blockLength
        for index in 0..<blockLength { block[index] = samples[start + index] }
        let position = SampleCount(positions[slot])
        let capturedAt = RelayInstant(sinceOrigin: .nanoseconds(nanoseconds[slot]))
        taken.store(at + 1, ordering: .releasing)
        return CaptureBlock(position: position, capturedAt: capturedAt)
    }

    /// Consumer: moves the oldest block out into an array of its own; nil if none waits. Not for a real-time thread.
    package func pop() -> (captured: CaptureBlock, samples: [Int16])? {
        var samples = [Int16](repeating: 0, count: blockLength)
        var room = samples.mutableSpan
        guard let captured = pop(into: &room) else { return nil }
        return (captured, samples)
    }
}
