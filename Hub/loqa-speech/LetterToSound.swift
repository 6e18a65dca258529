import CFlite

/// How English words sound that no dictionary holds: flite's CMU lexicon and, beyond it, its letter-to-sound rules.
struct LetterToSound: ~Copyable {
    /// A word has at most this many phones; longer is no word.
    private static let phoneCountMax = 60
    /// Letters of western Europe, by the English letter that is closest.
    private static let folded: [Character: String] = [
        "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "æ": "ae", "ç": "c", "è": "e", "é": "e",
        "ê": "e", "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o",
        "õ": "o", "ö": "o", "ø": "o", "œ": "oe", "ß": "ss", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ý": "y",
        "ÿ": "y",
    ]

    private let lexicon: UnsafeMutablePointer<cst_lexicon>?
    private let features: OpaquePointer?

    init() {
        flite_init()
        lexicon = cmu_lex_init()
        features = OpaquePointer(new_features())
    }

    /// The word's phones in ARPAbet without stress, as pocketsphinx's dictionary has them; `nil` for what is not made of
    /// letters.
    func phones(of word: String) -> String? {
        var letters = ""
        for character in word.lowercased() {
            if character.isASCII, character.isLetter {
                letters.append(character)
            } else if let plain = Self.folded[character] {
                letters += plain
            } else if character != "'" && character != "-" && character != "." {
                return nil
            }
        }
        guard !letters.isEmpty, let lexicon, let features else { return nil }
        guard let list = lex_lookup(lexicon, letters, nil, UnsafePointer(features)) else { return nil }
        defer { delete_val(list) }
        var phones: [String] = []
        var cell: UnsafePointer<cst_val>? = UnsafePointer(list)
        while let here = cell, phones.count <= Self.phoneCountMax {
            guard let head = val_car(here), let name = val_string(head) else { return nil }
            let phone = String(cString: name).filter(\.isLetter).uppercased()
            if phone != "PAU" { phones.append(phone == "AX" ? "AH" : phone) }
            cell = val_cdr(here)
        }
        return phones.isEmpty || phones.count > Self.phoneCountMax ? nil : phones.joined(separator: " ")
    }
}
