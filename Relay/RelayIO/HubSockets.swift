import Glibc
package import LoqaSystem
import LoqaWire

/// The sockets of one relay: the connection to its hub and the media plane beside it, both non-blocking.
///
/// For the main loop's thread. It moves bytes and knows nothing of what they mean: the endpoint says when to open and
/// close. Everything that goes wrong is told as ``Event/closed(_:)``, once for each connection.
package final class HubSockets {
    /// What came of the sockets.
    package enum Event: Sendable {
        case connected
        case received([UInt8])
        case datagram([UInt8])
        /// The connection could not be opened or is gone, and why.
        case closed(String)
    }

    /// Bytes that may wait for the network: a pre-roll that has to go by TCP, and a little more.
    private static let unsentByteCountMax = 262_144
    /// Datagrams taken at one go, so that a flood cannot starve capture.
    private static let datagramBatch = 64
    /// More than the longest datagram of ours; the rest of a longer one is cut off, and then it is not authentic.
    private static let datagramByteCountMax = 2_048

    /// Datagrams that the socket did not take.
    package private(set) var unsentDatagramCount = 0
    private let poller: Poller
    private var hub: HubAddress?
    private var control: Int32?
    private var media: Int32?
    private var isConnecting = false
    private var unsent: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    package init(poller: Poller) { self.poller = poller }

    deinit { closeSockets() }

    /// Starts to open a connection. ``Event/connected`` or ``Event/closed(_:)`` follows from ``handle(_:_:)``.
    package func connect(to hub: HubAddress) throws(SystemError) {
        closeSockets()
        self.hub = hub
        let opened = socket(hub.family, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket") }
        control = opened
        var yes: Int32 = 1
        setsockopt(opened, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result = hub.withSocketAddress { Glibc.connect(opened, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let error = SystemError("reach the hub at \(hub)")
            closeSockets()
            throw error
        }
        isConnecting = true
        try poller.watch(opened, for: [.readable, .writable])
    }

    /// Sends what the network takes at once, and closes both sockets. No event follows.
    package func close() {
        _ = flush()
        closeSockets()
    }

    /// M5: opens a UDP socket towards the hub's address at this port. The kernel passes on only what comes from there;
    /// whether it is the hub's own, only its seal tells.
    package func openMedia(port: UInt16) throws(SystemError) {
        guard let hub, control != nil else { return }
        if let media { poller.forget(media); Glibc.close(media) }
        let opened = socket(hub.family, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket for sound") }
        media = opened
        guard hub.withSocketAddress(port: port, { Glibc.connect(opened, $0, $1) }) == 0 else {
            throw SystemError("send sound to the hub at \(hub.host), UDP port \(port)")
        }
        try poller.watch(opened, for: .readable)
    }

    /// Sends bytes, or keeps them until the network takes them. Without a connection they are dropped.
    package func write(_ bytes: [UInt8]) -> Event? {
        guard control != nil, !isConnecting else { return nil }
        unsent += bytes
        guard unsent.count <= Self.unsentByteCountMax else {
            return lose("the hub does not read what it is sent")
        }
        return flush()
    }

    /// Sends one datagram. A full socket loses it, as the network might.
    package func send(datagram: [UInt8]) {
        guard let media else { return }
        let sent = datagram.withUnsafeBytes {
            Glibc.send(media, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if sent != datagram.count { unsentDatagramCount += 1 }
    }

    /// Whether a ready descriptor belongs to these sockets.
    package func owns(_ descriptor: Int32) -> Bool { descriptor == control || descriptor == media }

    /// One of the sockets is ready. Events come in the order they happened.
    package func handle(_ descriptor: Int32, _ readiness: Poller.Readiness) -> [Event] {
        if descriptor == media { return receiveDatagrams() }
        guard descriptor == control else { return [] }
        if isConnecting { return finishConnecting() }
        if readiness.contains(.writable), let lost = flush() { return [lost] }
        return readiness.contains(.readable) ? receiveBytes() : []
    }
}

extension HubSockets {
    private func finishConnecting() -> [Event] {
        guard let control else { return [] }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(control, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else {
            return [lose(SystemError("reach the hub at \(hub?.description ?? "")", code: code).description)]
        }
        isConnecting = false
        do {
            try poller.watch(control, for: .readable)
            return [.connected]
        } catch {
            return [lose(error.description)]
        }
    }

    private func receiveBytes() -> [Event] {
        guard let control else { return [] }
        let count = recv(control, &buffer, buffer.count, 0)
        guard count > 0 else {
            if count == 0 { return [lose("the hub closed the connection")] }
            if errno == EAGAIN || errno == EINTR { return [] }
            return [lose(SystemError("read from the hub").description)]
        }
        return [.received(Array(buffer[..<count]))]
    }

    private func receiveDatagrams() -> [Event] {
        guard let media else { return [] }
        var events: [Event] = []
        for _ in 0..<Self.datagramBatch {
            let count = recv(media, &buffer, Self.datagramByteCountMax, 0)
            guard count >= 0 else { break }
            events.append(.datagram(Array(buffer[..<count])))
        }
        return events
    }

    private func flush() -> Event? {
        guard let control, !isConnecting, !unsent.isEmpty else { return nil }
        let count = unsent.withUnsafeBytes {
            Glibc.send(control, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count > 0 { unsent.removeFirst(count) }
        if count < 0, errno != EAGAIN, errno != EINTR {
            return lose(SystemError("write to the hub").description)
        }
        do {
            try poller.watch(control, for: unsent.isEmpty ? .readable : [.readable, .writable])
            return nil
        } catch {
            return lose(error.description)
        }
    }

    private func lose(_ reason: String) -> Event {
        closeSockets()
        return .closed(reason)
    }

    private func closeSockets() {
        for descriptor in [control, media].compactMap({ $0 }) {
            poller.forget(descriptor)
            Glibc.close(descriptor)
        }
        (control, media, isConnecting, unsent) = (nil, nil, false, [])
    }
}
