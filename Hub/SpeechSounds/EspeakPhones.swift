/// Turns the phoneme mnemonics that `espeak-ng -x` prints for American English into ARPAbet, as pocketsphinx's
/// dictionary writes it.
package enum EspeakPhones {
    /// A word has at most this many phones; longer is none.
    package static let phoneCountMax = 60

    private static let table: [String: String] = [
        // Vowels.
        "a": "AE", "aa": "AE", "a#": "AH", "A": "AA", "A:": "AA", "A@": "AA R", "A:r": "AA R", "0": "AA",
        "V": "AH", "@": "AH", "@2": "AH", "@5": "AH", "@L": "AH L", "@l": "AH L", "E": "EH", "E2": "EH",
        "e": "EH",
        "e:": "EY", "e@": "EH R", "I": "IH", "I2": "IH", "I#": "IH", "I@": "IH R", "i": "IY", "i:": "IY",
        "i@": "IY AH",
        "i3": "IH R", "i@3": "IH R", "O": "AO", "O2": "AO", "O:": "AO", "O:r": "AO R", "O@": "AO R",
        "o@": "AO R",
        "o": "OW", "o:": "OW", "U": "UH", "U@": "UH R", "u": "UW", "u:": "UW", "y": "UW", "3": "ER",
        "3:": "ER",
        "@r": "ER", "VR": "AH R",
        // Diphthongs.
        "aI": "AY", "aI@": "AY AH", "aI3": "AY ER", "aU": "AW", "aU@": "AW ER", "OI": "OY", "oU": "OW",
        "oU#": "OW",
        "eI": "EY",
        // Consonants.
        "b": "B", "C": "HH", "d": "D", "d#": "D", "D": "DH", "dZ": "JH", "f": "F", "g": "G", "h": "HH",
        "j": "Y",
        "k": "K", "l": "L", "l#": "AH L", "L": "L", "l2": "L", "m": "M", "m-": "AH M", "n": "N", "n-": "AH N",
        "n^": "N Y", "N": "NG", "p": "P", "r": "R", "r-": "R", "R": "R", "s": "S", "S": "SH", "t": "T",
        "t#": "T",
        "t2": "T", "ts": "T S", "T": "TH", "tS": "CH", "v": "V", "w": "W", "w#": "W", "x": "K", "z": "Z",
        "z#": "Z",
        "Z": "ZH",
        // Stops of the throat, which English dictionaries leave out.
        "?": "", "Q": "",
    ]
    private static let marks: Set<Character> = ["'", ",", "%", "=", ";", "|", "!"]

    /// The phones of a word from one line of mnemonics with `_` between them ("l_'oU_k_@"), one space between phones;
    /// nothing if there are none, too many, or one is not English.
    package static func arpabet(_ line: String) -> String? {
        var phones: [Substring] = []
        for piece in line.split(whereSeparator: { $0 == "_" || $0 == " " }) {
            let mnemonic = String(piece.filter { !marks.contains($0) })
            // A lone colon lengthens what went before, which English does not write down.
            if mnemonic.isEmpty || mnemonic == ":" { continue }
            guard let found = table[mnemonic] ?? table[mnemonic.filter { $0 != ":" }] else { return nil }
            phones += found.split(separator: " ")
        }
        return phones.isEmpty || phones.count > phoneCountMax ? nil : phones.joined(separator: " ")
    }
}
