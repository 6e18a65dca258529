import CLinux
import Glibc

/// The private key of a relay or a hub: one line of 64 hexadecimal digits in a file of mode 0600.
///
/// Made on the first start, and never leaves the machine. Blocks for as long as the disk takes.
package struct KeyFile: Sendable {
    /// Bytes of an X25519 private key.
    package static let byteCount = 32

    /// Where it is; the folder exists.
    package let path: String

    package init(path: String) { self.path = path }

    /// The key of an earlier start, or nil if there is no file.
    ///
    /// - Returns: 32 bytes.
    package func load() throws(KeyFileError) -> [UInt8]? {
        let text: [UInt8]
        do throws(OwnerFile.ReadError) {
            text = try OwnerFile.read(path, byteCountMax: 2 * Self.byteCount + 1)
        } catch {
            switch error {
            case .missing: return nil
            case .tooLong: throw .malformed(path: path)
            case .exposed, .notAFile, .failed: throw .unreadable(error)
            }
        }
        guard let key = Self.key(in: text) else { throw .malformed(path: path) }
        return key
    }

    /// The key of an earlier start, else one made now from the system's random bytes.
    ///
    /// - Returns: 32 bytes, and whether they are new.
    package func loadOrCreate() throws(KeyFileError) -> (key: [UInt8], isNew: Bool) {
        if let key = try load() { return (key, false) }
        let key = try Self.randomKey()
        do throws(SystemError) {
            try OwnerFile.create(path, with: Self.line(of: key))
        } catch {
            // Another process was first: then its key is the one.
            if error.code == EEXIST, let key = try load() { return (key, false) }
            throw .unwritable(error)
        }
        return (key, true)
    }

    /// Takes the place of another key file: the end of a rotation.
    package func move(to path: String) throws(KeyFileError) {
        do throws(SystemError) { try OwnerFile.move(self.path, to: path) } catch { throw .unwritable(error) }
    }

    private static func randomKey() throws(KeyFileError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: byteCount)
        // Up to 256 bytes come whole; early in a boot the call waits until the system can make good ones.
        while getrandom(&key, byteCount, 0) != byteCount {
            guard errno == EINTR else { throw .unwritable(SystemError("draw a random key")) }
        }
        return key
    }

    private static func line(of key: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return key.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [UInt8(ascii: "\n")]
    }

    /// The key of a whole file, if it is one line of 64 digits.
    private static func key(in text: [UInt8]) -> [UInt8]? {
        let line = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        guard line.count == 2 * byteCount else { return nil }
        var key: [UInt8] = []
        for place in stride(from: 0, to: line.count, by: 2) {
            guard let high = value(of: line[place]), let low = value(of: line[place + 1]) else { return nil }
            key.append(high << 4 | low)
        }
        return key
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What is wrong with a key file.
package enum KeyFileError: Error, Equatable, CustomStringConvertible {
    case unreadable(OwnerFile.ReadError)
    /// It holds something else than 64 hexadecimal digits.
    case malformed(path: String)
    case unwritable(SystemError)

    package var description: String {
        switch self {
        case .unreadable(let error): "the key cannot be used: \(error)"
        case .malformed(let path):
            "\(path) holds no key (64 hexadecimal digits on one line): restore it, or remove it to get a new key, with "
                + "which this machine is a stranger to all that knew the old one"
        case .unwritable(let error):
            "no key could be kept: \(error); check the folder, its permissions and the free space"
        }
    }
}
