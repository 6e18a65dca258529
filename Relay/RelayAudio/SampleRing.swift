import Synchronization

/// Carries mono samples from one thread to another without a lock: one producer, one consumer.
///
/// The producer calls ``push(_:)``; the consumer calls ``pop(into:)`` and ``discard(_:)``; anyone may read the
/// counts. Memory is taken at init; nothing waits. Positions only grow, so the counts are never ambiguous
/// (a full and an empty ring differ) and 2^63 samples outlast the board.
package final class SampleRing: @unchecked Sendable {
    /// Samples the ring holds at most: what was asked for, rounded up to a power of two.
    package let capacity: Int
    // Unchecked: the two threads touch disjoint parts, handed over by the release and acquire of the counts.
    private let storage: UnsafeMutableBufferPointer<Int16>
    private let pushed = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// - Parameter capacity: Samples to hold, 1...2^24 (17 minutes).
    package init(capacity: Int) {
        precondition((1...1 << 24).contains(capacity), "ring capacity out of range")
        var power = 1
        while power < capacity { power *= 2 }
        self.capacity = power
        storage = .allocate(capacity: power)
        storage.initialize(repeating: 0)
    }

    deinit { storage.deallocate() }

    /// Samples pushed since init, refused ones not counted. Any thread.
    @_noAllocation @_noLocks
    package func pushedCount() -> Int { pushed.load(ordering: .acquiring) }
    /// Samples popped or discarded since init. Any thread.
    @_noAllocation @_noLocks
    package func takenCount() -> Int { taken.load(ordering: .acquiring) }
    /// Samples refused because the ring was full (overruns). Any thread.
    @_noAllocation @_noLocks
    package func refusedCount() -> Int { refused.load(ordering: .relaxed) }

    /// Samples that wait. Exact for the consumer, at least this many a moment ago for others.
    @_noAllocation @_noLocks
    package func availableToRead() -> Int { pushedCount() - takenCount() }
    /// Samples there is room for. Exact for the producer.
    @_noAllocation @_noLocks
    package func availableToWrite() -> Int { capacity - availableToRead() }

    /// Producer: appends all samples, or none and counts them as refused.
    @_noAllocation @_noLocks
    package func push(_ samples: Span<Int16>) -> Bool {
        let at = pushed.load(ordering: .relaxed)
        let count = samples.count
        guard at - taken.load(ordering: .acquiring) <= capacity - count else {
            refused.add(count, ordering: .relaxed)
            return false
        }
        for index in 0..<count { storage[(at + index) & (capacity - 1)] = samples[index] }
        pushed.store(at + count, ordering: .releasing)
        return true
    }

    /// Consumer: moves up to `samples.count` samples out, oldest first. Returns how many.
    @_noAllocation @_noLocks
    package func pop(into samples: inout MutableSpan<Int16>) -> Int {
        let at = taken.load(ordering: .relaxed)
        let count = min(samples.count, pushed.load(ordering: .acquiring) - at)
        for index in 0..<count { samples[index] = storage[(at + index) & (capacity - 1)] }
        taken.store(at + count, ordering: .releasing)
        return count
    }

    /// Consumer: drops up to `count` samples, oldest first.
    @_noAllocation @_noLocks
    package func discard(_ count: Int) {
        let at = taken.load(ordering: .relaxed)
        let dropped = min(max(count, 0), pushed.load(ordering: .acquiring) - at)
        taken.store(at + dropped, ordering: .releasing)
    }
}
