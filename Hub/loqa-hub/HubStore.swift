import Glibc
import HubCore
import HubHome
import HubServer
import LoqaCrypto
import LoqaSystem

/// What a hub keeps in its state folder to know its house again: its keys and the registry of its relays.
struct HubStore: Sendable {
    let folder: String

    private var keyFile: KeyFile { KeyFile(path: "\(folder)/hub.key") }
    private var newKeyFile: KeyFile { KeyFile(path: "\(folder)/hub-new.key") }
    private var registryFile: RegistryFile { RegistryFile(path: "\(folder)/relays.json") }

    /// The door of an earlier start, or of a new hub: then its key is made now.
    func door(rooms: [String], address: String?) throws -> HubDoor {
        var contents = try registryFile.load()
        var keys = [try Self.key(keyFile.loadOrCreate().key)]
        if let rotation = contents.rotation {
            if let bytes = try newKeyFile.load() {
                keys.insert(try Self.key(bytes), at: 0)
            } else if keys[0].publicKey == rotation.newKey {
                // The hub stopped after the last step of the change, before it was written down.
                contents.rotation = nil
            }
            guard keys[0].publicKey == rotation.newKey else { throw KeyMissing(path: newKeyFile.path) }
        } else if try newKeyFile.load() != nil {
            // The hub stopped within the last step of a change, or before the first was written down: whichever key the
            // relays were told is the newer one, and both are answered to until the next change.
            keys.append(try Self.key(newKeyFile.loadOrCreate().key))
        }
        let advertised = address.flatMap { NumericAddress.host($0) }
        return HubDoor(
            registry: try RelayRegistry(rooms: rooms, contents: contents), keys: keys,
            save: { [registryFile] in try registryFile.save($0) },
            makeKey: { [newKeyFile] in
                unlink(newKeyFile.path)
                return try Self.key(newKeyFile.loadOrCreate().key)
            },
            dropOldKey: { [newKeyFile, keyFile] in try newKeyFile.move(to: keyFile.path) },
            address: { advertised ?? NetworkInterfaces.reachableAddress() })
    }

    /// A change of the hub's key is in progress, and the new key is gone.
    struct KeyMissing: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "\(path) is missing though a change of the hub's key is in progress: restore it from a backup"
        }
    }

    private static func key(_ bytes: [UInt8]) throws -> PrivateKey {
        guard let key = PrivateKey(bytes) else { preconditionFailure("a key file holds 32 bytes") }
        return key
    }
}

/// The machine's own addresses.
enum NetworkInterfaces {
    /// The address that relays on the network reach this machine at: its first IPv4 address that is not loopback, else the
    /// first global IPv6 one, else loopback, for a house on one machine.
    static func reachableAddress() -> InviteToken.Host? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var (four, six): ([UInt8]?, [UInt8]?)
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(bitPattern: entry.ifa_flags)
            guard flags & Int32(IFF_UP) != 0, flags & Int32(IFF_LOOPBACK) == 0,
                let address = entry.ifa_addr
            else { continue }
            switch Int32(address.pointee.sa_family) {
            case AF_INET:
                let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                    withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
                }
                if four == nil { four = bytes }
            case AF_INET6:
                let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                    withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
                }
                // Link-local addresses mean nothing without their interface.
                if six == nil, !(bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80) { six = bytes }
            default: break
            }
        }
        return InviteToken.Host(four ?? six ?? [127, 0, 0, 1])
    }
}
