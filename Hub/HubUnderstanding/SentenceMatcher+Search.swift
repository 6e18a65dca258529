extension SentenceMatcher {
    /// One walk through the automaton along a text.
    struct Search {
        /// What a wildcard accepts.
        enum Mode { case anyName, grammar }

        /// How well a reading fits; the lesser is the better. The fields are the rules in order.
        struct Score: Comparable {
            var unknownNames = 0
            var nameWords = 0
            var literalWords = 0
            var unknownWords = 0
            var sentence: Int32 = 0

            static func < (left: Score, right: Score) -> Bool {
                (left.unknownNames, -left.nameWords, -left.literalWords, left.unknownWords, left.sentence)
                    < (
                        right.unknownNames, -right.nameWords, -right.literalWords, right.unknownWords,
                        right.sentence
                    )
            }
        }

        struct Reading {
            var score: Score
            var match: Match
        }

        /// A slot filled on the way, linked to the one before it.
        private struct Capture {
            var slot: Int32
            var value: SlotValue
            var start: Int
            var end: Int
            var previous: Int32
        }

        private struct Path {
            var state: Int32 = 0
            var position = 0
            var capture: Int32 = -1
            var score = Score()
        }

        /// Paths followed in one text. Far above what real sentences need; a bound against made-up ones.
        static let pathCountMax = 20_000

        private let matcher: SentenceMatcher
        private let words: [String]
        private let numbers: [Int32]
        private let mode: Mode
        private var captures: [Capture] = []
        private var open = [Path()]
        private var bestPath: Path?

        /// Whether a longer sentence begins with the whole text.
        private(set) var canContinue = false

        init(matcher: SentenceMatcher, words: [String], mode: Mode) {
            (self.matcher, self.words, self.mode) = (matcher, words, mode)
            numbers = words.map { matcher.symbols.words[$0] ?? -1 }
        }

        mutating func run() {
            var left = Self.pathCountMax
            while let path = open.popLast(), left > 0 {
                left -= 1
                follow(path)
            }
        }

        private mutating func follow(_ path: Path) {
            let state = matcher.automaton.states[Int(path.state)]
            guard path.position < words.count else {
                if !state.isLast { canContinue = true }
                guard let sentence = state.accepts.first else { return }
                var done = path
                done.score.sentence = sentence
                if bestPath.map({ done.score < $0.score }) ?? true { bestPath = done }
                return
            }
            if let next = state.words[numbers[path.position]] {
                var longer = path
                longer.state = next
                longer.position += 1
                longer.score.literalWords += 1
                open.append(longer)
            }
            for (label, target) in state.labels {
                switch label {
                case .list(let list, let slot): followList(list, slot: slot, from: path, to: target)
                case .range(let low, let high, let slot):
                    followRange(low...high, slot: slot, from: path, to: target)
                }
            }
        }

        private mutating func followList(_ list: Int32, slot: Int32, from path: Path, to target: Int32) {
            let trie = matcher.tries[Int(list)]
            if trie.isWildcard, mode == .anyName {
                let longest = min(words.count - path.position, SlotList.wildcardWordCountMax)
                for length in 1...longest { fork(path, to: target, slot: slot, length: length, value: nil) }
                return
            }
            let endsInside = trie.words.matches(in: numbers, at: path.position) { value, end in
                let value = trie.isWildcard ? nil : trie.values[Int(value)]
                fork(path, to: target, slot: slot, length: end - path.position, value: value)
            }
            if endsInside { canContinue = true }
        }

        private mutating func followRange(
            _ range: ClosedRange<Int32>, slot: Int32, from path: Path, to target: Int32
        ) {
            let endsInside = matcher.numbers.matches(in: numbers, at: path.position) { value, end in
                guard range.contains(value) else { return }
                let length = end - path.position
                fork(
                    path, to: target, slot: slot, length: length, value: .number(Int(value)), isLiteral: true)
            }
            if endsInside { canContinue = true }
        }

        /// Goes on behind `length` words that fill `slot`; no value means an unknown name.
        private mutating func fork(
            _ path: Path, to target: Int32, slot: Int32, length: Int, value: SlotValue?,
            isLiteral: Bool = false
        ) {
            var longer = path
            longer.state = target
            longer.position += length
            if value == nil {
                longer.score.unknownNames += 1
                longer.score.unknownWords += length
            } else if isLiteral {
                longer.score.literalWords += length
            } else {
                longer.score.nameWords += length
            }
            let range = path.position..<longer.position
            captures.append(
                Capture(
                    slot: slot, value: value ?? .unknown(words[range].joined(separator: " ")),
                    start: range.lowerBound, end: range.upperBound, previous: path.capture))
            longer.capture = Int32(captures.count - 1)
            open.append(longer)
        }

        /// The best reading found; nil if there is none.
        var best: Reading? {
            guard let path = bestPath else { return nil }
            var slots: [Slot] = []
            var next = path.capture
            while next >= 0 {
                let capture = captures[Int(next)]
                let name = matcher.symbols.slots[Int(capture.slot)]
                if !slots.contains(where: { $0.name == name }) {
                    let spoken = words[capture.start..<capture.end].joined(separator: " ")
                    slots.append(Slot(name: name, value: capture.value, spoken: spoken))
                }
                next = capture.previous
            }
            let intent = matcher.book.sentences[Int(path.score.sentence)].intent
            return Reading(score: path.score, match: Match(intent: intent, slots: slots.reversed()))
        }
    }
}
