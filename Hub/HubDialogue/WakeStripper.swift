/// Takes the wake phrase off the beginning of what was recognised, as it was heard or misspelt.
package struct WakeStripper: Sendable {
    /// How unlike the phrase its misspelling may sound.
    package static let distanceMax = 0.34

    private let phrases: [(sounds: SoundDistance.Sounds, wordCount: Int)]
    private let distance: SoundDistance

    /// - Parameter phrases: "hey loqa"; the last word alone is taken off as well, being what is left when the
    ///   recording began late.
    package init(_ phrases: [String], language: String) {
        let distance = SoundDistance(language: language)
        var all: [(sounds: SoundDistance.Sounds, wordCount: Int)] = []
        for phrase in phrases {
            let words = phrase.split(whereSeparator: \.isWhitespace)
            all.append((distance.sounds(of: phrase), words.count))
            if words.count > 1, let last = words.last { all.append((distance.sounds(of: String(last)), 1)) }
        }
        (self.phrases, self.distance) = (all, distance)
    }

    /// `text` without a wake phrase at its beginning.
    ///
    /// - Parameter isSentence: whether a text is understood. A misspelling is only taken off what is not understood
    ///   with it, so that no word of a command is lost.
    package func strip(_ text: String, isSentence: (String) -> Bool) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        var best: (distance: Double, count: Int)?
        for phrase in phrases {
            let least = max(1, phrase.wordCount - 1)
            for count in least...max(least, phrase.wordCount + 1) where count <= words.count {
                let heard = words.prefix(count).map { $0.filter { !$0.isPunctuation } }.joined(separator: " ")
                let found = distance.distance(distance.sounds(of: heard), phrase.sounds)
                // Of two that sound alike the longer one leaves no part of the phrase behind.
                if found <= Self.distanceMax, best.map({ (found, -count) < ($0.distance, -$0.count) }) ?? true
                {
                    best = (found, count)
                }
            }
        }
        guard let best else { return text }
        let rest = words.dropFirst(best.count).joined(separator: " ")
        if best.distance > 0, isSentence(text), !isSentence(rest) { return text }
        return rest
    }
}
