import Glibc
package import LoqaSystem
package import LoqaWake

/// Wake words kept in a folder, each in one of its own: a manifest, its networks, and perhaps a clip of the phrase. Blocks for
/// as long as the disk takes.
package struct WakeFolder: Sendable {
    /// Words in a folder.
    package static let wordCountMax = 64
    /// A clip of the phrase beside the manifest, for self-tests: 16 kHz, mono, 16 bits.
    package static let clipName = "clip.wav"

    /// As it was given.
    package let path: String

    /// Makes the folder if it is not there.
    package init(path: String) throws(SystemError) {
        self.path = path
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("create \(path)") }
    }

    /// Names of the words that are kept, in order.
    package func names() throws(SystemError) -> [String] {
        try folderEntries(of: path, countMax: 4 * Self.wordCountMax) { $0.isFolder && Self.isName($0.name) }
            .map(\.name).sorted()
    }

    /// Folder of a word.
    package func folder(of name: String) -> String { "\(path)/\(name)" }

    /// Keeps the files of a word, the manifest first; those of an earlier word of the name are gone then. A word that cannot
    /// run is not kept.
    ///
    /// - Throws: what is wrong with a file, or the system's reason.
    package func keep(_ files: [WakeBundle.File], as name: String) throws {
        precondition(Self.isName(name), "no name of a wake word")
        precondition(!files.isEmpty && files.allSatisfy { WakeBundle.isName($0.name) }, "no name of a file")
        let temporary = "\(path)/.new"
        try remove(folder: temporary)
        guard mkdir(temporary, 0o700) == 0 else { throw SystemError("create \(temporary)") }
        do {
            for file in files {
                try OwnerFile.create("\(temporary)/\(file.name)", with: file.bytes)
            }
            _ = try WakeModels.word(at: "\(temporary)/\(files[0].name)")
            try remove(folder: folder(of: name))
            try OwnerFile.move(temporary, to: folder(of: name))
        } catch {
            try remove(folder: temporary)
            throw error
        }
    }

    /// Forgets a word; one that is not there is no error.
    package func remove(_ name: String) throws(SystemError) {
        guard Self.isName(name) else { return }
        try remove(folder: folder(of: name))
    }

    /// The manifest of a word.
    ///
    /// - Throws: if there is none.
    package func manifest(of name: String) throws(WakeModelError) -> String {
        try WakeModels.manifest(in: folder(of: name))
    }

    /// A name of letters, digits, "-" and "_".
    package static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private func remove(folder: String) throws(SystemError) {
        let entries: [FolderEntry]
        do throws(SystemError) {
            entries = try folderEntries(of: folder, countMax: .max)
        } catch {
            if error.code == ENOENT { return }
            throw error
        }
        for entry in entries { unlink("\(folder)/\(entry.name)") }
        guard rmdir(folder) == 0 else { throw SystemError("remove \(folder)") }
    }
}
