import Foundation
package import HubCore
package import LoqaSystem

/// Keeps the registry of relays on disk (`relays.json`).
///
/// JSON, readable by its owner only (mode 0600), replaced as a whole; the one before stays as `PATH.bak`. A file that
/// cannot be used is an error and never an empty registry: that would strand every relay of the house, and let
/// revoked ones return. Blocks for as long as the disk takes.
package struct RegistryFile: Sendable {
    /// Bytes of a registry file: all places of the registry taken need about a third of it.
    package static let byteCountMax = 4 * 1_024 * 1_024
    /// The version this hub writes. It reads older ones.
    package static let version = 1

    /// Where the registry is kept, in a folder that exists.
    package let path: String
    /// Where the one before the last is kept.
    package var backupPath: String { path + ".bak" }

    package init(path: String) { self.path = path }

    /// Reads the registry. No file, and none kept from before, is the empty registry of a new hub.
    package func load() throws(RegistryFileError) -> RegistryContents {
        do throws(ReadFailure) {
            return try Self.read(path)
        } catch {
            switch error {
            case .file(.missing):
                if access(backupPath, F_OK) == 0 { throw .missing(path: path, backup: backupPath) }
                return RegistryContents()
            case .file(.tooLong): throw damaged("it is longer than \(Self.byteCountMax) bytes")
            case .file(let reason): throw .unreadable(reason)
            case .newer(let version): throw .newer(path: path, version: version)
            case .damaged(let reason): throw damaged(reason)
            }
        }
    }

    /// Writes the registry.
    ///
    /// - Throws: the step that failed; the old file is untouched then.
    package func save(_ contents: RegistryContents) throws(RegistryFileError) {
        let bytes: [UInt8]
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            bytes = try Array(encoder.encode(SavedRegistry(contents)))
        } catch {
            preconditionFailure("a registry is always JSON: \(error)")
        }
        do throws(SystemError) {
            try OwnerFile.replace(path, with: bytes, backup: backupPath)
        } catch {
            throw .unwritable(error)
        }
    }

    private enum ReadFailure: Error {
        case file(OwnerFile.ReadError)
        case newer(Int)
        case damaged(String)
    }

    private static func read(_ path: String) throws(ReadFailure) -> RegistryContents {
        let bytes: [UInt8]
        do throws(OwnerFile.ReadError) {
            bytes = try OwnerFile.read(path, byteCountMax: byteCountMax)
        } catch {
            throw .file(error)
        }
        let decoder = JSONDecoder()
        let saved: SavedRegistry
        do {
            let found = try decoder.decode(SavedRegistryVersion.self, from: Data(bytes)).version
            guard found <= version else { throw ReadFailure.newer(found) }
            saved = try decoder.decode(SavedRegistry.self, from: Data(bytes))
        } catch let failure as ReadFailure {
            throw failure
        } catch let error as DecodingError {
            throw .damaged(Self.reason(error))
        } catch {
            throw .damaged("\(error)")
        }
        do throws(SavedRegistryProblem) { return try saved.contents() } catch { throw .damaged("\(error)") }
    }

    /// In a person's words, without the file's content.
    private static func reason(_ error: DecodingError) -> String {
        let path: [any CodingKey]
        switch error {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        @unknown default: path = []
        }
        guard !path.isEmpty else { return "it is not a JSON object of this form" }
        let place = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return "\(place.hasPrefix(".") ? String(place.dropFirst()) : place) is missing or of the wrong kind"
    }

    private func damaged(_ reason: String) -> RegistryFileError {
        var isBackupGood = false
        do throws(ReadFailure) {
            _ = try Self.read(backupPath)
            isBackupGood = true
        } catch {
            // Then it is not offered.
        }
        return .damaged(path: path, reason: reason, backup: isBackupGood ? backupPath : nil)
    }
}

/// What is wrong with the registry file. The description tells what to do.
package enum RegistryFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(OwnerFile.ReadError)
    /// The file is gone, but the one before it is there.
    case missing(path: String, backup: String)
    case newer(path: String, version: Int)
    /// `backup` is the one before, if that can be read.
    case damaged(path: String, reason: String, backup: String?)
    case unwritable(SystemError)

    package var description: String {
        switch self {
        case .unreadable(let reason): "the registry of relays cannot be used: \(reason)"
        case .missing(let path, let backup):
            "the registry of relays \(path) is missing, but there was one: put it back with "
                + "`cp -p \(backup) \(path)`, or remove \(backup) too to start without any relay"
        case .newer(let path, let version):
            "the registry of relays \(path) was written by a newer version of Loqa (format \(version)): "
                + "update this hub"
        case .damaged(let path, let reason, .some(let backup)):
            "the registry of relays \(path) is damaged (\(reason)): put back the one before with "
                + "`cp -p \(backup) \(path)`, which lacks the latest change; revoke again whom you revoked last"
        case .damaged(let path, let reason, .none):
            "the registry of relays \(path) is damaged (\(reason)): put back a copy of it, or move it away to start "
                + "without any relay; then each must be invited or adopted again"
        case .unwritable(let reason):
            "the registry of relays could not be saved: \(reason); check the folder, its permissions and the free space"
        }
    }
}
