import Glibc
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
        Set(try folder.names().compactMap(Self.bytes(ofHex:)))
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
        try folder.keep(try WakeBundle(bytes: bytes).files, as: Self.hex(model))
    }

    /// Listens for these words from the engine's next start on, and forgets models that none of them needs.
    package func use(_ words: [WakeChooser.Word]) throws(SystemError) {
        guard !words.isEmpty else {
            guard unlink(listPath) == 0 || errno == ENOENT else { throw SystemError("remove \(listPath)") }
            return
        }
        let lines = words.map { "\(Self.name(of: $0.sensitivity)) \(Self.hex($0.model))\n" }
        try OwnerFile.replace(listPath, with: Array(lines.joined().utf8))
        let names = Set(words.map { Self.hex($0.model) })
        for name in try folder.names() where !names.contains(name) { try folder.remove(name) }
    }

    /// A clip of the first word that has one, for self-tests: a WAV file.
    package func clipPath(of words: [WakeChooser.Word]) -> String? {
        words.map { "\(folder.folder(of: Self.hex($0.model)))/\(WakeFolder.clipName)" }
            .first { access($0, R_OK) == 0 }
    }

    /// Why a bundle is not kept.
    private enum Problem: Error, CustomStringConvertible {
        case otherContent

        var description: String { "a wake word came with other content than its name says" }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == 2 * SHA256.byteCount, text.utf8.count == digits.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func name(of sensitivity: WakeWordChoice.Sensitivity) -> String {
        switch sensitivity {
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        }
    }
}
