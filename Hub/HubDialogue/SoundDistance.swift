/// How unlike two names sound in one language: weighted edits (Levenshtein 1966) between their sounds.
///
/// 0 is the same sound. Alike sounds cost a part of an edit: "p" and "b", two vowels. The result is divided by the
/// length of the longer name, so 1 is nothing in common.
package struct SoundDistance: Sendable {
    private let rules: SoundRules

    /// For one language, by its code: "de", "pt-BR".
    package init(language: String) { rules = SoundRules.of(language) }

    /// 0...1, the same in both directions.
    package func between(_ left: String, _ right: String) -> Double {
        distance(rules.sounds(of: left), rules.sounds(of: right))
    }

    /// A name prepared for many comparisons.
    struct Sounds: Sendable {
        var name: String
        var sounds: [UInt32]
    }

    func sounds(of name: String) -> Sounds { Sounds(name: name, sounds: rules.sounds(of: name)) }

    func distance(_ left: Sounds, _ right: Sounds) -> Double { distance(left.sounds, right.sounds) }

    /// At most `count` of `candidates` that sound like `name`, nearest first; equal ones in their order.
    package func nearest(_ name: String, among candidates: [String], within limit: Double, count: Int)
        -> [(name: String, distance: Double)]
    {
        let heard = rules.sounds(of: name)
        var seen: Set<String> = []
        let ranked = candidates.enumerated().compactMap { index, candidate -> (Double, Int)? in
            let distance = distance(heard, rules.sounds(of: candidate))
            return distance <= limit && seen.insert(candidate).inserted ? (distance, index) : nil
        }
        return ranked.sorted { $0 < $1 }.prefix(count).map { (candidates[$0.1], $0.0) }
    }

    private func distance(_ left: [UInt32], _ right: [UInt32]) -> Double {
        if left.isEmpty || right.isEmpty { return left.count == right.count ? 0 : 1 }
        var row = [0.0]
        for sound in right { row.append((row.last ?? 0) + Self.cost(ofLosing: sound)) }
        for one in left {
            var diagonal = row[0]
            row[0] += Self.cost(ofLosing: one)
            for (index, two) in right.enumerated() {
                let change = diagonal + Self.cost(of: one, for: two)
                diagonal = row[index + 1]
                row[index + 1] = min(
                    change, row[index + 1] + Self.cost(ofLosing: one), row[index] + Self.cost(ofLosing: two))
            }
        }
        return min(1, (row.last ?? 0) / Double(max(left.count, right.count)))
    }

    private static func cost(ofLosing sound: UInt32) -> Double {
        if isVowel(sound) { return 0.5 }
        return sound == 0x68 ? 0.3 : 0.9
    }

    private static func cost(of left: UInt32, for right: UInt32) -> Double {
        if left == right { return 0 }
        switch (isVowel(left), isVowel(right)) {
        case (true, true): return 0.4
        case (true, false), (false, true): return 1
        case (false, false): return areAlike(left, right) ? 0.4 : 1
        }
    }

    private static func isVowel(_ sound: UInt32) -> Bool { vowels.contains(sound) }

    private static func areAlike(_ left: UInt32, _ right: UInt32) -> Bool {
        families.contains { $0.contains(left) && $0.contains(right) }
    }

    private static let vowels = Set("aeiou".unicodeScalars.map(\.value))
    /// Sounds that are made alike.
    private static let families = ["pb", "td", "kgx", "fvwT", "szT", "szSZ", "SZCJ", "mn", "lr", "iy", "xh"]
        .map {
            Set($0.unicodeScalars.map(\.value))
        }
}
