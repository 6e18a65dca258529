/// Plain values side by side in memory of their own, read without counting references: the inner loop of matching
/// reads nothing else. Whoever made a table frees it, once.
struct FlatTable<Element: BitwiseCopyable>: @unchecked Sendable {
    // Never written after init.
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        base = .allocate(capacity: max(1, elements.count))
        count = elements.count
        base.initialize(from: elements, count: elements.count)
    }

    func free() { base.deallocate() }

    @inline(__always)
    subscript(_ index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return base[index]
    }
}

/// Sets of numbers, flat.
struct FlatSets: Sendable {
    private let numbers: FlatTable<UInt32>
    private let ends: FlatTable<UInt32>

    init(_ table: SetTable) { (numbers, ends) = (FlatTable(table.numbers), FlatTable(table.ends)) }

    func free() {
        numbers.free()
        ends.free()
    }

    /// Places of a set's numbers.
    @inline(__always)
    func range(of set: UInt32) -> Range<Int> {
        (set == 0 ? 0 : Int(ends[Int(set) - 1]))..<Int(ends[Int(set)])
    }

    @inline(__always)
    func number(_ index: Int) -> UInt32 { numbers[index] }
}

/// What the values of a list, or the names of a home, add to the context: numbers of keys and values.
struct FlatContexts: Sendable {
    struct Pair: BitwiseCopyable {
        let key: Int32
        let value: Int32
    }

    private let pairs: FlatTable<Pair>
    private let ends: FlatTable<Int32>

    /// - Parameter number: the number of a value; -1 for one that no rule asks for.
    init(_ values: [Language.Value], number: (SlotValue) -> Int32) {
        var pairs: [Pair] = []
        var ends: [Int32] = []
        for value in values {
            for pair in value.context { pairs.append(Pair(key: Int32(pair.key), value: number(pair.value))) }
            ends.append(Int32(pairs.count))
        }
        (self.pairs, self.ends) = (FlatTable(pairs), FlatTable(ends))
    }

    func free() {
        pairs.free()
        ends.free()
    }

    /// The number of what value `index` says under `key`; nothing if it says nothing.
    @inline(__always)
    func value(of index: Int, under key: Int32) -> Int32? {
        var place = index == 0 ? 0 : Int(ends[index - 1])
        while place < Int(ends[index]) {
            if pairs[place].key == key { return pairs[place].value }
            place += 1
        }
        return nil
    }
}
