package import HubCore
package import LoqaCrypto

/// Who may come in: the registry, the hub's own keys, and how both are kept on disk.
///
/// A value that the program hands in; from then on the ``Hub`` owns it. What must survive is kept before anything is
/// done because of it: a token that was used stays used, a revoked key stays revoked.
package struct HubDoor: Sendable {
    /// Who belongs to the house.
    package var registry: RelayRegistry
    /// The hub's own keys, the newest first; two during a change (I6).
    package var keys: [PrivateKey]
    /// Keeps the registry; throws if it cannot.
    package var save: @Sendable (RegistryContents) throws -> Void
    /// Makes and keeps a new key.
    package var makeKey: @Sendable () throws -> PrivateKey
    /// Forgets the older key.
    package var dropOldKey: @Sendable () throws -> Void
    /// Where relays reach this hub, for tokens: 4 or 16 bytes.
    package var address: @Sendable () -> InviteToken.Host?

    package init(
        registry: RelayRegistry, keys: [PrivateKey],
        save: @escaping @Sendable (RegistryContents) throws -> Void,
        makeKey: @escaping @Sendable () throws -> PrivateKey,
        dropOldKey: @escaping @Sendable () throws -> Void,
        address: @escaping @Sendable () -> InviteToken.Host?
    ) {
        (self.registry, self.keys, self.save) = (registry, keys, save)
        (self.makeKey, self.dropOldKey, self.address) = (makeKey, dropOldKey, address)
    }

    /// Changes the registry, and keeps it before the change counts: if that fails, nothing has changed.
    mutating func change<Result>(_ body: (inout RelayRegistry) -> Result) throws -> Result {
        var changed = registry
        let result = body(&changed)
        if changed.revision != registry.revision { try save(changed.contents) }
        registry = changed
        return result
    }
}
