import Glibc
import LoqaBase
import LoqaCrypto
import LoqaModels
package import LoqaSystem
import LoqaWake
import LoqaWire
package import RelayCore

/// The wake words that the hub has chosen for this relay, kept in its state folder so that they outlive a restart.
///
/// A folder for each model, named by the SHA-256 of its bundle in hexadecimal, and the list that the wake engine reads. For the
/// main loop's thread; blocks for as long as the disk takes.
package struct WakeStore: Sendable {
    private let folder: WakeFolder
    private let listPath: String

    /// - Parameter path: in the relay's state folder; made if it is not there.
    package init(path: String) throws(SystemError) {
        folder = try WakeFolder(path: path)
        listPath = "\(path)/words"
    }

    /// Names of the models that are kept.
    package func kept() throws(SystemError) -> Set<[UInt8]> {
        Set(try folder.names().compactMap { Hex.bytes($0, count: SHA256.byteCount) })
    }

    /// What the wake engine is started with for the words in force; nil while the choice is the relay's own.
    package var arguments: [String]? {
        access(listPath, R_OK) == 0 ? ["--words", listPath] : nil
    }

    /// W3: keeps a bundle, if it is what its name says and can run.
    ///
    /// - Throws: what is wrong with it.
    package func keep(_ bytes: [UInt8], as model: [UInt8]) throws {
        guard SHA256.hash(bytes) == model else { throw Problem.otherContent }
        try folder.keep(try WakeBundle(bytes: bytes).files, as: Hex.text(model))
    }

    /// Listens for these words from the engine's next start on, and forgets models that none of them needs.
    package func use(_ words: [WakeChooser.Word]) throws(SystemError) {
        guard !words.isEmpty else {
            guard unlink(listPath) == 0 || errno == ENOENT else { throw SystemError("remove \(listPath)") }
            return
        }
        let lines = words.map { "\($0.sensitivity.name) \(Hex.text($0.model))\n" }
        try OwnerFile.replace(listPath, with: Array(lines.joined().utf8))
        let names = Set(words.map { Hex.text($0.model) })
        for name in try folder.names() where !names.contains(name) { try folder.remove(name) }
    }

    /// A clip of the first word that has one, for self-tests: a WAV file.
    package func clipPath(of words: [WakeChooser.Word]) -> String? {
        words.map { "\(folder.folder(of: Hex.text($0.model)))/\(WakeFolder.clipName)" }
            .first { access($0, R_OK) == 0 }
    }

    /// Why a bundle is not kept.
    private enum Problem: Error, CustomStringConvertible {
        case otherContent

        var description: String { "a wake word came with other content than its name says" }
    }
}
