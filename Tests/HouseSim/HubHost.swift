import HubCore
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// What the hub holds for one connection.
final class HubConnection {
    let link: SimLink
    var endpoint: HubEndpoint
    var actions: [HubEndpoint.Action] = []
    var isPerforming = false
    var peer: HubEndpoint.Peer?
    var mediaAddress: Int?
    var member: Member?
    /// The next instant at which something is due, as of the last look.
    var due: HubInstant

    struct Member {
        var relay: RelayRoster.Entry
        var key: PublicKey
        var turn = HubTurn()
        var status = Status(isMuted: false, canHear: false, canSpeak: false)
        var early = EarlyPackets<HubClock>()
        var uplink: HubUplink?
        var lastReception = Reception<HubClock>()
        var downlink: HubDownlink?
        var holdsRecogniser = false
    }

    init(_ link: SimLink, _ endpoint: HubEndpoint) {
        (self.link, self.endpoint, due) = (link, endpoint, endpoint.deadline)
    }

    var reception: Reception<HubClock> {
        member?.uplink?.packets.reception ?? member?.lastReception ?? Reception()
    }

    func closeUplink() {
        let shown = reception
        member?.lastReception = shown
        member?.uplink = nil
    }

    func deadline(at now: HubInstant) -> HubInstant {
        guard let member else { return endpoint.deadline }
        let due = [
            member.turn.deadline, member.uplink?.gapDeadline, member.downlink?.pacer.deadline(at: now),
        ]
        return due.compactMap { $0 }.reduce(endpoint.deadline, min)
    }
}

/// The hub's program around the real machines: what `HubServer` does with sockets and engines, done in the made-up house.
final class HubHost {
    static let mediaPort: UInt16 = 7_580

    unowned let house: House
    // On its disk.
    var storedKeys: [PrivateKey]
    var storedRegistry: RegistryContents
    /// Timers that ring, each at a relay.
    var storedRings: [(ring: RingID, relay: Int)] = []
    var ringCount: UInt32 = 0
    // The program's memory.
    var keys: [PrivateKey] = []
    var registry: RelayRegistry
    var roster: RelayRoster
    var connections: [HubConnection] = []
    var alarm: (serial: Int, at: HubInstant)?
    var alarmCount = 0
    var lastEvent = HubInstant.origin
    var announcementCount = 0
    var sleptUntil = HouseInstant.origin
    var random: SeededGenerator
    /// Datagrams that were taken, for the break that has no replay window.
    var taken: [(bytes: [UInt8], packet: MediaPacket)] = []

    init(in house: House, seed: UInt64) {
        self.house = house
        random = SeededGenerator(seed: seed, part: 99)
        storedKeys = [random.privateKey()]
        storedRegistry = RegistryContents()
        registry = Self.registry(storedRegistry)
        roster = RelayRoster(rooms: House.rooms)
    }

    static func registry(_ contents: RegistryContents) -> RelayRegistry {
        do throws(RegistryProblem) {
            return try RelayRegistry(rooms: House.rooms, contents: contents)
        } catch {
            preconditionFailure("what the registry has kept breaks its own rules: \(error)")
        }
    }

    var now: HubInstant { house.world.reading(0) }
    var wallSeconds: Int64 { 1_800_000_000 + house.world.now.sinceOrigin.milliseconds / 1_000 }

    func note(_ what: StaticString, _ detail: Int = 0) {
        house.world.note(what, host: 0, detail)
    }

    func fail(_ invariant: Invariant, _ message: @autoclosure () -> String) {
        house.inspector.fail(invariant, host: 0, message())
    }

    /// Changes the registry, and keeps it before the change counts.
    func change<Result>(_ body: (inout RelayRegistry) -> Result, isForgotten: Bool = false) -> Result {
        var changed = registry
        let result = body(&changed)
        if changed.revision != registry.revision, !isForgotten { storedRegistry = changed.contents }
        registry = changed
        return result
    }
}

// MARK: - Life

extension HubHost {
    func start() {
        note("the program starts")
        keys = storedKeys
        registry = Self.registry(storedRegistry)
        roster = RelayRoster(rooms: House.rooms)
        (connections, alarm, lastEvent) = ([], nil, now)
    }

    func die(reboots: Bool) {
        for connection in connections { house.abandon(connection.link, byHub: true, isTold: !reboots) }
        (connections, alarm) = ([], nil)
        house.inspector.hubDied()
    }

    func handle(_ event: HouseEvent) {
        guard house.world.isAlive(0) else { return }
        defer { lastEvent = now }
        var touched: Int?
        switch event {
        case .timer(let serial):
            guard alarm?.serial == serial else { return }
            alarm = nil
            ring()
        case .syn(let link): accept(link)
        case .bytes(let link, _, let delivery, let isEnd):
            guard let connection = connections.first(where: { $0.link === link }),
                let bytes = link.toHub.receive(delivery)
            else { return }
            house.flush(link, toHub: true)
            if isEnd {
                lost(connection)
            } else {
                perform(connection.endpoint.received(bytes, at: now), on: connection)
            }
        case .broken(let link, _):
            guard let connection = connections.first(where: { $0.link === link }) else { return }
            lost(connection)
        case .stray(let link): house.answerStray(link)
        case .datagram(let bytes, let address): touched = receive(datagram: bytes, from: address)
        case .engine(let engine): handle(engine)
        case .ownerLooks: look()
        case .ownerDecides(let code, let isApproved): decide(code, isApproved: isApproved)
        case .opened, .refused, .script, .inspection: return
        }
        inspect()
        rearm(after: touched ?? event.link)
    }

    private func accept(_ link: SimLink) {
        link.isAccepted = true
        link.hubIsOpen = true
        let endpoint = HubEndpoint(keys: keys, random: SeededGenerator(seed: random.next()), at: now)
        connections.append(HubConnection(link, endpoint))
    }

    /// The other end of the connection is gone.
    private func lost(_ connection: HubConnection) {
        connection.endpoint.closed()
        leave(connection)
        house.close(connection.link, byHub: true)
    }
}

// MARK: - Time

extension HubHost {
    /// Sets the alarm for whatever is due next.
    ///
    /// - Parameter link: The only one that something happened on; nil if it was others too.
    func rearm(after link: Int? = nil) {
        guard house.world.isAlive(0) else { return }
        let now = now
        for connection in connections where link == nil || connection.link.number == link {
            connection.due = connection.deadline(at: now)
        }
        guard var next = connections.map(\.due).min() else {
            alarm = nil
            return
        }
        if let alarm, alarm.at <= next, alarm.at > now { return }
        if house.breaks == .dropDeadline { next = max(next, now + .milliseconds(100)) }
        alarmCount += 1
        alarm = (alarmCount, max(next, now))
        house.world.plan(.timer(serial: alarmCount), on: 0, clockShows: max(next, now))
    }

    private func ring() {
        let now = now
        for key in registry.expirePending(now: wallSeconds) {
            drop(key, Goodbye(code: .adoptionExpired, text: "nobody decided about this relay"))
        }
        for connection in connections { tick(connection, at: now) }
        guard house.breaks != .dropDeadline else { return }
        for connection in connections where connection.deadline(at: now) <= now {
            fail(.deadlineKept, "a connection asks to be woken again at once: \(words(connection, at: now))")
        }
    }

    private func words(_ connection: HubConnection, at now: HubInstant) -> String {
        let member = connection.member
        return "link \(connection.link.number), endpoint \(connection.endpoint.deadline - now), turn "
            + "\(String(describing: member?.turn.deadline.map { $0 - now })), gap "
            + "\(String(describing: member?.uplink?.gapDeadline.map { $0 - now })), pacer "
            + "\(String(describing: member?.downlink?.pacer.deadline(at: now).map { $0 - now }))"
    }

    private func tick(_ connection: HubConnection, at now: HubInstant) {
        perform(connection.endpoint.tick(at: now), on: connection)
        guard holds(connection) else { return }
        drainUplink(of: connection)
        sendDue(of: connection)
        if house.breaks != .dropDeadline { advance(connection) { $0.tick(at: now) } }
    }

    func holds(_ connection: HubConnection) -> Bool { connections.contains { $0 === connection } }

    private func inspect() {
        let now = now
        let isFresh = house.world.now - sleptUntil > .seconds(1)
        for connection in connections {
            if !connection.actions.isEmpty {
                fail(.bounded, "\(connection.actions.count) actions were left undone")
            }
            if !house.inspector.revoked.isEmpty, let key = connection.peer?.key,
                house.inspector.revoked.contains(key), connection.endpoint.isUp
            {
                fail(.revokedStaysOut, "\(key) is revoked, and up")
            }
            if isFresh, now - connection.due > .seconds(1) {
                fail(.deadlineKept, "link \(connection.link.number) waits past its deadline")
            }
        }
    }
}

extension HubHost {
    /// Before the story: a relay that was always one of the house.
    func enrol(_ relay: RelayHost) {
        storedRegistry.entries.append(
            RelayRegistry.Entry(
                key: relay.key, name: "relay-\(relay.number)", room: house.room(of: relay.number),
                enrolledAt: wallSeconds, state: .active))
        relay.pins = HubPins(hubKeys: [storedKeys[0].publicKey])
        house.inspector.allowed.insert(relay.key)
    }
}
