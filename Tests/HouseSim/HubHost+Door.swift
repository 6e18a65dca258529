import HubCore
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// Who may come in: the registry decides, and is kept before anything is done because of it.
extension HubHost {
    /// Somebody knocks. The first message may be a replay, so nothing changes yet (H7).
    func answer(_ request: HubChannel.Request, on connection: HubConnection) {
        let now = now
        switch request {
        case .enrolled(let key):
            switch registry.peer(key) {
            case .enrolled:
                if house.breaks == .admitBeforeProof { believe(key, on: connection) }
                perform(connection.endpoint.accept(at: now), on: connection)
            case .revoked: refuse(.revoked, connection)
            case .unknown: refuse(.unknownRelay, connection)
            }
        case .invited(let key, let bytes):
            guard let id = InviteID(bytes) else { return refuse(.inviteInvalid, connection) }
            switch registry.invite(id, from: key, now: wallSeconds) {
            case .secret(let secret):
                guard let secret = InviteSecret(secret) else { return refuse(.inviteInvalid, connection) }
                perform(connection.endpoint.accept(psk: secret.psk, at: now), on: connection)
            case .used: refuse(.inviteUsed, connection)
            case .expired, .withdrawn, .unknown: refuse(.inviteInvalid, connection)
            case .revoked: refuse(.revoked, connection)
            }
        case .adoption:
            guard registry.pending.count < RelayRegistry.Limits.pendingCountMax else {
                return refuse(.adoptionClosed, connection)
            }
            perform(connection.endpoint.accept(at: now), on: connection)
        }
    }

    private func refuse(_ refusal: HandshakeRefusal, _ connection: HubConnection) {
        note("refuses link", connection.link.number)
        house.refused.insert(connection.link.number)
        perform(connection.endpoint.refuse(refusal), on: connection)
    }

    /// The peer has proved its key.
    func proved(_ peer: HubEndpoint.Peer, on connection: HubConnection) {
        connection.peer = peer
        if registry.peer(peer.key) == .revoked {
            return refuse(connection, Goodbye(code: .revoked, text: "this relay's key was revoked"))  // I5
        }
        believe(peer.key, on: connection)
    }

    /// N6: a key has one connection.
    private func believe(_ key: PublicKey, on connection: HubConnection) {
        if connection.link.key != key {
            fail(.proofComesFirst, "\(key) is believed on link \(connection.link.number) of another")
        }
        for other in connections where other !== connection && other.peer?.key == key {
            part(from: other, Goodbye(code: .replaced, text: "the same relay has connected again"))
        }
    }

    /// Says goodbye for a reason after which the relay waits longer (L6).
    func refuse(_ connection: HubConnection, _ goodbye: Goodbye) {
        house.refused.insert(connection.link.number)
        part(from: connection, goodbye)
    }

    /// A relay greets; a token is redeemed now, with the name it wishes for.
    func greeted(_ hello: Hello, on connection: HubConnection) {
        guard let peer = connection.peer else { return }
        if let invite = peer.invite.flatMap({ InviteID($0) }) {
            let verdict = change(
                { $0.redeem(invite, key: peer.key, wishedName: hello.name, now: wallSeconds) },
                isForgotten: house.breaks == .forgetRedemption)
            switch verdict {
            case .done:
                house.inspector.redeemed(invite.bytes, by: peer.key)
                if house.breaks == .forgetRedemption { registry = Self.registry(storedRegistry) }
            case .refused(let refusal):
                return refuse(connection, Goodbye(code: .adoptionRefused, text: refusal.description))
            }
        }
        guard case .enrolled(let entry) = registry.peer(peer.key) else {
            return refuse(connection, Goodbye(code: .revoked, text: "this relay is not in the registry"))
        }
        switch roster.admit(name: entry.name, room: entry.room) {
        case .refuse(let goodbye): refuse(connection, goodbye)
        case .admit(let id, let replaced):
            if let old = connections.first(where: { $0.member?.relay.id == replaced }), replaced != nil {
                part(from: old, Goodbye(code: .replaced, text: "the same relay has connected again"))
            }
            admit(entry, id, on: connection)
        }
    }

    private func admit(_ entry: RelayRegistry.Entry, _ id: RelayID, on connection: HubConnection) {
        guard let relay = roster[id] else {
            return part(from: connection, Goodbye(code: .shuttingDown, text: "the hub is not ready"))
        }
        house.inspector.admitted(entry.key, opener: connection.link.key)
        note("a relay joins, link", connection.link.number)
        connection.member = HubConnection.Member(relay: relay, key: entry.key)
        var session = random.session()
        while connections.contains(where: { $0.endpoint.session == session }) { session = random.session() }
        perform(
            connection.endpoint.welcome(
                Welcome(
                    relay: id, mediaPort: Self.mediaPort, session: session, name: entry.name, room: entry.room
                ),
                at: now),
            on: connection)
        // R2: what rings here is named again.
        if house.breaks != .forgetRings {
            for ring in storedRings where house.relay(ring.relay).key == entry.key {
                send(.ringStart(RingStart(ring: ring.ring)), to: connection)
            }
        }
        tellNewKey(connection)
    }

    /// A stranger's six digits are known: it waits for the owner.
    func consider(_ candidate: HubEndpoint.Candidate, on connection: HubConnection) {
        guard let code = AdoptionCode(typed: candidate.code) else { return }
        let verdict = registry.adopt(
            candidate.key, name: candidate.name, room: candidate.room, code: code,
            address: "192.168.1.\(connection.link.opener)", now: wallSeconds)
        note("a stranger waits, link", connection.link.number)
        switch verdict {
        case .pending: house.world.plan(.ownerLooks, on: 0, after: random.duration(upTo: .seconds(4)))
        case .full: part(from: connection, Goodbye(code: .tooManyRelays, text: "too many wait"))
        case .codeTaken: part(from: connection, Goodbye(code: .shuttingDown, text: "new digits are needed"))
        case .revoked: refuse(connection, Goodbye(code: .revoked, text: "this relay's key was revoked"))
        }
    }

    func drop(_ key: PublicKey, _ goodbye: Goodbye) {
        for connection in connections where connection.peer?.key == key { refuse(connection, goodbye) }
    }

    func tellNewKey(_ connection: HubConnection) {
        guard let rotation = registry.rotation, let key = connection.member?.key,
            !rotation.confirmed.contains(key)
        else { return }
        send(.hubKey(HubKey(key: rotation.newKey.bytes)), to: connection)
    }
}

// MARK: - The owner

extension HubHost {
    /// The owner compares the digits of those that wait with what relays show.
    func look() {
        for pending in registry.pending {
            guard house.isShown(pending.code.description, by: pending.key) else { continue }
            house.world.plan(
                .ownerDecides(pending.code, isApproved: !random.chance(perMille: 150)), on: 0,
                after: .milliseconds(500) + random.duration(upTo: .seconds(3)))
        }
    }

    func decide(_ code: AdoptionCode, isApproved: Bool) {
        guard let pending = registry.pending.first(where: { $0.code == code }) else { return }
        guard isApproved else {
            _ = change { $0.refuse(code, now: wallSeconds) }
            house.disturb(key: pending.key)
            return drop(pending.key, Goodbye(code: .adoptionRefused, text: "the owner refused this relay"))
        }
        let verdict = change { $0.approve(code, room: House.rooms[0], name: nil, now: wallSeconds) }
        guard case .done(let entry) = verdict else { return }
        house.inspector.allowed.insert(entry.key)
        house.disturb(key: entry.key)
        guard let connection = connections.first(where: { $0.peer?.key == entry.key }) else { return }
        note("adopts link", connection.link.number)
        connection.peer?.isStranger = false
        perform(connection.endpoint.adopt(name: entry.name, room: entry.room, at: now), on: connection)
    }

    /// A new token, for a relay that is to come in.
    func invite() -> InviteToken? {
        guard let secret = InviteSecret(random.bytes(InviteSecret.byteCount)), let id = InviteID(secret.id)
        else { return nil }
        let verdict = change {
            $0.invite(
                id: id, secret: secret.bytes, room: House.rooms[1], name: nil, validFor: 3_600,
                now: wallSeconds)
        }
        guard case .done(let invite) = verdict else { return nil }
        return InviteToken(
            secret: secret, hubKey: keys[0].publicKey, host: .ip4([192, 168, 1, 2]), port: 7_580,
            expirySeconds: UInt32(clamping: invite.expiresAt))
    }

    func revoke(_ key: PublicKey) {
        guard let entry = registry.entries.first(where: { $0.key == key && $0.isActive }) else { return }
        let isForgotten = house.breaks == .forgetRevocation
        let verdict = change({ $0.revoke(entry.name, now: wallSeconds) }, isForgotten: isForgotten)
        guard case .done = verdict else { return }
        note("revokes a relay")
        house.inspector.revoked.insert(key)
        house.inspector.allowed.remove(key)
        if !isForgotten { drop(key, Goodbye(code: .revoked, text: "this relay's key was revoked")) }
    }

    func move(_ key: PublicKey) {
        guard let entry = registry.entries.first(where: { $0.key == key && $0.isActive }) else { return }
        _ = change { $0.move(entry.name, to: House.rooms[2]) }
        for connection in connections where connection.peer?.key == key {
            part(from: connection, Goodbye(code: .shuttingDown, text: "another room"))
        }
    }

    func rotateKey() {
        guard registry.rotation == nil else { return }
        let key = random.privateKey()
        storedKeys = [key] + keys.prefix(1)
        _ = change { $0.beginRotation(to: key.publicKey, now: wallSeconds) }
        keys = storedKeys
        note("begins to change its key")
        for connection in connections where connection.member != nil { tellNewKey(connection) }
    }

    func finishRotation() {
        guard case .done = change({ $0.finishRotation() }) else { return }
        note("has changed its key")
        storedKeys = Array(keys.prefix(1))
        keys = storedKeys
    }
}
