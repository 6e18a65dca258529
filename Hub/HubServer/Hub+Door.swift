import HubCore
import HubSkills
import Logging
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore

/// Who may come in: the registry decides, and is kept before anything is done because of it.
extension Hub {
    var wallSeconds: Int64 { parts.now().wallMilliseconds / 1_000 }

    /// Somebody knocks. The first message may be a replay, so nothing changes yet (H7).
    func answer(_ request: HubChannel.Request, on connection: RelayConnection) {
        let now = now
        switch request {
        case .enrolled(let key):
            switch door.registry.peer(key) {
            case .enrolled: perform(connection.endpoint.accept(at: now), on: connection)
            case .revoked: refuse(.revoked, connection)
            case .unknown: refuse(.unknownRelay, connection)
            }
        case .invited(let key, let bytes):
            guard let id = InviteID(bytes) else { return refuse(.inviteInvalid, connection) }
            switch door.registry.invite(id, from: key, now: wallSeconds) {
            case .secret(let secret):
                guard let secret = InviteSecret(secret) else { return refuse(.inviteInvalid, connection) }
                perform(connection.endpoint.accept(psk: secret.psk, at: now), on: connection)
            case .used: refuse(.inviteUsed, connection)
            case .expired, .withdrawn, .unknown: refuse(.inviteInvalid, connection)
            case .revoked: refuse(.revoked, connection)
            }
        case .adoption:
            guard door.registry.pending.count < RelayRegistry.Limits.pendingCountMax else {
                return refuse(.adoptionClosed, connection)
            }
            perform(connection.endpoint.accept(at: now), on: connection)
        }
    }

    private func refuse(_ refusal: HandshakeRefusal, _ connection: RelayConnection) {
        parts.logger.warning(
            "a relay was refused", metadata: label(connection).merging(["reason": "\(refusal)"]) { $1 })
        record("relay.refused", [("reason", .text("\(refusal)"))])
        perform(connection.endpoint.refuse(refusal), on: connection)
    }

    /// The peer has proved its key.
    func proved(_ peer: HubEndpoint.Peer, on connection: RelayConnection) {
        connection.peer = peer
        settle(connection)
        if door.registry.peer(peer.key) == .revoked {
            // I5
            return part(from: connection, Goodbye(code: .revoked, text: "this relay's key was revoked"))
        }
        // N6: a key has one connection.
        for other in Array(connections.values) where other.id != connection.id && other.peer?.key == peer.key
        {
            part(from: other, Goodbye(code: .replaced, text: "the same relay has connected again"))
        }
    }

    /// A relay greets; a token is redeemed now, with the name it wishes for.
    func greeted(_ hello: Hello, on connection: RelayConnection) {
        guard let peer = connection.peer else { return }
        if let invite = peer.invite.flatMap({ InviteID($0) }) {
            guard redeem(invite, for: peer.key, hello, on: connection) else { return }
        }
        guard case .enrolled(let entry) = door.registry.peer(peer.key) else {
            return part(from: connection, Goodbye(code: .revoked, text: "this relay is not in the registry"))
        }
        switch roster.admit(name: entry.name, room: entry.room) {
        case .refuse(let goodbye):
            parts.logger.warning(
                "a relay was refused", metadata: ["relay": "\(entry.name)", "reason": "\(goodbye.text)"])
            part(from: connection, goodbye)
        case .admit(let id, let replaced):
            if let old = connections.values.first(where: { $0.member?.relay.id == replaced }), replaced != nil
            {
                part(from: old, Goodbye(code: .replaced, text: "the same relay has connected again"))
            }
            admit(entry, id, on: connection)
        }
    }

    /// I4: a token works once. False if it does not, and then the connection is closed.
    private func redeem(
        _ invite: InviteID, for key: PublicKey, _ hello: Hello, on connection: RelayConnection
    ) -> Bool {
        do {
            let verdict = try door.change {
                $0.redeem(invite, key: key, wishedName: hello.name, now: wallSeconds)
            }
            switch verdict {
            case .done(let entry):
                record("relay.enrolled", [("relay", .text(entry.name)), ("room", .text(entry.room))])
                return true
            case .refused(let refusal):
                part(from: connection, Goodbye(code: .adoptionRefused, text: refusal.description))
                return false
            }
        } catch {
            parts.logger.error("the registry could not be kept", metadata: ["error": "\(error)"])
            part(from: connection, Goodbye(code: .shuttingDown, text: "the hub cannot keep its registry"))
            return false
        }
    }

    private func admit(_ entry: RelayRegistry.Entry, _ id: RelayID, on connection: RelayConnection) {
        guard let member = roster[id],
            let room = assistant.home.rooms.first(where: { $0.name == entry.room })?.id,
            let port = media?.localAddress?.port
        else { return part(from: connection, Goodbye(code: .shuttingDown, text: "the hub is not ready")) }
        connection.member = RelayConnection.Member(relay: member, key: entry.key, room: room)
        let session = freeSession()
        sessions[session] = connection.id
        perform(
            connection.endpoint.welcome(
                Welcome(
                    relay: id, mediaPort: UInt16(clamping: port), session: session, name: entry.name,
                    room: entry.room),
                at: now),
            on: connection)
        // R2: what rings here is named again.
        for timer in assistant.state.timers where timer.ringingSince != nil && timer.room == room {
            send(.ringStart(RingStart(ring: RingID(timer.id))), to: connection)
        }
        tellNewKey(connection)
        tellWakeWords(connection)
        record("relay.up", [("relay", .text(entry.name)), ("room", .text(entry.room))])
        parts.logger.info("a relay joined", metadata: ["relay": "\(entry.name)", "room": "\(entry.room)"])
    }

    /// N3: a random number that no other connection has.
    private func freeSession() -> UInt32 {
        while true {
            let session = UInt32.random(in: 1...WireLimits.sessionMax)
            if sessions[session] == nil { return session }
        }
    }
}

// MARK: - Adoption

extension Hub {
    /// A stranger's six digits are known: it waits for the owner.
    func consider(_ candidate: HubEndpoint.Candidate, on connection: RelayConnection) {
        guard let code = AdoptionCode(typed: candidate.code) else { return }
        let address = connection.channel.remoteAddress.map(Self.words) ?? "unknown"
        let verdict = door.registry.adopt(
            candidate.key, name: candidate.name, room: candidate.room, code: code, address: address,
            now: wallSeconds)
        switch verdict {
        case .pending:
            record("relay.pending", [("code", .text(candidate.code)), ("name", .text(candidate.name))])
            parts.logger.notice(
                "a relay wants to be adopted: compare its digits, then `loqa relay approve` or `refuse`",
                metadata: [
                    "digits": "\(candidate.code)", "name": "\(candidate.name)", "address": "\(address)",
                ])
        case .full:
            part(from: connection, Goodbye(code: .tooManyRelays, text: "too many relays wait for adoption"))
        case .codeTaken: part(from: connection, Goodbye(code: .shuttingDown, text: "new digits are needed"))
        case .revoked: part(from: connection, Goodbye(code: .revoked, text: "this relay's key was revoked"))
        }
    }

    /// The owner approved the relay of this key.
    func adopted(_ entry: RelayRegistry.Entry) {
        guard let connection = connections.values.first(where: { $0.peer?.key == entry.key }) else { return }
        record("relay.adopted", [("relay", .text(entry.name)), ("room", .text(entry.room))])
        connection.peer?.isStranger = false
        perform(connection.endpoint.adopt(name: entry.name, room: entry.room, at: now), on: connection)
    }

    /// Closes every connection of a key (I5).
    func drop(_ key: PublicKey, _ goodbye: Goodbye) {
        for connection in Array(connections.values) where connection.peer?.key == key {
            part(from: connection, goodbye)
        }
    }
}

// MARK: - The hub's own key (I6)

extension Hub {
    /// Tells a relay the key that the hub will be known by, until it has kept it.
    func tellNewKey(_ connection: RelayConnection) {
        guard let rotation = door.registry.rotation, let key = connection.member?.key,
            !rotation.confirmed.contains(key)
        else { return }
        send(.hubKey(HubKey(key: rotation.newKey.bytes)), to: connection)
    }

    func keyStored(_ key: PublicKey, on connection: RelayConnection) {
        guard let relay = connection.member?.key, door.registry.rotation?.newKey == key else { return }
        do {
            _ = try door.change { $0.confirmedRotation(relay) }
        } catch {
            // The relay tells again when it comes back.
            parts.logger.error("the registry could not be kept", metadata: ["error": "\(error)"])
        }
    }
}
