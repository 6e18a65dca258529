import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// A hub's shell in memory: one ``HubEndpoint`` for each connection, and everything that such an end asks of its caller.
///
/// Answers go behind the actions that are not carried out yet, so that records leave in the order they were sealed.
final class HubDouble {
    struct Connection {
        var end: HubEndpoint
        /// The key it has proved.
        var key: PublicKey?
        /// Where datagrams go (M5).
        var address: Int?
        /// Bytes that wait for the network.
        var output: [UInt8] = []
        var isClosed = false
    }

    struct Event: Equatable {
        var connection: Int
        var action: HubEndpoint.Action
    }

    static let mediaPort: UInt16 = 7_580

    var keys: [PrivateKey]
    var registry = RegistryDouble()
    var connections: [Int: Connection] = [:]
    /// All that was asked of the caller, but for bytes and datagrams.
    var events: [Event] = []
    /// Datagrams that wait for the network.
    var datagrams: [(address: Int, bytes: [UInt8])] = []
    var now: HubInstant
    /// I6: the key that relays are told of, and those who keep it.
    var announcedKey: PublicKey?
    var keysStored: Set<PublicKey> = []
    private var random: SeededGenerator
    private var openedCount = 0

    init(seed: UInt64, at now: HubInstant) {
        random = SeededGenerator(seed: seed)
        self.now = now
        keys = [random.privateKey()]
    }

    var publicKey: PublicKey { keys[0].publicKey }

    /// The newest connection that is open.
    var current: Int? { connections.filter { !$0.value.isClosed }.keys.max() }

    /// A connection that was opened.
    subscript(id: Int) -> Connection {
        get {
            guard let connection = connections[id] else { preconditionFailure("no connection \(id)") }
            return connection
        }
        set { connections[id] = newValue }
    }

    func end(_ id: Int) -> HubEndpoint { self[id].end }

    func actions(_ id: Int) -> [HubEndpoint.Action] { events.filter { $0.connection == id }.map(\.action) }

    /// Something was taken that a peer has to prove first (H7): here, and anything from this connection that a peer has to prove first (H7).
    func believed(_ event: Event) -> Bool { event.action.isBelief }

    func believed(_ id: Int) -> Bool { actions(id).contains { $0.isBelief } }

    func open() -> Int {
        openedCount += 1
        let seed = random.next()
        connections[openedCount] = Connection(
            end: HubEndpoint(keys: keys, random: SeededGenerator(seed: seed), at: now))
        return openedCount
    }

    func receive(_ bytes: some Collection<UInt8>, on id: Int) {
        guard connections[id]?.isClosed == false else { return }
        carryOut(self[id].end.received(bytes, at: now), on: id)
    }

    /// A datagram arrived from `address`; it is told whose it is by its session.
    func receive(datagram: [UInt8], from address: Int) {
        guard let session = MediaOpener.session(of: datagram),
            let id = connections.first(where: { !$0.value.isClosed && $0.value.end.session == session })?.key
        else { return }
        let (actions, isNewest) = self[id].end.take(datagram: datagram, at: now)
        if isNewest { self[id].address = address }
        carryOut(actions, on: id)
    }

    func peerClosed(_ id: Int) {
        connections[id]?.end.closed()
        connections[id]?.isClosed = true
    }

    func tick() {
        for id in connections.keys.sorted()
        where !self[id].isClosed && (deadline(id).map { $0 <= now } ?? false) {
            carryOut(self[id].end.tick(at: now), on: id)
        }
    }

    func deadline(_ id: Int) -> HubInstant? {
        guard let connection = connections[id], !connection.isClosed else { return nil }
        return connection.end.deadline
    }

    var deadline: HubInstant? { connections.keys.compactMap { deadline($0) }.min() }

    func send(_ frame: ControlFrame, on id: Int) { carryOut(self[id].end.send(frame), on: id) }
    func send(_ packet: MediaPacket, on id: Int) {
        carryOut(self[id].end.send(packet, at: now), on: id)
    }
    func part(_ id: Int, _ code: Goodbye.Code) {
        carryOut(self[id].end.part(Goodbye(code: code, text: "")), on: id)
    }
    func adopt(_ id: Int, name: String = "adopted", room: String = "kitchen") {
        if case .pending(let candidate)? = actions(id).last(where: {
            if case .pending = $0 { true } else { false }
        }) {
            registry.enrolled[candidate.key] = RegistryDouble.Entry(name: name, room: room)
        }
        carryOut(self[id].end.adopt(name: name, room: room, at: now), on: id)
    }

    /// I5: struck from the registry, and dropped at once.
    func revoke(_ key: PublicKey) {
        registry.revoked.insert(key)
        registry.enrolled[key] = nil
        for (id, connection) in connections where connection.key == key && !connection.isClosed {
            part(id, .revoked)
        }
    }

    /// I6: a new key beside the old one; every relay that is up is told.
    func rotate() {
        keys.insert(random.privateKey(), at: 0)
        (announcedKey, keysStored) = (keys[0].publicKey, [])
        for (id, connection) in connections where connection.end.isUp { announce(on: id) }
    }

    private func announce(on id: Int) {
        guard let announcedKey, let key = self[id].key, !keysStored.contains(key) else { return }
        send(.hubKey(HubKey(key: announcedKey.bytes)), on: id)
    }
}

// MARK: - Carrying out

extension HubDouble {
    private func carryOut(_ actions: [HubEndpoint.Action], on id: Int) {
        var queue = actions[...]
        while let action = queue.popFirst() { queue += carryOut(action, on: id) }
    }

    private func carryOut(_ action: HubEndpoint.Action, on id: Int) -> [HubEndpoint.Action] {
        if case .write(let bytes) = action {
            self[id].output += bytes
            return []
        }
        if case .datagram(let bytes) = action {
            if let address = self[id].address { datagrams.append((address, bytes)) }
            return []
        }
        events.append(Event(connection: id, action: action))
        switch action {
        case .write, .datagram: return []
        case .close: self[id].isClosed = true
        case .ask(let request):
            if let refusal = registry.refusal(of: request) { return self[id].end.refuse(refusal) }
            return self[id].end.accept(psk: registry.psk(for: request), at: now)
        case .proved(let peer): return prove(peer, on: id)
        case .pending(let candidate):
            switch registry.owner {
            case .admitsNobody, .waits: break
            case .approves:
                registry.enrolled[candidate.key] = RegistryDouble.Entry(name: candidate.name, room: "kitchen")
                return self[id].end.adopt(name: candidate.name, room: "kitchen", at: now)
            case .refuses: return self[id].end.part(Goodbye(code: .adoptionRefused, text: ""))
            }
        case .greeted: return welcome(on: id)
        case .keyStored(let key):
            if key == announcedKey, let relay = self[id].key { keysStored.insert(relay) }
        case .frame, .media, .report, .fault: break
        }
        return []
    }

    private func prove(_ peer: HubEndpoint.Peer, on id: Int) -> [HubEndpoint.Action] {
        if let goodbye = registry.prove(peer) { return self[id].end.part(goodbye) }
        for (other, connection) in connections where connection.key == peer.key && !connection.isClosed {
            part(other, .replaced)  // N6
        }
        self[id].key = peer.key
        return []
    }

    private func welcome(on id: Int) -> [HubEndpoint.Action] {
        let entry = self[id].key.flatMap { registry.enrolled[$0] }
        var actions = self[id].end.welcome(
            Welcome(
                relay: RelayID(UInt16(id)), mediaPort: Self.mediaPort, session: random.session(),
                name: entry?.name ?? "?", room: entry?.room ?? "?"),
            at: now)
        if let announcedKey, let key = self[id].key, !keysStored.contains(key) {
            actions += self[id].end.send(.hubKey(HubKey(key: announcedKey.bytes)))
        }
        return actions
    }
}

extension HubEndpoint.Action {
    fileprivate var isBelief: Bool {
        switch self {
        case .proved, .pending, .greeted, .frame, .media, .report, .keyStored: true
        case .write, .close, .ask, .datagram, .fault: false
        }
    }
}
