import LoqaBase

/// Numbered events by time, those of one instant in the order they were added: a binary heap.
///
/// Bounded: a house that plans more than `capacity` events at a time floods itself, which is a fault of its machines.
/// It knows numbers only; generic code over the events themselves runs several times slower from another module.
package struct EventQueue: Sendable {
    private struct Entry: Sendable {
        var nanoseconds: Int64
        var order: UInt64
        var number: Int32

        func isBefore(_ other: Entry) -> Bool {
            nanoseconds != other.nanoseconds ? nanoseconds < other.nanoseconds : order < other.order
        }
    }

    private let capacity: Int
    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// - Parameter capacity: Events that may wait at a time, 1...2^24.
    package init(capacity: Int = 1 << 20) {
        precondition((1...1 << 24).contains(capacity))
        self.capacity = capacity
    }

    /// Events that wait.
    package var count: Int { heap.count }
    /// When the next event is due.
    package var nextTime: HouseInstant? {
        heap.first.map { HouseInstant(sinceOrigin: .nanoseconds($0.nanoseconds)) }
    }

    /// Adds an event. One in the past comes next.
    package mutating func add(_ number: Int32, at time: HouseInstant) {
        precondition(heap.count < capacity, "the house plans too many events: some machine repeats itself")
        heap.append(Entry(nanoseconds: time.sinceOrigin.nanoseconds, order: nextOrder, number: number))
        nextOrder += 1
        rise(from: heap.count - 1)
    }

    /// Takes the next event if it is due by `end`.
    package mutating func take(until end: HouseInstant) -> (time: HouseInstant, number: Int32)? {
        guard let first = heap.first, first.nanoseconds <= end.sinceOrigin.nanoseconds else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last) }
        return (HouseInstant(sinceOrigin: .nanoseconds(first.nanoseconds)), first.number)
    }

    private mutating func rise(from start: Int) {
        var index = start
        let entry = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    /// Puts `entry` in the place of the first one.
    private mutating func sink(_ entry: Entry) {
        var index = 0
        let count = heap.count
        while true {
            var child = 2 * index + 1
            guard child < count else { break }
            if child + 1 < count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = entry
    }
}
