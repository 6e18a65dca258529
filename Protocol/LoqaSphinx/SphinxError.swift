/// Why pocketsphinx cannot be used. Each says what to do.
package enum SphinxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder holds no acoustic model or dictionary.
    case noModel(String)
    /// Words that neither the dictionary nor the caller can pronounce.
    case unknownWords([String])
    /// The library refused the grammar.
    case badGrammar
    /// The library refused to start, or to take sound.
    case refused(String)

    package var description: String {
        switch self {
        case .noModel(let folder):
            "no speech model in \(folder): install the Debian package pocketsphinx-en-us, or name another folder"
        case .unknownWords(let words): "no pronunciation for: \(words.prefix(10).joined(separator: ", "))"
        case .badGrammar: "pocketsphinx refused the grammar"
        case .refused(let what): "pocketsphinx refused to \(what)"
        }
    }
}
