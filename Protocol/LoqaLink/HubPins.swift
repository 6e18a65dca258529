package import LoqaCrypto

/// What a relay keeps of its hub: the keys it knows it by, and the token it has used. A value; stored by the shell.
package struct HubPins: Sendable, Equatable {
    /// Keys kept at most: the one in use, and those of changes that were never finished.
    package static let hubKeyCountMax = 4

    /// The hub's keys, the newest first; empty until the relay is enrolled.
    package private(set) var hubKeys: [PublicKey]
    /// The id of the token that enrolled this relay, so that the same token in its configuration is not tried again.
    package private(set) var usedInvite: [UInt8]?

    package init(hubKeys: [PublicKey] = [], usedInvite: [UInt8]? = nil) {
        self.hubKeys = Array(hubKeys.prefix(Self.hubKeyCountMax))
        self.usedInvite = usedInvite
    }

    /// The relay was enrolled at the hub of this key: earlier hubs are forgotten.
    package mutating func enrolled(at hub: PublicKey, by invite: [UInt8]?) {
        (hubKeys, usedInvite) = ([hub], invite ?? usedInvite)
    }

    /// I6: the hub will be known by this key as well; it is tried first.
    package mutating func add(_ key: PublicKey) {
        hubKeys.removeAll { $0 == key }
        hubKeys.insert(key, at: 0)
        hubKeys = Array(hubKeys.prefix(Self.hubKeyCountMax))
    }
}
