import Glibc
import LoqaBase
import LoqaSystem

/// Everything UDP: one socket for all clients, and for each client one towards the hub.
///
/// For the main loop's thread.
final class DatagramSide {
    /// Clients known at a time. One more takes the place of one that was silent for ``silence``, or is refused.
    static let clientCountMax = 512
    static let silence = Duration.seconds(30)
    /// Datagrams taken at one go, so that a flood does not starve the rest.
    private static let batch = 64

    private final class Client {
        let number: Int
        let address: Endpoint
        var descriptor: Int32
        var paths: [Direction: ImpairedPath]
        var lastSeen: ProxyInstant

        init(
            number: Int, address: Endpoint, descriptor: Int32, paths: [Direction: ImpairedPath],
            at now: ProxyInstant
        ) {
            (self.number, self.address, self.descriptor) = (number, address, descriptor)
            (self.paths, lastSeen) = (paths, now)
        }
    }

    private struct Parcel: Sendable {
        var client: Int
        var direction: Direction
        var isCopy: Bool
        var bytes: [UInt8]
    }

    private(set) var statistics = Statistics.UDP()
    private let listener: Int32
    private let hub: Endpoint
    private let options: ProxyOptions
    private let poller: Poller
    private var impairments: [Direction: DatagramImpairment] = [.up: .init(), .down: .init()]
    private var clients: [Int: Client] = [:]
    private var numbers: [Endpoint: Int] = [:]
    private var numbersByDescriptor: [Int32: Int] = [:]
    private var line = DelayLine<Parcel>(countMax: 65_536, byteCountMax: 64 << 20)
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// - Parameter listener: a bound UDP socket, which is closed with this.
    init(listener: Int32, options: ProxyOptions, poller: Poller) throws(SystemError) {
        (self.listener, self.options, self.poller, hub) = (listener, options, poller, options.hub)
        try poller.watch(listener, for: .readable)
    }

    deinit {
        for client in clients.values { close(client.descriptor) }
        close(listener)
    }

    /// When ``deliver(at:)`` has something to do.
    var deadline: ProxyInstant? { line.deadline }

    func owns(_ descriptor: Int32) -> Bool {
        descriptor == listener || numbersByDescriptor[descriptor] != nil
    }

    /// Changes what happens to packets from now on.
    func change(_ directions: [Direction], _ change: (inout DatagramImpairment) -> Void) {
        for direction in directions {
            change(&impairments[direction, default: .init()])
            for client in clients.values {
                client.paths[direction]?.impairment = impairments[direction] ?? .init()
            }
        }
    }

    /// Takes what has come on one of the sockets.
    func receive(_ descriptor: Int32, at now: ProxyInstant) {
        for _ in 0..<Self.batch {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count >= 0 else {
                if errno == EAGAIN { return }
                statistics.unreachable += 1
                continue
            }
            if descriptor == listener {
                let sender = Endpoint(storage: storage, length: length)
                guard let client = client(at: sender, now) else { continue }
                accept(buffer[..<count], .up, of: client, at: now)
            } else if let client = numbersByDescriptor[descriptor].flatMap({ clients[$0] }) {
                accept(buffer[..<count], .down, of: client, at: now)
            }
        }
    }

    /// Hands on what has come to the end of its way.
    func deliver(at now: ProxyInstant) {
        while let parcel = line.take(at: now) {
            guard let client = clients[parcel.client] else {
                statistics[parcel.direction].unsent += 1
                continue
            }
            let sent =
                switch parcel.direction {
                case .up: send(client.descriptor, parcel.bytes, parcel.bytes.count, Int32(MSG_NOSIGNAL))
                case .down:
                    client.address.withSocketAddress {
                        sendto(listener, parcel.bytes, parcel.bytes.count, Int32(MSG_NOSIGNAL), $0, $1)
                    }
                }
            if parcel.isCopy {
                if sent >= 0 { statistics[parcel.direction].duplicated += 1 }
            } else if sent >= 0 {
                statistics[parcel.direction].delivered += 1
            } else {
                statistics[parcel.direction].unsent += 1
            }
        }
    }

    /// Gives each client a new socket, and so a new port, towards the hub. What the hub still sends to the old one is lost.
    func rebind() throws(SystemError) {
        for client in clients.values {
            let opened = try openTowardsHub(for: client.address)
            forget(client.descriptor)
            client.descriptor = opened
            numbersByDescriptor[opened] = client.number
            statistics.rebinds += 1
        }
    }

    private func accept(
        _ bytes: ArraySlice<UInt8>, _ direction: Direction, of client: Client, at now: ProxyInstant
    ) {
        statistics[direction].received += 1
        statistics[direction].receivedBytes += bytes.count
        client.lastSeen = now
        guard var path = client.paths[direction] else { return }
        let heldBefore = path.heldBackCount
        let fate = path.send(byteCount: bytes.count, at: now)
        statistics[direction].heldBack += path.heldBackCount - heldBefore
        client.paths[direction] = path
        var parcel = Parcel(client: client.number, direction: direction, isCopy: false, bytes: Array(bytes))
        switch fate {
        case .lost(let loss): statistics[direction].count(loss)
        case .delivered(let instant): put(parcel, due: instant)
        case .deliveredTwice(let first, let second):
            put(parcel, due: first)
            parcel.isCopy = true
            put(parcel, due: second)
        }
    }

    private func put(_ parcel: Parcel, due: ProxyInstant) {
        let fits = line.put(parcel, byteCount: parcel.bytes.count, due: due)
        if !fits, !parcel.isCopy { statistics[parcel.direction].lineFull += 1 }
    }
}

// MARK: - Clients

extension DatagramSide {
    private func client(at address: Endpoint, _ now: ProxyInstant) -> Client? {
        if let number = numbers[address] { return clients[number] }
        if clients.count == Self.clientCountMax { forgetSilentClient(at: now) }
        guard clients.count < Self.clientCountMax else {
            statistics.refusedClients += 1
            return nil
        }
        do throws(SystemError) {
            let opened = try openTowardsHub(for: address)
            let number = statistics.clients
            statistics.clients += 1
            let paths = Direction.allCases.map { direction in
                let seed = Dice.seed(options.seed, client: number, direction: direction)
                return (direction, ImpairedPath(impairments[direction] ?? .init(), seed: seed))
            }
            let client = Client(
                number: number, address: address, descriptor: opened,
                paths: Dictionary(uniqueKeysWithValues: paths), at: now)
            (clients[number], numbers[address], numbersByDescriptor[opened]) = (client, number, number)
            return client
        } catch {
            statistics.refusedClients += 1
            return nil
        }
    }

    private func openTowardsHub(for client: Endpoint) throws(SystemError) -> Int32 {
        let opened = try Socket.open(
            Socket.datagram, family: hub.family, boundTo: options.source(for: client))
        do throws(SystemError) {
            guard hub.withSocketAddress({ connect(opened, $0, $1) }) == 0 else {
                throw SystemError("send to \(hub)")
            }
            try poller.watch(opened, for: .readable)
        } catch {
            close(opened)
            throw error
        }
        return opened
    }

    private func forgetSilentClient(at now: ProxyInstant) {
        guard let oldest = clients.values.min(by: { $0.lastSeen < $1.lastSeen }),
            now - oldest.lastSeen >= Self.silence
        else { return }
        forget(oldest.descriptor)
        clients[oldest.number] = nil
        numbers[oldest.address] = nil
    }

    private func forget(_ descriptor: Int32) {
        poller.forget(descriptor)
        numbersByDescriptor[descriptor] = nil
        close(descriptor)
    }
}

extension Statistics.Datagrams {
    fileprivate mutating func count(_ loss: ImpairedPath.Loss) {
        switch loss {
        case .blocked: blocked += 1
        case .alone: lost += 1
        case .inBurst: lostInBurst += 1
        case .queueFull: queueFull += 1
        }
    }
}
