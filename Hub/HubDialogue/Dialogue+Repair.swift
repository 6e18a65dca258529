/// Names that were heard wrong.
extension Dialogue {
    /// The sentence that `text` most likely is, with one stretch of its words taken for a name that sounds like it.
    ///
    /// - Returns: nil if no name is near enough to make a sentence of it.
    mutating func repair(_ text: String, _ here: Situation) -> (
        part: SentenceSplitter.Part, distance: Double
    )? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= Tuning.wordCountMax else { return nil }
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
        guesses.sort {
            ($0.distance, $0.range.lowerBound, $0.name) < ($1.distance, $1.range.lowerBound, $1.name)
        }
        for guess in guesses.prefix(Self.guessCountMax) {
            let repaired = words[..<guess.range.lowerBound] + [guess.name] + words[guess.range.upperBound...]
            let whole = repaired.joined(separator: " ")
            guard let reading = read(whole, here), reading.freeLength == 0 else { continue }
            return (.init(text: whole, borrowedCount: 0, reading: reading), guess.distance)
        }
        return nil
    }

    /// The words of `text` in the place of a name: with a name that the home has there, it would be a sentence.
    mutating func unknownName(in text: String, _ here: Situation) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= Tuning.wordCountMax else { return nil }
        var seen: Set<String> = []
        let examples = resolver.home.entities.filter { seen.insert($0.domain).inserted }.compactMap(
            \.names.first)
        let samples = examples.prefix(6) + (resolver.home.areas.first?.names.prefix(1) ?? [])
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
                        reading.slots.contains(where: { $0.words == sample }), words.count > length
                    else { continue }
                    return words[range].map { $0.filter { !$0.isPunctuation } }.joined(separator: " ")
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
