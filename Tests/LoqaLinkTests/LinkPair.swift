import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire

/// A relay, or several, and a hub, joined in memory on one made-up clock: the real ends, and a network that an attacker
/// may sit on. One seed gives one story.
final class LinkPair {
    enum Direction { case toHub, toRelay }

    struct Seat {
        var end: RelayEndpoint
        var identity: RelayEndpoint.Identity
        /// Where its datagrams come from.
        var address: Int
        var connection: Int?
        /// Its network works.
        var isOnline = true
        /// All it asked of its caller, but for bytes and datagrams.
        var actions: [RelayEndpoint.Action] = []
        /// What would be on its disk.
        var stored: HubPins
        /// What its clock shows at the time zero of the house.
        var clockOrigin: Duration
    }

    enum Event {
        case connect(seat: Int)
        case bytes(Direction, connection: Int, [UInt8])
        case closed(Direction, connection: Int)
        case datagram(Direction, address: Int, [UInt8])
    }

    /// What the network does to datagrams.
    struct Faults {
        var dropPercent = 0
        var duplicatePercent = 0
        /// Up to so much is added to the delay of each datagram, so that they overtake each other.
        var jitter = Duration.zero
        var isUDPBlockedToHub = false
        var isUDPBlockedToRelay = false
        /// Bytes arrive in pieces of at most so many; nil for all at once.
        var chunkByteCountMax: Int?
    }

    private(set) var time = Duration.zero
    var seats: [Seat] = []
    let hub: HubDouble
    var faults = Faults()
    var delay = Duration.milliseconds(2)
    var isHubListening = true
    /// Somebody in between sees, and may change, each piece of a connection as it is sent.
    var tapBytes: ((Direction, Int, [UInt8]) -> [UInt8])?
    /// The same for datagrams: what is returned travels on.
    var tapDatagram: ((Direction, [UInt8]) -> [[UInt8]])?
    private var queue: [(at: Duration, order: Int, event: Event)] = []
    private var order = 0
    private var isAsleep = false
    /// Connections whose end by the hub is on its way.
    var closesSent: Set<Int> = []
    var random: SeededGenerator
    /// What the hub's clock shows at the time zero of the house.
    private let hubOrigin = Duration.seconds(90_000)

    init(seed: UInt64 = 1) {
        random = SeededGenerator(seed: seed)
        hub = HubDouble(seed: random.next(), at: HubInstant(sinceOrigin: hubOrigin))
    }

    /// A house with one relay that is enrolled already.
    static func enrolled(seed: UInt64 = 1) -> LinkPair {
        let pair = LinkPair(seed: seed)
        pair.addEnrolled()
        return pair
    }

    // MARK: Seats

    @discardableResult
    func add(invite: InviteToken? = nil, pins: HubPins = HubPins(), key: PrivateKey? = nil) -> Int {
        let number = seats.count
        let identity = RelayEndpoint.Identity(
            key: key ?? random.privateKey(), name: "relay-\(number)", room: "", invite: invite)
        let origin = Duration.seconds(100 * (number + 1))
        seats.append(
            Seat(
                end: RelayEndpoint(
                    identity, pins: pins, random: SeededGenerator(seed: random.next()),
                    at: RelayInstant(sinceOrigin: origin + time)),
                identity: identity, address: 1_000 + number, stored: pins, clockOrigin: origin))
        return number
    }

    @discardableResult
    func addEnrolled() -> Int {
        let seat = add(pins: HubPins(hubKeys: [hub.publicKey]))
        hub.registry.enrolled[seats[seat].identity.key.publicKey] = RegistryDouble.Entry(
            name: "enrolled-\(seat)", room: "kitchen")
        return seat
    }

    /// A token of the hub; the registry knows it.
    func token(_ byte: UInt8 = 7) -> InviteToken {
        let token = InviteToken(
            secret: [UInt8](repeating: byte, count: 16), hubKey: hub.publicKey, host: .ip4([127, 0, 0, 1]),
            port: 7_580, expirySeconds: .max)
        hub.registry.invites[token.id] = RegistryDouble.Invite(psk: token.psk)
        return token
    }

    /// The relay's program starts anew: what it stored is all it knows.
    func restart(_ seat: Int = 0) {
        if let connection = seats[seat].connection { post(.closed(.toHub, connection: connection)) }
        seats[seat].connection = nil
        seats[seat].end = RelayEndpoint(
            seats[seat].identity, pins: seats[seat].stored, random: SeededGenerator(seed: random.next()),
            at: relayNow(seat))
    }

    var relay: RelayEndpoint {
        get { seats[0].end }
        set { seats[0].end = newValue }
    }
    var key: PublicKey { seats[0].identity.key.publicKey }
    var relayActions: [RelayEndpoint.Action] { seats[0].actions }
    /// The connection of the first seat, at the hub.
    var connection: Int? { seats[0].connection }

    func relayNow(_ seat: Int = 0) -> RelayInstant {
        RelayInstant(sinceOrigin: seats[seat].clockOrigin + time)
    }
    var hubNow: HubInstant { HubInstant(sinceOrigin: hubOrigin + time) }

    // MARK: Doing

    func send(_ frame: ControlFrame, from seat: Int = 0) { carryOut(seats[seat].end.send(frame), at: seat) }
    func send(_ packet: MediaPacket, from seat: Int = 0) { carryOut(seats[seat].end.send(packet), at: seat) }

    /// A datagram of anybody, with any source.
    func inject(datagram: [UInt8], to direction: Direction, address: Int) {
        post(.datagram(direction, address: address, datagram))
    }

    /// Bytes of anybody who can write into a connection.
    func deliver(_ bytes: [UInt8], toRelayOn connection: Int) {
        post(.bytes(.toRelay, connection: connection, bytes))
    }

    /// The hub's outputs go on the network after `work`.
    func atHub(_ work: (HubDouble) -> Void) {
        hub.now = hubNow
        work(hub)
        flushHub()
    }

    /// Cuts the connection of a seat at both ends, as a router that restarts.
    func cut(_ seat: Int = 0) {
        guard let connection = seats[seat].connection else { return }
        post(.closed(.toHub, connection: connection))
        post(.closed(.toRelay, connection: connection))
    }

    /// The first relay's machine sleeps, and its clock stands still meanwhile.
    func sleep(for duration: Duration) {
        seats[0].isOnline = false
        isAsleep = true
        run(for: duration)
        isAsleep = false
        seats[0].isOnline = true
        seats[0].clockOrigin -= duration
    }

    func run(for duration: Duration) { run(until: time + duration) }

    /// Runs until `isDone`, or fails after `limit`.
    func run(within limit: Duration, until isDone: () -> Bool) -> Bool {
        let end = time + limit
        while !isDone() {
            guard time < end else { return false }
            run(for: .milliseconds(1))
        }
        return true
    }

    func run(until end: Duration) {
        var idleStepCount = 0
        while let next = nextTime, next <= end {
            idleStepCount = next > time ? 0 : idleStepCount + 1
            precondition(idleStepCount < 10_000, "an end wants to be woken without end")
            time = max(time, next)
            hub.now = hubNow
            if let event = takeEvent() {
                carryOut(event)
                continue
            }
            hub.tick()
            for seat in seats.indices
            where !(seat == 0 && isAsleep) && seats[seat].end.deadline <= relayNow(seat) {
                carryOut(seats[seat].end.tick(at: relayNow(seat)), at: seat)
            }
            flushHub()
        }
        time = end
        hub.now = hubNow
    }

    private var nextTime: Duration? {
        var times = queue.first.map { [$0.at] } ?? []
        if let deadline = hub.deadline { times.append(deadline.sinceOrigin - hubOrigin) }
        times += seats.dropFirst(isAsleep ? 1 : 0).map { $0.end.deadline.sinceOrigin - $0.clockOrigin }
        return times.min()
    }

    private func takeEvent() -> Event? {
        guard let first = queue.first, first.at <= time else { return nil }
        return queue.removeFirst().event
    }

    func post(_ event: Event, after wait: Duration? = nil) {
        order += 1
        let at = time + (wait ?? delay)
        let index = queue.lastIndex { ($0.at, $0.order) < (at, order) }.map { $0 + 1 } ?? 0
        queue.insert((at, order, event), at: index)
    }
}
