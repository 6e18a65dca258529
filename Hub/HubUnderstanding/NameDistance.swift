/// How alike two names are, in letters and in sound. Pure.
package enum NameDistance {
    /// Letters to insert, delete or change to make one of the other (Levenshtein 1966). Names are cut at 64.
    package static func edits(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(64))
        let right = Array(right.unicodeScalars.prefix(64))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let change = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, min(row[j], row[j + 1]) + 1)
            }
        }
        return row[right.count]
    }

    /// A rough key of the sound: vowels merge, alike consonants share a letter, doubled ones count once.
    package static func sound(_ name: String) -> String {
        var key = ""
        for letter in name {
            let class_: Character
            switch letter {
            case "a", "e", "i", "o", "u", "y": class_ = "a"
            case "b", "p": class_ = "p"
            case "c", "k", "q", "g", "x": class_ = "k"
            case "d", "t": class_ = "t"
            case "f", "v", "w": class_ = "f"
            case "s", "z", "j": class_ = "s"
            case "m", "n": class_ = "n"
            case "h", " ", "'": continue
            default: class_ = letter
            }
            if key.last != class_ { key.append(class_) }
        }
        return key
    }

    /// The candidates near enough to `name` to be worth asking about, nearest first, at most three.
    package static func nearest(_ name: String, among candidates: [String]) -> [String] {
        let key = sound(name)
        let ranked = candidates.compactMap { candidate -> (distance: Int, name: String)? in
            let distance = min(edits(name, candidate), edits(key, sound(candidate)) + 1)
            return distance <= max(name.count, 3) / 3 ? (distance, candidate) : nil
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }
}
