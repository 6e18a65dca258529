package import HubAdmin
import HubCore
import HubFallback
import HubSkills
import Logging
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// The owner's questions and orders, from `admin.sock`.
extension Hub {
    /// Answers one request. What it changes is kept before it counts.
    package func answer(_ request: AdminRequest) -> AdminResponse {
        defer { rearm() }
        do {
            if let response = try answerWake(request) { return response }
            switch request {
            case .wakeWords, .wakePiece, .wakeAdd, .wakeRemove, .wakeUse, .wakeDrop, .wakeRelays, .wakeEvents,
                .wakeFalse:
                return .refusal("this is no question for here")
            case .status: return .status(hub: status)
            case .relays(let start):
                return .relays(page: AdminPage(door.registry.entries.map(relay), from: start))
            case .links(let start): return .links(page: AdminPage(links, from: start))
            case .invites(let start):
                return .invites(page: AdminPage(door.registry.invites.map(invite), from: start))
            case .pending: return .pending(list: door.registry.pending.map(pending))
            case .invite(let room, let name, let validFor, let address):
                return try makeInvite(room, name, validFor, address)
            case .withdraw(let text):
                guard let id = InviteID(hex: text) else { return .refusal("an invite's id is 16 digits") }
                return try change({ $0.withdraw(id, now: wallSeconds) }) { .withdrawn(invite: invite($0)) }
            case .approve(let code, let room, let name): return try approve(code, room, name)
            case .refuse(let code): return try refuse(code)
            case .revoke(let name):
                return try change({ $0.revoke(name, now: wallSeconds) }) { entry in
                    record("relay.revoked", [("relay", .text(entry.name))])
                    drop(entry.key, Goodbye(code: .revoked, text: "this relay's key was revoked"))  // I5
                    return .relay(relay: relay(entry))
                }
            case .rename(let name, let other):
                return try change({ $0.rename(name, to: other) }) { reconnect($0) }
            case .move(let name, let room):
                return try change({ $0.move(name, to: room) }) { reconnect($0) }
            case .rotateKey: return try rotateKey()
            case .finishRotation: return try finishRotation()
            case .announce(let text, let rooms): return announce(text, rooms)
            }
        } catch {
            parts.logger.error("an order could not be carried out", metadata: ["error": "\(error)"])
            return .failure(
                failure: AdminFailure(code: .failed, message: "the hub cannot keep this: \(error)"))
        }
    }

    private func change<Value: Sendable & Equatable>(
        _ body: (inout RelayRegistry) -> RegistryVerdict<Value>, _ done: (Value) throws -> AdminResponse
    ) throws -> AdminResponse {
        switch try door.change(body) {
        case .done(let value): try done(value)
        case .refused(let refusal): .refusal(refusal.description)
        }
    }

    /// A relay has another name or room now: it learns of it by connecting again.
    private func reconnect(_ entry: RelayRegistry.Entry) -> AdminResponse {
        drop(
            entry.key,
            Goodbye(code: .shuttingDown, text: "this is \(entry.name) in \(entry.room) from now on"))
        return .relay(relay: relay(entry))
    }
}

// MARK: - Enrolment

extension Hub {
    private func makeInvite(
        _ room: String, _ name: String?, _ validFor: Int64, _ address: String?
    ) throws -> AdminResponse {
        guard let secret = InviteSecret(SystemRandom.random(count: InviteSecret.byteCount)),
            let id = InviteID(secret.id)
        else { preconditionFailure("a secret has 16 bytes and an id 8") }
        guard let (host, port) = tokenAddress(address) else {
            return .refusal(
                "this hub does not know where relays reach it: give --address, such as 192.168.1.10")
        }
        let key = door.keys[0].publicKey
        return try change({
            $0.invite(
                id: id, secret: secret.bytes, room: room, name: name, validFor: validFor, now: wallSeconds)
        }) { made in
            let token = InviteToken(
                secret: secret, hubKey: key, host: host, port: port,
                expirySeconds: UInt32(clamping: made.expiresAt))
            record("invite.made", [("room", .text(made.room)), ("id", .text(made.id.hex))])
            return .invited(token: token.text, invite: invite(made))
        }
    }

    /// Where relays reach this hub: as given, or as the hub finds itself.
    private func tokenAddress(_ text: String?) -> (InviteToken.Host, UInt16)? {
        let own = UInt16(clamping: media?.localAddress?.port ?? 0)
        guard let text else { return door.address().flatMap { own > 0 ? ($0, own) : nil } }
        if let host = NumericAddress.host(text) { return own > 0 ? (host, own) : nil }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            port > 0,
            let host = NumericAddress.host(String(text[..<colon]))
        else { return nil }
        return (host, port)
    }

    private func approve(_ text: String, _ room: String?, _ name: String?) throws -> AdminResponse {
        guard let code = AdoptionCode(typed: text) else { return .refusal("the digits are six") }
        return try change({ $0.approve(code, room: room, name: name, now: wallSeconds) }) { entry in
            adopted(entry)
            return .relay(relay: relay(entry))
        }
    }

    private func refuse(_ text: String) throws -> AdminResponse {
        guard let code = AdoptionCode(typed: text) else { return .refusal("the digits are six") }
        return try change({ $0.refuse(code, now: wallSeconds) }) { candidate in
            drop(candidate.key, Goodbye(code: .adoptionRefused, text: "the owner refused this relay"))
            return .refused(relay: pending(candidate))
        }
    }
}

// MARK: - The hub's key

extension Hub {
    private func rotateKey() throws -> AdminResponse {
        guard door.registry.rotation == nil else {
            return .refusal("a change of the hub's key is in progress")
        }
        let key = try door.makeKey()
        return try change({ $0.beginRotation(to: key.publicKey, now: wallSeconds) }) { _ in
            door.keys.insert(key, at: 0)
            record("key.rotation.started")
            for connection in Array(connections.values) where connection.member != nil {
                tellNewKey(connection)
            }
            return rotation.map { .rotation(rotation: $0) } ?? .refusal("there is no change of key")
        }
    }

    private func finishRotation() throws -> AdminResponse {
        try change({ $0.finishRotation() }) { end in
            try door.dropOldKey()
            door.keys = Array(door.keys.prefix(1))
            record("key.rotation.finished", [("left_behind", .integer(Int64(end.leftBehind.count)))])
            return .rotationFinished(
                fingerprint: end.newKey.fingerprint, leftBehind: end.leftBehind.map(\.name),
                withdrawnInvites: end.withdrawn.count)
        }
    }

    private var rotation: AdminRotation? {
        door.registry.rotation.map {
            AdminRotation(
                fingerprint: $0.newKey.fingerprint, since: $0.since, confirmed: $0.confirmed.count,
                behind: door.registry.relaysBehind.map(\.name))
        }
    }
}

// MARK: - Telling

extension Hub {
    private var status: AdminStatus {
        let entries = door.registry.entries
        let counters: [String: UInt64] = [
            "strayDatagram": UInt64(strayDatagramCount),
            "refusedConnection": UInt64(limits.refusedCount),
            "refusedDatagram": UInt64(
                connections.values.reduce(0) { $0 + $1.endpoint.counters.refusedDatagramCount }),
            "excessDatagram": UInt64(
                connections.values.reduce(0) { $0 + $1.endpoint.counters.excessDatagramCount }),
            "skippedFrame": UInt64(
                connections.values.reduce(0) { $0 + $1.endpoint.counters.skippedFrameCount }),
            "failedChat": chatCounters.failed,
        ]
        return AdminStatus(
            version: loqaVersion, startedAt: startedAt, fingerprint: door.keys[0].publicKey.fingerprint,
            addresses: [media?.localAddress].compactMap { $0.map(Self.words) },
            rooms: assistant.home.rooms.map(\.name),
            activeRelays: entries.count { $0.isActive },
            connectedRelays: connections.values.count { $0.member != nil },
            revokedRelays: entries.count { !$0.isActive }, pendingRelays: door.registry.pending.count,
            openInvites: door.registry.invites.count { $0.isOpen(now: wallSeconds) }, rotation: rotation,
            counters: counters, chat: parts.fallback.map(\.summary))
    }

    /// "192.168.1.10:7580", as people write an address.
    static func words(for address: SocketAddress) -> String {
        guard let host = address.ipAddress, let port = address.port else { return "\(address)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private func relay(_ entry: RelayRegistry.Entry) -> AdminRelay {
        let connection = connections.values.first { $0.member?.key == entry.key }
        let revokedAt: Int64? = if case .revoked(let at) = entry.state { at } else { nil }
        return AdminRelay(
            name: entry.name, room: entry.room, fingerprint: entry.key.fingerprint,
            enrolledAt: entry.enrolledAt,
            revokedAt: revokedAt, isConnected: connection != nil,
            address: connection?.channel.remoteAddress.map(Self.words),
            lastSeenAt: connection == nil ? lastSeen[entry.key] : wallSeconds,
            knowsNewKey: door.registry.rotation.map { $0.confirmed.contains(entry.key) })
    }

    private func invite(_ invite: Invite) -> AdminInvite {
        var usedBy: String?
        let state: AdminInvite.State
        switch invite.state {
        case .open: state = invite.isOpen(now: wallSeconds) ? .open : .expired
        case .used(by: let key):
            state = .used
            usedBy = door.registry.entries.first { $0.key == key }?.name ?? key.fingerprint
        case .withdrawn: state = .withdrawn
        case .expired: state = .expired
        }
        return AdminInvite(
            id: invite.id.hex, room: invite.room, name: invite.name, expiresAt: invite.expiresAt,
            state: state,
            usedBy: usedBy)
    }

    private func pending(_ relay: PendingRelay) -> AdminPending {
        AdminPending(
            code: relay.code.description, name: relay.wishedName, room: relay.wishedRoom,
            fingerprint: relay.key.fingerprint, address: relay.address, since: relay.since)
    }

    /// The state of the link of each connected relay, by name.
    private var links: [AdminLink] {
        connections.values.compactMap { link(of: $0) }.sorted { $0.relay < $1.relay }
    }

    private func link(of connection: RelayConnection) -> AdminLink? {
        guard let member = connection.member else { return nil }
        let (now, endpoint) = (now, connection.endpoint)
        let probe = connection.report?.probe
        let isClockKnown = probe.map { $0.clockBound != .max } ?? false
        return AdminLink(
            relay: member.relay.name, path: endpoint.usesDatagrams(at: now) ? .udp : .tcp,
            roundTripMicroseconds: probe.flatMap { $0.roundTrip == .max ? nil : $0.roundTrip },
            probeAgeMilliseconds: connection.report.map { (now - $0.at).milliseconds },
            up: AdminLink.Direction(
                lossPermille: endpoint.uplinkQuality.lossPermille,
                jitterMicroseconds: endpoint.uplinkQuality.jitter,
                packets: UInt64(endpoint.counters.datagramCount), keyEpoch: endpoint.keyEpochs.up),
            down: AdminLink.Direction(
                lossPermille: probe?.lossPermille ?? 0, jitterMicroseconds: probe?.jitter ?? 0,
                packets: UInt64(endpoint.datagramsSent), keyEpoch: endpoint.keyEpochs.down),
            clockOffsetMicroseconds: isClockKnown ? probe?.clockOffset : nil,
            clockBoundMicroseconds: isClockKnown ? probe?.clockBound : nil,
            replaysRefused: UInt64(endpoint.counters.replayedDatagramCount),
            forgeriesRefused: UInt64(endpoint.counters.forgedDatagramCount),
            ageSeconds: (now - connection.since).milliseconds / 1_000)
    }
}
