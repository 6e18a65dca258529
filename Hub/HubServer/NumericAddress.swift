import Glibc
package import LoqaCrypto

/// Internet addresses as people write them.
package enum NumericAddress {
    /// "192.168.1.10", "fd00::1" or "[fd00::1]"; nil for anything else.
    package static func host(_ text: String) -> InviteToken.Host? {
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, bare, &bytes) == 1 { return InviteToken.Host(bytes) }
        }
        return nil
    }
}
