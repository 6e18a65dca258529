/// What lists hold at places of a sentence, worked out once for each list and place.
struct ListHits {
    /// What was found.
    enum Content: BitwiseCopyable {
        /// A value of the language's list.
        case value(UInt32)
        /// A name of the home.
        case home(UInt32)
        /// Tenths of a number.
        case number(Int32)
        /// Free words.
        case words
    }

    struct Hit: BitwiseCopyable {
        let start: Int32
        let end: Int32
        /// Characters that count as literal: those of number words.
        let literalCount: Int32
        let content: Content
    }

    /// What is known of a list at a place, if the stamp is today's.
    private struct Place {
        var stamp: UInt32 = 0
        var start: UInt32 = 0
        var end: UInt32 = 0
    }

    private(set) var hits: [Hit] = []
    private var places: [Place] = []
    private var stamp: UInt32 = 0
    private var width = 0

    mutating func begin(_ text: UnsafeBufferPointer<UInt32>, lists: Int) {
        hits.removeAll(keepingCapacity: true)
        width = text.count
        stamp &+= 1
        if stamp == 0 {
            places.removeAll(keepingCapacity: true)
            stamp = 1
        }
        let needed = lists * width
        if places.count < needed {
            places.append(contentsOf: repeatElement(Place(), count: needed - places.count))
        }
    }

    /// Indices of the hits of `list` at `position`.
    mutating func hits(
        of list: Int, at position: Int, in text: UnsafeBufferPointer<UInt32>, language: Language,
        home: HomeVocabulary
    ) -> Range<Int> {
        let place = list * width + position
        if places[place].stamp == stamp { return Int(places[place].start)..<Int(places[place].end) }
        let start = hits.count
        let root = home.roots[list]
        if root != 0 {
            walk(home.tries, root, text, from: position, start: position, home.sets) { .home($0) }
        } else {
            switch language.lists[list] {
            case .values(let root):
                walk(language.valueTries, root, text, from: position, start: position, language.valueSets) {
                    .value($0)
                }
            case .range(let range): findNumber(range, text, at: position, language)
            case .wildcard, .home: break
            }
        }
        places[place] = Place(stamp: stamp, start: UInt32(start), end: UInt32(hits.count))
        return start..<hits.count
    }

    /// Every way through a trie; a hyphen or underscore of the text may stand for a space.
    private mutating func walk(
        _ trie: Graph, _ root: UInt32, _ text: UnsafeBufferPointer<UInt32>, from first: Int, start: Int,
        _ sets: FlatSets, content: (UInt32) -> Content
    ) {
        var record = root
        var position = first
        while position < text.count {
            let scalar = text[position]
            let next = trie.target(of: scalar, from: record)
            position += 1
            if Understander.isBreak(scalar) {
                let other = trie.target(of: 0x20, from: record)
                if other != 0 {
                    walk(trie, other, text, from: position, start: start, sets, content: content)
                }
            }
            guard next != 0 else { return }
            record = next
            if trie.base[Int(record)] & GraphRecord.hasEnding == 0 { continue }
            for index in sets.range(of: trie.base[Int(record) + 1]) {
                hits.append(
                    Hit(
                        start: Int32(start), end: Int32(position), literalCount: 0,
                        content: content(sets.number(index))))
            }
        }
    }

    // MARK: Numbers

    private mutating func findNumber(
        _ range: RangeList, _ text: UnsafeBufferPointer<UInt32>, at position: Int, _ language: Language
    ) {
        if range.allowsDigits, let found = Self.digits(text, from: position, range.fraction != .none) {
            if range.contains(tenths: found.tenths) {
                hits.append(
                    Hit(
                        start: Int32(found.start), end: Int32(found.end), literalCount: 0,
                        content: .number(Int32(found.tenths))))
            }
            return
        }
        guard range.allowsWords else { return }
        let trie = language.numberTrie
        var record = trie.root
        var end = position
        while end < text.count {
            // As in names, "twenty-one" may be told as "twenty one".
            let scalar = text[end]
            var next = trie.target(of: scalar, from: record)
            if next == 0, Understander.isBreak(scalar) { next = trie.target(of: 0x20, from: record) }
            guard next != 0 else { return }
            record = next
            end += 1
            guard trie.base[Int(record)] & GraphRecord.hasEnding != 0 else { continue }
            for index in language.numberSets.range(of: trie.base[Int(record) + 1]) {
                let tenths = Int32(bitPattern: language.numberSets.number(index))
                guard range.contains(tenths: Int(tenths)) else { continue }
                hits.append(
                    Hit(
                        start: Int32(position), end: Int32(end), literalCount: Int32(end - position),
                        content: .number(tenths)))
            }
        }
    }

    /// An integer, or with a part after point or comma, in ASCII digits; spaces may go before it.
    private static func digits(
        _ text: UnsafeBufferPointer<UInt32>, from position: Int, _ allowsPart: Bool
    ) -> (start: Int, end: Int, tenths: Int)? {
        var start = position
        if start < text.count, text[start] == 0x20 { start += 1 }
        var index = start
        let isNegative = index < text.count && text[index] == 0x2D
        if isNegative { index += 1 }
        let first = index
        var whole = 0
        while index < text.count, (0x30...0x39).contains(text[index]) {
            whole = min(whole * 10 + Int(text[index] - 0x30), 100_000_000)
            index += 1
        }
        guard index > first else { return nil }
        var tenths = whole * 10
        if allowsPart, index + 1 < text.count, text[index] == 0x2E || text[index] == 0x2C,
            (0x30...0x39).contains(text[index + 1])
        {
            tenths += Int(text[index + 1] - 0x30)
            index += 2
            while index < text.count, (0x30...0x39).contains(text[index]) {
                // More than tenths are no member of any range.
                if text[index] != 0x30 { tenths = Int(Int32.max) }
                index += 1
            }
        }
        return (start, index, isNegative ? -tenths : tenths)
    }
}
