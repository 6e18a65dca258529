import LoqaBase
import LoqaCrypto
package import LoqaLink
package import LoqaSystem

/// What a relay keeps of its hub between two starts: its keys, the token that was used, and the address that worked.
///
/// A file of lines `key = value`, mode 0600, replaced as a whole. Blocks for as long as the disk takes.
package struct HubPinsFile: Sendable {
    /// What the file holds.
    package struct Contents: Sendable, Equatable {
        /// The hub's keys, and the token that was used.
        package var pins = HubPins()
        /// The address of the last link.
        package var address: HubAddress?
        package init() {}
    }

    /// What is wrong with the file.
    package enum Problem: Error, Equatable, CustomStringConvertible {
        case unreadable(OwnerFile.ReadError)
        case malformed(path: String, line: Int)
        case unwritable(SystemError)

        package var description: String {
            switch self {
            case .unreadable(let error): "what this relay knows of its hub cannot be used: \(error)"
            case .malformed(let path, let line):
                "\(path), line \(line), is damaged: restore the file, or remove it and enrol the relay anew"
            case .unwritable(let error): "what this relay knows of its hub could not be kept: \(error)"
            }
        }
    }

    private static let byteCountMax = 4_096
    /// Where it is; the folder exists.
    package let path: String

    package init(path: String) { self.path = path }

    /// What an earlier start left; empty if there is no file.
    package func load() throws(Problem) -> Contents {
        let bytes: [UInt8]
        do throws(OwnerFile.ReadError) {
            bytes = try OwnerFile.read(path, byteCountMax: Self.byteCountMax)
        } catch .missing {
            return Contents()
        } catch {
            throw .unreadable(error)
        }
        return try parse(String(decoding: bytes, as: UTF8.self))
    }

    /// Replaces the file.
    package func save(_ contents: Contents) throws(Problem) {
        var lines = contents.pins.hubKeys.map { "hub-key = \($0.hex)" }
        if let invite = contents.pins.usedInvite { lines.append("used-invite = \(Hex.text(invite))") }
        if let address = contents.address { lines.append("address = \(address)") }
        do throws(SystemError) {
            try OwnerFile.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
        } catch {
            throw .unwritable(error)
        }
    }

    /// Reads the text of a file. - Throws: `malformed`.
    package func parse(_ text: String) throws(Problem) -> Contents {
        var contents = Contents()
        var keys: [PublicKey] = []
        var invite: [UInt8]?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[1] == "=" else { throw .malformed(path: path, line: index + 1) }
            let value = String(parts[2])
            switch parts[0] {
            case "hub-key":
                guard let key = PublicKey(hex: value) else { throw .malformed(path: path, line: index + 1) }
                keys.append(key)
            case "used-invite":
                guard let bytes = Hex.bytes(value), bytes.count == 8 else {
                    throw .malformed(path: path, line: index + 1)
                }
                invite = bytes
            case "address":
                guard let address = HubAddress(value) else { throw .malformed(path: path, line: index + 1) }
                contents.address = address
            default: break  // A later version may keep more.
            }
        }
        contents.pins = HubPins(hubKeys: keys, usedInvite: invite)
        return contents
    }
}
