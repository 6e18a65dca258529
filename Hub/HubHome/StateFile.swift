import Foundation
import Glibc
package import HubSkills
import LoqaBase
import LoqaSystem

/// Keeps a home's ``HouseState`` on disk, so that devices and timers survive a restart of the hub.
///
/// JSON, readable by its owner only (mode 0600), replaced as a whole: written beside the old file, forced to
/// the disk, then renamed, so a power cut leaves the old state or the new one, never half of either.
/// Blocks for as long as the disk takes; call it where that does not hurt.
package struct StateFile: Sendable {
    /// Bytes of a state file.
    package static let byteCountMax = 1_024 * 1_024
    /// The version this hub writes. It reads older ones.
    package static let version = 1

    /// Where the state is kept; a file of mode 0600 in a folder that exists.
    package let path: String

    package init(path: String) { self.path = path }

    /// What a start finds.
    package struct Loaded: Sendable, Equatable {
        /// The saved state, or the home file's defaults (empty) if there was none that can be used.
        package var state: HouseState
        /// What the owner should be told: the file was unusable and was put aside. Nil if all is well.
        package var warning: String?

        package init(state: HouseState, warning: String?) { (self.state, self.warning) = (state, warning) }
    }

    /// Reads the state. A file that is broken, too long or from a newer hub is put aside as `PATH.unusable`
    /// and named in the warning; the hub then starts from the home file's defaults.
    ///
    /// - Throws: ``StateFileError`` if the file is there but cannot be opened, or cannot be put aside: going
    ///   on would overwrite it.
    package func load() throws(StateFileError) -> Loaded {
        let bytes: [UInt8]
        switch try read() {
        case .missing: return Loaded(state: HouseState(), warning: nil)
        case .tooLong: return try putAside("is longer than \(Self.byteCountMax / 1_024) KiB")
        case .bytes(let read): bytes = read
        }
        do {
            let decoder = JSONDecoder()
            let found = try decoder.decode(SavedVersion.self, from: Data(bytes)).version
            guard found <= Self.version else {
                return try putAside("was written by a newer version of Loqa (format \(found))")
            }
            return Loaded(state: try decoder.decode(SavedState.self, from: Data(bytes)).state, warning: nil)
        } catch let error as StateFileError {
            throw error
        } catch {
            return try putAside("is damaged")
        }
    }

    /// Writes the state.
    ///
    /// - Throws: ``StateFileError`` that names the step; the old file is untouched then.
    package func save(_ state: HouseState) throws(StateFileError) {
        let data: Data
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            data = try encoder.encode(SavedState(state))
        } catch {
            throw StateFileError(path: path, step: "encode", reason: "\(error)")
        }
        do throws(SystemError) { try OwnerFile.replace(path, with: Array(data)) } catch {
            throw StateFileError(path: path, step: "save", reason: "\(error)")
        }
    }

    private enum Found { case missing, tooLong, bytes([UInt8]) }

    private func read() throws(StateFileError) -> Found {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return .missing }
            throw failure("open")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= Self.byteCountMax {
            let count = Glibc.read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read") }
            if count == 0 { return .bytes(bytes) }
            bytes += block[..<count]
        }
        return .tooLong
    }

    private func putAside(_ reason: String) throws(StateFileError) -> Loaded {
        let kept = path + ".unusable"
        guard rename(path, kept) == 0 else { throw failure("put aside") }
        let warning = "\(path) \(reason); kept as \(kept), starting from the home file"
        return Loaded(state: HouseState(), warning: warning)
    }

    private func failure(_ step: String) -> StateFileError {
        StateFileError(path: path, step: step, reason: String(cString: strerror(errno)))
    }
}

/// What went wrong with the state file.
package struct StateFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file that could not be read or written.
    package var path: String
    /// What was tried: open, read, encode, save, put aside.
    package var step: String
    package var reason: String

    package var description: String {
        "cannot \(step) the state file \(path): \(reason); check the folder, its permissions and the free space"
    }
}
