/// Words in memory that stay as they are: made here, or a file that its owner has mapped.
package final class WordBlock: @unchecked Sendable {
    // Immutable after init, so any thread may read.
    let base: UnsafePointer<UInt32>
    package let count: Int
    private let release: @Sendable () -> Void

    /// A copy of `words`.
    package init(_ words: [UInt32]) {
        let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, words.count))
        memory.initialize(repeating: 0, count: max(1, words.count))
        for (index, word) in words.enumerated() { memory[index] = word }
        base = UnsafePointer(memory)
        count = words.count
        let address = UInt(bitPattern: memory)
        release = { UnsafeMutablePointer<UInt32>(bitPattern: address)?.deallocate() }
    }

    /// Memory of someone else's, kept until `release` is called.
    package init(borrowing base: UnsafePointer<UInt32>, count: Int, release: @escaping @Sendable () -> Void) {
        (self.base, self.count, self.release) = (base, count, release)
    }

    deinit { release() }

    /// - Precondition: `index` is in range.
    subscript(_ index: Int) -> UInt32 {
        precondition(index >= 0 && index < count)
        return base[index]
    }
}

/// An automaton or tries within a block of words: see ``GraphRecord``. Whoever has a graph keeps its block.
struct Graph: @unchecked Sendable, BitwiseCopyable {
    // The block never changes.
    /// The first record.
    let base: UnsafePointer<UInt32>
    let count: Int
    /// Where to begin; 0 for tries that have a root for each list.
    private(set) var root: UInt32 = 0

    /// All of `block`, which was made here and needs no check.
    init(_ block: WordBlock) { (base, count) = (block.base, block.count) }

    /// Words `start..<start + count` of `block`, checked: every record is whole, leads to records only, and names
    /// endings below `endingCount` and uses below `useCount`.
    ///
    /// - Returns: nothing if they are no graph.
    init?(
        _ block: WordBlock, start: Int, count: Int, root: UInt32 = 0, endingCount: Int, useCount: Int
    ) {
        guard start >= 0, count > 0, count <= block.count - start, block[start] == 0 else { return nil }
        (base, self.count, self.root) = (block.base + start, count, root)
        guard let starts = recordStarts(), root < count, starts[Int(root)] else { return nil }
        for record in 0..<count where starts[record] {
            guard isSound(record, starts, endingCount: endingCount, useCount: useCount) else { return nil }
        }
    }

    /// Whether all of `records` are some, for roots named elsewhere.
    func areRecords(_ records: [UInt32]) -> Bool {
        guard let starts = recordStarts() else { return false }
        return records.allSatisfy { $0 < count && starts[Int($0)] }
    }

    private func recordStarts() -> [Bool]? {
        var starts = [Bool](repeating: false, count: count)
        var record = 0
        while record < count {
            let header = base[record]
            starts[record] = true
            record += GraphRecord.arcOffset(header) + 2 * GraphRecord.arcCount(header)
        }
        return record == count ? starts : nil
    }

    private func isSound(_ record: Int, _ starts: [Bool], endingCount: Int, useCount: Int) -> Bool {
        let header = base[record]
        guard header >> 24 & ~3 == 0 else { return false }
        var index = record + 1
        if header & GraphRecord.hasEnding != 0 {
            guard base[index] < endingCount else { return false }
            index += 1
        }
        for _ in 0..<GraphRecord.labelCount(header) {
            guard base[index] < useCount, isStart(base[index + 1], starts), isStart(base[index + 2], starts)
            else {
                return false
            }
            index += 3
        }
        for _ in 0..<GraphRecord.arcCount(header) {
            guard isStart(base[index + 1], starts) else { return false }
            index += 2
        }
        return true
    }

    private func isStart(_ target: UInt32, _ starts: [Bool]) -> Bool {
        target < starts.count && starts[Int(target)]
    }

    /// The record that `scalar` leads to from `record`; 0 for none.
    @inline(__always)
    func target(of scalar: UInt32, from record: UInt32) -> UInt32 {
        let header = base[Int(record)]
        var low = 0
        var high = GraphRecord.arcCount(header)
        let arcs = base + Int(record) + GraphRecord.arcOffset(header)
        while high - low > 6 {
            let middle = (low + high) / 2
            if arcs[2 * middle] <= scalar { low = middle } else { high = middle }
        }
        while low < high {
            if arcs[2 * low] == scalar { return arcs[2 * low + 1] }
            low += 1
        }
        return 0
    }
}
