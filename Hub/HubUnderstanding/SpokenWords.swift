/// Text as it is spoken: plain lower-case words with numbers spelled out.
///
/// Names of the home, sentence templates and what a recogniser heard all pass through here, so that "Lamp-2",
/// "lamp 2" and "lamp two" are the same words, and so that every word of an exported speech grammar is one
/// a pronunciation dictionary can know. Pure; safe to call from any thread.
package enum SpokenWords {
    /// Words kept of one text. What follows is cut off; the count shows a caller a text too long.
    package static let wordCountMax = 64
    /// Characters read of one text.
    package static let characterCountMax = 1_000

    /// The words of `text`, at most ``wordCountMax``.
    ///
    /// Letters are lower-cased and Latin diacritics dropped; an apostrophe inside a word stays ("what's");
    /// digits become number words ("21" is "twenty one", "21.5" "twenty one point five"); `%` is "percent",
    /// `°` "degrees", `&` "and", a `-` before a number "minus"; everything else separates words.
    package static func words(of text: String) -> [String] {
        var reader = Reader()
        for scalar in text.unicodeScalars.prefix(characterCountMax) {
            if reader.words.count >= wordCountMax { break }
            reader.read(scalar)
        }
        reader.finishWord()
        return Array(reader.words.prefix(wordCountMax))
    }

    /// Latin letters whose accent a speech dictionary does not know. Others stay as they are.
    private static let folded: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = ["ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"]
        let groups = [
            "a": "àáâãäåāăą", "c": "çćč", "d": "ď", "e": "èéêëēėęě", "g": "ğ", "i": "ìíîïīįı", "n": "ñńň",
            "o": "òóôõöōő", "r": "ř", "s": "śšş", "t": "ťţ", "u": "ùúûüūůű", "y": "ýÿ", "z": "źżž",
        ]
        for (plain, accented) in groups {
            for scalar in accented.unicodeScalars { table[scalar] = plain }
        }
        return table
    }()

    /// Collects words scalar by scalar.
    private struct Reader {
        var words: [String] = []
        private var word = ""
        private var digits = ""
        private var isFraction = false
        private var pending: Unicode.Scalar?

        mutating func read(_ scalar: Unicode.Scalar) {
            if ("0"..."9").contains(scalar) { return readDigit(scalar) }
            if !digits.isEmpty {
                spellDigits()
                if scalar == "." {
                    // Spoken only if a digit follows.
                    isFraction = true
                    return
                }
            }
            switch scalar {
            case "'", "’", "ʼ": if !word.isEmpty { pending = "'" }
            case "%": separate(and: "percent")
            case "°": separate(and: "degrees")
            case "&": separate(and: "and")
            case "-", "−":
                let standsAlone = word.isEmpty
                finishWord()
                pending = standsAlone ? "-" : nil
            default: readLetter(scalar)
            }
        }

        private mutating func readLetter(_ scalar: Unicode.Scalar) {
            guard scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
            else {
                return finishWord()
            }
            if pending == "'" { word.unicodeScalars.append("'") }
            pending = nil
            isFraction = false
            if scalar.properties.generalCategory == .nonspacingMark { return }
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                if lower.properties.generalCategory == .nonspacingMark { continue }
                word += folded[lower] ?? String(lower)
            }
        }

        private mutating func readDigit(_ scalar: Unicode.Scalar) {
            if digits.isEmpty {
                let isNegative = pending == "-" && word.isEmpty
                let followsPoint = isFraction
                finishWord()
                if isNegative { words.append("minus") }
                if followsPoint {
                    isFraction = true
                    words.append("point")
                }
            }
            digits.unicodeScalars.append(scalar)
        }

        private mutating func spellDigits() {
            // Digits after a point, long ones and those with a leading zero are read one by one.
            let readsSingly = isFraction || digits.count > 6 || (digits.count > 1 && digits.hasPrefix("0"))
            if !readsSingly, let value = Int(digits) {
                words += EnglishNumbers.words(for: value)
            } else {
                words += digits.compactMap(\.wholeNumberValue).flatMap(EnglishNumbers.words(for:))
            }
            digits = ""
            isFraction = false
        }

        private mutating func separate(and spoken: String) {
            finishWord()
            words.append(spoken)
        }

        mutating func finishWord() {
            if !digits.isEmpty { spellDigits() }
            if !word.isEmpty { words.append(word) }
            word = ""
            pending = nil
            isFraction = false
        }
    }
}
