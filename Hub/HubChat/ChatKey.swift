import LoqaSystem

/// A secret that a chat server knows its users by. Never shown.
package struct ChatKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Bytes of a key.
    package static let byteCountMax = 1_024

    let text: String

    package var description: String { "(secret)" }
    package var debugDescription: String { description }

    /// - Returns: nil unless `text` is one line of plain characters without spaces; blanks around it are taken off.
    package init?(_ text: String) {
        let trimmed = text.split(whereSeparator: \.isWhitespace)
        guard trimmed.count == 1, let key = trimmed.first, key.utf8.count <= Self.byteCountMax,
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.text = String(key)
    }

    /// The key in a file that only its owner may read.
    ///
    /// - Throws: ``Failure`` that says what to do.
    package init(file path: String) throws(Failure) {
        let bytes: [UInt8]
        do throws(OwnerFile.ReadError) {
            bytes = try OwnerFile.read(path, byteCountMax: Self.byteCountMax + 2)
        } catch {
            throw Failure(description: "\(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self), let key = ChatKey(text) else {
            throw Failure(description: "\(path) holds no key: write it there on one line, and nothing else")
        }
        self = key
    }

    /// Why there is no key.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }
}
