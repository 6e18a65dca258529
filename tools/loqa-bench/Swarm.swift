import Foundation
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem

/// Many relays on one thread: their sockets, their deadlines, and a clock to send by.
final class Swarm {
    private(set) var relays: [SimulatedRelay] = []
    private let poller: Poller
    private let hubPort: UInt16
    private var owners: [Int32: SimulatedRelay] = [:]
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var ready: [Int32] = []
    private var nextDeadlines = RelayInstant.origin

    init(hubPort: Int) throws {
        (poller, self.hubPort) = (try Poller(), UInt16(hubPort))
    }

    /// Adds a relay that knows the hub by its key, or by a token. It connects with the next ``turn(atMost:)``.
    func add(name: String, key: PrivateKey, room: String, pins: HubPins, invite: InviteToken? = nil) {
        let sockets = RelaySockets(
            poller: poller, source: Figures.loopbackAddress(of: relays.count), hubPort: hubPort)
        relays.append(
            SimulatedRelay(
                RelayEndpoint.Identity(key: key, name: name, room: room, invite: invite), pins: pins,
                sockets: sockets
            ) { [unowned self] in owners[$0] = $1 })
    }

    var upCount: Int { relays.count { $0.isUp } }

    /// Waits for sockets up to a time, handles all that are ready, and gives the time to whoever is due.
    func turn(atMost patience: Duration) throws {
        var patience = patience
        repeat {
            ready.removeAll(keepingCapacity: true)
            try poller.wait(atMost: patience) { descriptor, _ in ready.append(descriptor) }
            for descriptor in ready { try owners[descriptor]?.handle(descriptor, &buffer) }
            patience = .zero
        } while ready.count == 16
        let now: RelayInstant = MonotonicClock.now()
        guard now >= nextDeadlines else { return }
        // The link's deadlines are tens of milliseconds apart and more.
        nextDeadlines = now + .milliseconds(5)
        for relay in relays where relay.deadline <= now { try relay.tick(at: now) }
    }

    /// Runs until a condition holds; false when the time is over.
    @discardableResult
    func run(atMost duration: Duration, until condition: () -> Bool = { false }) throws -> Bool {
        let end: RelayInstant = MonotonicClock.now() + duration
        while !condition() {
            guard MonotonicClock.now() < end else { return false }
            try turn(atMost: .milliseconds(2))
        }
        return true
    }

    /// All relays speak, `speed` times as fast as people do, in turn and evenly spread, for a time.
    ///
    /// - Returns: packets of sound that were due.
    @discardableResult
    func speak(_ packets: [[UInt8]], speed: Double, for duration: Duration) throws -> Int {
        let rate = Double(relays.count) * Figures.packetsPerSecond * speed
        let start: RelayInstant = MonotonicClock.now()
        var count = 0
        while true {
            let elapsed = (MonotonicClock.now() as RelayInstant) - start
            guard elapsed < duration else { return count }
            // A sender that was kept from running must not send all it missed in one burst.
            let due = min(Figures.due(after: elapsed.seconds, rate: rate), count + Int(rate / 100))
            while count < due {
                try relays[count % relays.count].speak(packets, offset: count % relays.count * 37)
                count += 1
            }
            try turn(atMost: .milliseconds(1))
        }
    }
}

// MARK: - Counts of all relays

extension Swarm {
    /// Datagrams handed to the kernel, probes included.
    var sentCount: Int { relays.reduce(0) { $0 + $1.sentCount } }
    /// Packets of sound among them.
    var spokenCount: Int { relays.reduce(0) { $0 + $1.spokenCount } }
    var endedTurnCount: Int { relays.reduce(0) { $0 + $1.endedTurnCount } }
    var deniedCount: Int { relays.reduce(0) { $0 + $1.denyCount } }
}
