import Glibc
import LoqaBase
import LoqaSystem

/// One connection of a client and the one to the hub that carries its bytes on. Closes both with itself.
///
/// For the main loop's thread.
final class StreamPair {
    /// How the pair stands after something was done.
    enum State: Sendable, Equatable { case open, finished, unreachable }

    /// One direction: what was read and not yet written.
    private final class Half {
        var path: ImpairedStream
        /// Bytes that were read and not yet written: at most ``ImpairedStream/byteCountMax`` on their way, and as many
        /// again that have arrived and that the receiver does not take.
        var bytes: [UInt8] = []
        /// How many of them have arrived and may be written.
        var arrived = 0
        var hasEnded = false
        var hasPassedEndOn = false
        var received = 0
        var delivered = 0

        init(_ path: ImpairedStream) { self.path = path }

        /// Bytes to read now. The receiver's slowness holds the sender back.
        var room: Int { hasEnded || arrived > ImpairedStream.byteCountMax / 2 ? 0 : path.room }
    }

    let number: Int
    let client: Int32
    let hub: Int32
    private let halves: [Direction: Half]
    private var isConnecting = true
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// - Parameters:
    ///   - client: the accepted socket.
    ///   - hub: a socket that is connecting.
    init(number: Int, client: Int32, hub: Int32, paths: [Direction: ImpairedStream]) {
        (self.number, self.client, self.hub) = (number, client, hub)
        halves = paths.mapValues { Half($0) }
    }

    deinit {
        close(client)
        close(hub)
    }

    /// When ``move(at:)`` has something to do.
    var deadline: ProxyInstant? { halves.values.compactMap(\.path.deadline).min() }

    func set(_ direction: Direction, _ impairment: StreamImpairment) {
        halves[direction]?.path.impairment = impairment
    }

    func stall(until instant: ProxyInstant) {
        for direction in Direction.allCases { halves[direction]?.path.stall(until: instant) }
    }

    /// Both ends will see the connection reset instead of ended.
    func breakOff() {
        Socket.breakOffOnClose(client)
        Socket.breakOffOnClose(hub)
    }

    /// The bytes received and delivered since the last call.
    func takeCounts(_ direction: Direction) -> (received: Int, delivered: Int) {
        guard let half = halves[direction] else { return (0, 0) }
        defer { (half.received, half.delivered) = (0, 0) }
        return (half.received, half.delivered)
    }

    /// Watches both sockets for what can be done with them.
    func watch(with poller: Poller) throws(SystemError) {
        for (descriptor, outgoing, incoming) in [(client, Direction.up, Direction.down), (hub, .down, .up)] {
            var interest: Poller.Readiness = []
            if let half = halves[outgoing], half.room > 0, !isConnecting { interest.insert(.readable) }
            if let half = halves[incoming], half.arrived > 0 { interest.insert(.writable) }
            if isConnecting, descriptor == hub { interest = .writable }
            // A socket that is watched for nothing still tells of its end, again and again.
            if interest.isEmpty {
                poller.forget(descriptor)
            } else {
                try poller.watch(descriptor, for: interest)
            }
        }
    }

    /// One of the sockets is ready.
    func handle(_ descriptor: Int32, _ readiness: Poller.Readiness, at now: ProxyInstant) -> State {
        if isConnecting {
            guard descriptor == hub, readiness.contains(.writable) else { return .open }
            guard Socket.error(of: hub) == 0 else { return .unreachable }
            isConnecting = false
            return move(at: now)
        }
        if readiness.contains(.readable) {
            guard read(descriptor == client ? .up : .down, at: now) else { return breakingOff() }
        }
        return move(at: now)
    }

    /// Hands on what has come to the end of its way.
    func move(at now: ProxyInstant) -> State {
        if isConnecting { return .open }
        for direction in Direction.allCases {
            guard write(direction, at: now) else { return breakingOff() }
        }
        return halves.values.allSatisfy(\.hasPassedEndOn) ? .finished : .open
    }

    private func breakingOff() -> State {
        breakOff()
        return .finished
    }

    /// Reads once; says whether the connection still stands.
    private func read(_ direction: Direction, at now: ProxyInstant) -> Bool {
        guard let half = halves[direction] else { return true }
        let room = min(half.room, buffer.count)
        guard room > 0 else { return true }
        let count = recv(direction == .up ? client : hub, &buffer, room, 0)
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        if count == 0 {
            half.hasEnded = true
        } else {
            half.bytes += buffer[..<count]
            half.received += count
            half.path.send(byteCount: count, at: now)
        }
        return true
    }

    /// Writes what has arrived; says whether the connection still stands.
    private func write(_ direction: Direction, at now: ProxyInstant) -> Bool {
        guard let half = halves[direction] else { return true }
        half.arrived += half.path.take(at: now)
        let target = direction == .up ? hub : client
        if half.arrived > 0 {
            let count = send(target, half.bytes, half.arrived, Int32(MSG_NOSIGNAL))
            guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
            half.bytes.removeFirst(count)
            half.arrived -= count
            half.delivered += count
        }
        if half.hasEnded, half.bytes.isEmpty, !half.hasPassedEndOn {
            half.hasPassedEndOn = true
            shutdown(target, Int32(SHUT_WR))
        }
        return true
    }
}
