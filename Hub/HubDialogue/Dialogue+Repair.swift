/// Names that were heard wrong.
extension Dialogue {
    /// One way to mend a sentence: a stretch of its words is a name that sounds like it.
    struct Repair {
        var part: SentenceSplitter.Part
        var distance: Double
        /// The name in its place.
        var name: String
        var range: Range<Int>
    }

    /// The sentences that `text` may be, nearest first, of one intent and with one stretch of its words mended.
    ///
    /// - Returns: at most ``Tuning/optionCountMax``; none if no name is near enough to make a sentence of it.
    mutating func repairs(_ text: String, _ here: Situation) -> [Repair] {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= Tuning.wordCountMax else { return [] }
        var found: [Repair] = []
        for guess in guesses(words).prefix(Self.guessCountMax) {
            if let first = found.first, guess.distance - first.distance >= Tuning.ambiguityMax { break }
            let repaired = words[..<guess.range.lowerBound] + [guess.name] + words[guess.range.upperBound...]
            let whole = repaired.joined(separator: " ")
            guard let reading = read(whole, here), reading.freeLength == 0 else { continue }
            let isOther = found.allSatisfy {
                $0.name != guess.name && $0.range.overlaps(guess.range)
                    && $0.part.reading.intent == reading.intent
            }
            guard isOther else { continue }
            found.append(
                .init(
                    part: .init(text: whole, borrowedCount: 0, reading: reading), distance: guess.distance,
                    name: guess.name, range: guess.range))
            if found.count == Tuning.optionCountMax { break }
        }
        return found
    }

    private func guesses(_ words: [String]) -> [(distance: Double, range: Range<Int>, name: String)] {
        var guesses: [(distance: Double, range: Range<Int>, name: String)] = []
        for start in words.indices where !isFiller(words[start]) {
            for end in (start + 1)...min(start + 4, words.count) where !isFiller(words[end - 1]) {
                let heard = resolver.distance.sounds(of: words[start..<end].joined(separator: " "))
                for name in resolver.names {
                    let distance = resolver.distance.distance(heard, name)
                    if distance <= Tuning.nameDistanceMax {
                        guesses.append((distance, start..<end, name.name))
                    }
                }
            }
        }
        return guesses.sorted {
            ($0.distance, $0.range.lowerBound, $0.name) < ($1.distance, $1.range.lowerBound, $1.name)
        }
    }

    /// The question which of several names was meant; nil if they come down to one and the same thing.
    mutating func which(of repairs: [Repair], _ talk: inout Conversation, _ here: Situation) -> DialogueStep?
    {
        var options: [OpenQuestion.Option] = []
        for repair in repairs {
            let reading = repair.part.reading
            guard case .command(let command) = outcome(of: reading, repair.part.text, here),
                !options.contains(where: {
                    $0.command.devices == command.devices && $0.command.scope == command.scope
                })
            else { continue }
            options.append(.init(names: [repair.name], command: command))
        }
        guard options.count > 1 else { return nil }
        let labels = phrases.options(options.compactMap(\.names.first))
        let text = phrases.say(.didYouMean, [("options", labels)])
        ask(.choice(options), text, &talk, here)
        return DialogueStep(clarity: .asked, closing: text, listensUntil: talk.question?.deadline)
    }

    /// The words of `text` in the place of a name: with a name that the home has there, it would be a sentence.
    ///
    /// - Returns: the words, and what they should name: `name`, `area` or `floor`.
    mutating func unknownName(in text: String, _ here: Situation) -> (name: String, slot: String)? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= Tuning.wordCountMax else { return nil }
        var seen: Set<String> = []
        let examples = resolver.home.entities.filter { seen.insert($0.domain).inserted }.compactMap(
            \.names.first)
        let samples =
            examples.prefix(6) + (resolver.home.areas.first?.names.prefix(1) ?? [])
            + (resolver.home.floors.first?.names.prefix(1) ?? [])
        var trialCount = 0
        for length in 1...3 {
            // Names stand at the end more often than not.
            for start in stride(from: words.count - length, through: 0, by: -1) {
                let range = start..<start + length
                guard !isFiller(words[start]), !isFiller(words[range.upperBound - 1]) else { continue }
                for sample in samples {
                    trialCount += 1
                    guard trialCount <= Self.unknownTrialCountMax else { return nil }
                    let whole = (words[..<start] + [sample] + words[range.upperBound...]).joined(
                        separator: " ")
                    guard let reading = read(whole, here), reading.freeLength == 0,
                        let slot = reading.slots.first(where: { $0.words == sample }), words.count > length
                    else { continue }
                    let name = words[range].map { $0.filter { !$0.isPunctuation } }.joined(separator: " ")
                    return (name, slot.name)
                }
            }
        }
        return nil
    }

    /// Sentences tried to find the place of an unknown name.
    private static var unknownTrialCountMax: Int { 120 }

    /// Names tried for one sentence.
    private static var guessCountMax: Int { 24 }

    private func isFiller(_ word: String) -> Bool {
        phrases.fillers.contains(word.lowercased().filter { !$0.isPunctuation })
    }
}
