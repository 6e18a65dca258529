import Foundation
package import HubLanguage
import LoqaSystem

/// Why a pack cannot be had.
package enum PackError: Error, CustomStringConvertible {
    /// Something in a file is wrong.
    case language(LanguageError)
    /// A file cannot be read or written.
    case file(String)

    package var description: String {
        switch self {
        case .language(let error): error.description
        case .file(let text): text
        }
    }
}

/// A folder with packs, in any of three layouts:
///
/// - the intents repository: `intents.yaml`, `sentences/LANG/INTENT/*.yaml`, `rules`, `lists`, `responses`;
/// - `home-assistant-intents`: `data/LANG.json`, or `LANG.json` in the folder itself;
/// - test cases: `LANG.pack.json.gz`.
///
/// Beside a JSON pack, or in the repository's folder `numbers`, may lie `LANG.numbers.json`, also with `.gz`: how
/// numbers are said.
package struct PackFolder: Sendable {
    /// Bytes of one file, unpacked.
    static let byteCountMax = 16 << 20

    private enum Layout {
        case repository
        case packs(folder: String)
    }

    private let path: String
    private let layout: Layout

    /// - Throws: ``PackError`` if there are no packs in the folder.
    package init(_ path: String) throws(PackError) {
        self.path = path
        let exists = { (path: String) in FileManager.default.fileExists(atPath: path) }
        if exists("\(path)/sentences"), exists("\(path)/intents.yaml") {
            layout = .repository
        } else if exists("\(path)/data") {
            layout = .packs(folder: "\(path)/data")
        } else {
            layout = .packs(folder: path)
        }
        guard try !languages().isEmpty else {
            throw .file(
                "\(path): holds no packs; name a checkout of the intents repository or a folder with LANG.json"
            )
        }
    }

    /// Codes of all languages here, sorted.
    package func languages() throws(PackError) -> [String] {
        switch layout {
        case .repository:
            return try Self.names(in: "\(path)/sentences").filter { !$0.contains(".") }
        case .packs(let folder):
            let names = try Self.names(in: folder).compactMap { name -> String? in
                for end in [".pack.json.gz", ".json"] where name.hasSuffix(end) && !name.contains(".numbers.")
                {
                    return String(name.dropLast(end.count))
                }
                return nil
            }
            return Array(Set(names)).sorted()
        }
    }

    /// Reads the pack of `language`.
    ///
    /// - Throws: ``PackError`` with file, line and column of what is wrong.
    package func source(_ language: String) throws(PackError) -> LanguageSource {
        // Codes become file names.
        guard !language.isEmpty,
            language.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ".") })
        else { throw .file("'\(language)' is no language code; write en or pt-BR") }
        do {
            switch layout {
            case .repository:
                var source = try RepositoryReader(path, language).source()
                try Self.addNumbers("\(path)/numbers", language, to: &source)
                return source
            case .packs(let folder): return try Self.packSource(folder, language)
            }
        } catch let error as PackError {
            throw error
        } catch let error as LanguageError {
            throw .language(error)
        } catch {
            throw .file("\(path): \(error)")
        }
    }

    private static func packSource(_ folder: String, _ language: String) throws -> LanguageSource {
        guard let pack = try json(folder, ["\(language).pack.json.gz", "\(language).json"]) else {
            let languages = try PackFolder(folder).languages().joined(separator: ", ")
            throw PackError.file("\(folder): has no pack for '\(language)'; it has \(languages)")
        }
        var source = try PackReader.source(pack)
        try addNumbers(folder, language, to: &source)
        return source
    }

    private static func addNumbers(
        _ folder: String, _ language: String, to source: inout LanguageSource
    ) throws {
        let names = ["\(language).numbers.json.gz", "\(language).numbers.json"]
        if let numbers = try json(folder, names) { source.numberWords = try NumberReader.words(numbers) }
    }

    private static func json(_ folder: String, _ names: [String]) throws -> PackNode? {
        for name in names where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
            return try JSONReader.read(try bytes("\(folder)/\(name)"), file: name)
        }
        return nil
    }

    /// When the files of a language were last changed, in seconds since 1970; own sentences in `others` too.
    ///
    /// - Throws: ``PackError`` if one cannot be asked.
    package func changed(_ language: String, others: [String] = []) throws(PackError) -> Double {
        var paths = others
        switch layout {
        case .repository:
            paths.append("\(path)/intents.yaml")
            for part in ["sentences", "rules", "lists", "responses"] {
                let folder = "\(path)/\(part)/\(language)"
                paths.append(folder)
                for name in FileManager.default.enumerator(atPath: folder) ?? .init() {
                    paths.append("\(folder)/\(name)")
                }
            }
            paths += try Self.names(in: "\(path)/lists").map { "\(path)/lists/\($0)" }
            paths += try Self.names(in: "\(path)/numbers").map { "\(path)/numbers/\($0)" }
        case .packs(let folder):
            paths += try Self.names(in: folder).filter { $0.hasPrefix("\(language).") }.map {
                "\(folder)/\($0)"
            }
        }
        return try paths.map { path throws(PackError) in try Self.changed(path) }.max() ?? 0
    }

    /// When one file was changed; 0 for one that is not there.
    package static func changed(_ path: String) throws(PackError) -> Double {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        do {
            let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            return date?.timeIntervalSince1970 ?? 0
        } catch {
            throw .file("\(path): cannot be read (\(error.localizedDescription))")
        }
    }

    /// Adds own sentences to `source`: a YAML file in the shape of a pack, whose templates go before the pack's.
    ///
    /// - Throws: ``PackError`` with file, line and column of what is wrong.
    package static func add(_ path: String, to source: inout LanguageSource) throws(PackError) {
        let bytes = try bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .file("\(path): is not UTF-8; save it as UTF-8")
        }
        do throws(LanguageError) {
            try PackReader.add(try PackNode.yaml(text, file: path), to: &source, isOwn: true)
        } catch {
            throw .language(error)
        }
    }

    // MARK: Files

    /// Names in a folder, sorted; none if there is no such folder.
    static func names(in folder: String) throws(PackError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw .file("\(folder): cannot be listed (\(error.localizedDescription))")
        }
    }

    /// The bytes of a file, unpacked if it is compressed.
    package static func bytes(_ path: String) throws(PackError) -> [UInt8] {
        do {
            let bytes = try contents(of: path, byteCountMax: byteCountMax)
            guard path.hasSuffix(".gz") else { return bytes }
            return try Gunzip.unpack(bytes, byteCountMax: byteCountMax)
        } catch let error as GunzipError {
            throw .file("\(path): \(error)")
        } catch {
            // The system's error names the file.
            throw .file("\(error)")
        }
    }
}
