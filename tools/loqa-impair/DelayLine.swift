import LoqaBase

/// Things on their way, handed out at their instants; those of one instant in the order they were put in.
///
/// A pure value, a binary heap. Full, it refuses.
struct DelayLine<Item>: Sendable where Item: Sendable {
    private struct Entry: Sendable {
        var due: ProxyInstant
        var number: UInt64
        var byteCount: Int
        var item: Item

        static func < (left: Entry, right: Entry) -> Bool {
            (left.due, left.number) < (right.due, right.number)
        }
    }

    private let countMax: Int
    private let byteCountMax: Int
    private var heap: [Entry] = []
    private var byteCount = 0
    private var number: UInt64 = 0

    /// - Parameters:
    ///   - countMax: things that it holds at most.
    ///   - byteCountMax: what they weigh at most.
    init(countMax: Int, byteCountMax: Int) {
        (self.countMax, self.byteCountMax) = (countMax, byteCountMax)
    }

    var count: Int { heap.count }
    /// When ``take(at:)`` has something next.
    var deadline: ProxyInstant? { heap.first?.due }

    /// Puts something in, and says whether there was room.
    mutating func put(_ item: Item, byteCount: Int, due: ProxyInstant) -> Bool {
        guard heap.count < countMax, self.byteCount + byteCount <= byteCountMax else { return false }
        self.byteCount += byteCount
        heap.append(Entry(due: due, number: number, byteCount: byteCount, item: item))
        number += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
        return true
    }

    /// Takes the next thing that is due.
    mutating func take(at now: ProxyInstant) -> Item? {
        guard let first = heap.first, first.due <= now else { return nil }
        byteCount -= first.byteCount
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.item }
        heap[0] = last
        sink()
        return first.item
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
