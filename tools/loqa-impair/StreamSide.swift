import Glibc
import LoqaBase
import LoqaSystem

/// Everything TCP: the listening socket and the pairs of connections.
///
/// For the main loop's thread.
final class StreamSide {
    /// Connections at a time; more are refused.
    static let connectionCountMax = 512
    private static let batch = 32

    private(set) var statistics = Statistics.TCP()
    private let listener: Int32
    private let options: ProxyOptions
    private let poller: Poller
    private var impairments: [Direction: StreamImpairment] = [.up: .init(), .down: .init()]
    private var pairs: [Int: StreamPair] = [:]
    private var numbersByDescriptor: [Int32: Int] = [:]
    private var stalledUntil = ProxyInstant.origin

    /// - Parameter listener: a bound TCP socket, which is closed with this.
    init(listener: Int32, options: ProxyOptions, poller: Poller) throws(SystemError) {
        (self.listener, self.options, self.poller) = (listener, options, poller)
        guard listen(listener, 256) == 0 else { throw SystemError("listen") }
        try poller.watch(listener, for: .readable)
    }

    deinit { close(listener) }

    /// When ``move(at:)`` has something to do.
    var deadline: ProxyInstant? { pairs.values.compactMap(\.deadline).min() }

    func owns(_ descriptor: Int32) -> Bool {
        descriptor == listener || numbersByDescriptor[descriptor] != nil
    }

    /// Changes what happens to bytes from now on.
    func change(_ directions: [Direction], _ change: (inout StreamImpairment) -> Void) {
        for direction in directions {
            change(&impairments[direction, default: .init()])
            for pair in pairs.values { pair.set(direction, impairments[direction] ?? .init()) }
        }
    }

    /// No byte of any connection moves before an instant, those that are opened meanwhile included.
    func stall(until instant: ProxyInstant) {
        stalledUntil = max(stalledUntil, instant)
        for pair in pairs.values { pair.stall(until: instant) }
    }

    /// Breaks off all connections, at both ends.
    func cut() {
        for pair in pairs.values {
            pair.breakOff()
            statistics.cut += 1
            remove(pair)
        }
    }

    /// One of the sockets is ready.
    func handle(_ descriptor: Int32, _ readiness: Poller.Readiness, at now: ProxyInstant) {
        if descriptor == listener { return acceptConnections() }
        guard let pair = numbersByDescriptor[descriptor].flatMap({ pairs[$0] }) else { return }
        settle(pair, pair.handle(descriptor, readiness, at: now))
    }

    /// Hands on what has come to the end of its way.
    func move(at now: ProxyInstant) {
        for pair in pairs.values {
            if let deadline = pair.deadline, deadline <= now { settle(pair, pair.move(at: now)) }
        }
    }

    /// The counters, with the number of connections that are open.
    func snapshot() -> Statistics.TCP {
        statistics.open = pairs.count
        return statistics
    }

    private func settle(_ pair: StreamPair, _ state: StreamPair.State) {
        for direction in Direction.allCases {
            let (received, delivered) = pair.takeCounts(direction)
            statistics[direction].receivedBytes += received
            statistics[direction].deliveredBytes += delivered
        }
        switch state {
        case .open:
            do throws(SystemError) {
                try pair.watch(with: poller)
            } catch {
                remove(pair)
            }
        case .finished: remove(pair)
        case .unreachable:
            statistics.unreachable += 1
            pair.breakOff()
            remove(pair)
        }
    }

    private func acceptConnections() {
        for _ in 0..<Self.batch {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.accept(listener, $0, &length)
                }
            }
            guard accepted >= 0 else { return }
            _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
            _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
            Socket.set(accepted, Int32(IPPROTO_TCP), TCP_NODELAY)
            guard pairs.count < Self.connectionCountMax else {
                statistics.refused += 1
                close(accepted)
                continue
            }
            do throws(SystemError) {
                try add(accepted, from: Endpoint(storage: storage, length: length))
            } catch {
                statistics.unreachable += 1
                close(accepted)
            }
        }
    }

    private func add(_ client: Int32, from address: Endpoint) throws(SystemError) {
        let hub = try Socket.open(
            Socket.stream, family: options.hub.family, boundTo: options.source(for: address))
        let result = options.hub.withSocketAddress { connect(hub, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let error = SystemError("reach \(options.hub)")
            close(hub)
            throw error
        }
        let number = statistics.accepted
        statistics.accepted += 1
        let halves = Direction.allCases.map { direction in
            let seed = Dice.seed(options.seed, client: number, direction: direction)
            return (direction, ImpairedStream(impairments[direction] ?? .init(), seed: seed))
        }
        let pair = StreamPair(
            number: number, client: client, hub: hub, paths: Dictionary(uniqueKeysWithValues: halves))
        pair.stall(until: stalledUntil)
        (pairs[number], numbersByDescriptor[client], numbersByDescriptor[hub]) = (pair, number, number)
        settle(pair, .open)
    }

    private func remove(_ pair: StreamPair) {
        for descriptor in [pair.client, pair.hub] {
            poller.forget(descriptor)
            numbersByDescriptor[descriptor] = nil
        }
        pairs[pair.number] = nil
    }
}
