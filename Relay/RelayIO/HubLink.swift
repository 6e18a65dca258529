import Glibc
package import LoqaSystem
package import LoqaWire

/// The sockets of one relay: the control connection and the media plane, both non-blocking.
///
/// For the main loop's thread. It knows bytes, frames and packets and decides nothing: the connector says when to
/// open and close. Everything that goes wrong is told as ``Event/closed(_:)``, once for each connection.
package final class HubLink {
    /// What came of the sockets.
    package enum Event: Sendable {
        /// The connection is open; the greeting may be sent, with ``mediaPort``.
        case connected
        case frame(ControlFrame)
        case media(MediaPacket)
        /// The connection could not be opened or is gone, and why.
        case closed(String)
    }

    /// What the media plane refused, by reason.
    package struct Counters: Sendable, Equatable {
        /// Control frames of a kind this version does not know (C4).
        package var skippedFrameCount = 0
        /// Datagrams that were no media packet (M2).
        package var badPacketCount = 0
        /// Packets that the socket did not take.
        package var unsentPacketCount = 0
    }

    /// Bytes of control frames that may wait for the network. A relay sends a few hundred a second at most.
    private static let unsentByteCountMax = 65_536
    /// Datagrams taken at one go, so that a flood cannot starve capture.
    private static let datagramBatch = 64

    /// What was refused so far.
    package private(set) var counters = Counters()
    /// The UDP port of this relay, once the control connection is open.
    package private(set) var mediaPort: UInt16 = 0
    private let hub: HubAddress
    private let poller: Poller
    private var control: Int32?
    private var media: Int32?
    private var isConnecting = false
    private var reader = ControlFrameReader(from: .hub)
    private var unsent: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var packetBuffer = [UInt8](
        repeating: 0, count: WireLimits.mediaHeaderByteCount + WireLimits.mediaPayloadByteCountMax)

    package init(hub: HubAddress, poller: Poller) { (self.hub, self.poller) = (hub, poller) }

    deinit { closeSockets() }

    /// Starts to open a connection. ``Event/connected`` or ``Event/closed(_:)`` follows from ``handle(_:_:)``.
    package func connect() throws(SystemError) {
        closeSockets()
        reader = ControlFrameReader(from: .hub)
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

    /// Closes both sockets. No event follows.
    package func close() { closeSockets() }

    /// M5, M6: media goes to and comes from the hub's address and this port only. Call it on `welcome`.
    package func openMedia(hubPort: UInt16) throws(SystemError) {
        guard let media else { return }
        guard hub.withSocketAddress(port: hubPort, { Glibc.connect(media, $0, $1) }) == 0 else {
            throw SystemError("send sound to the hub at \(hub.host), UDP port \(hubPort)")
        }
    }

    /// Sends a frame, or keeps it until the network takes it. Without a connection it is dropped: its turn is void.
    package func send(_ frame: ControlFrame) -> Event? {
        guard control != nil, !isConnecting else { return nil }
        unsent += frame.encoded()
        guard unsent.count <= Self.unsentByteCountMax else {
            return lose("the hub does not read what it is sent")
        }
        return flush()
    }

    /// Sends one packet. A full socket loses it, as the network might.
    ///
    /// - Parameter payload: 1 to 1,000 bytes of Opus.
    package func send(_ header: MediaPacket.Header, payload: Span<UInt8>) {
        guard let media else { return }
        let length = WireLimits.mediaHeaderByteCount + payload.count
        var span = packetBuffer.mutableSpan
        header.write(to: &span)
        for index in payload.indices { span[WireLimits.mediaHeaderByteCount + index] = payload[index] }
        let sent = packetBuffer.withUnsafeBytes {
            Glibc.send(media, $0.baseAddress, length, Int32(MSG_NOSIGNAL))
        }
        if sent != length { counters.unsentPacketCount += 1 }
    }

    /// Whether a ready descriptor belongs to this link.
    package func owns(_ descriptor: Int32) -> Bool { descriptor == control || descriptor == media }

    /// One of the sockets is ready. Events come in the order they happened.
    package func handle(_ descriptor: Int32, _ readiness: Poller.Readiness) -> [Event] {
        if descriptor == media { return receivePackets() }
        guard descriptor == control else { return [] }
        if isConnecting { return finishConnecting() }
        if readiness.contains(.writable), let lost = flush() { return [lost] }
        return readiness.contains(.readable) ? receiveFrames() : []
    }
}

// MARK: - Control

extension HubLink {
    private func finishConnecting() -> [Event] {
        guard let control else { return [] }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(control, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { return [lose(SystemError("reach the hub at \(hub)", code: code).description)] }
        do {
            isConnecting = false
            try openMediaSocket(beside: control)
            try poller.watch(control, for: .readable)
            return [.connected]
        } catch {
            return [lose(error.description)]
        }
    }

    private func receiveFrames() -> [Event] {
        guard let control else { return [] }
        let count = recv(control, &buffer, buffer.count, 0)
        guard count > 0 else {
            if count == 0 { return [lose("the hub closed the connection")] }
            if errno == EAGAIN || errno == EINTR { return [] }
            return [lose(SystemError("read from the hub").description)]
        }
        var events: [Event] = []
        do {
            try reader.append(buffer[..<count])
            while let arrival = try reader.next() {
                switch arrival {
                case .frame(let frame): events.append(.frame(frame))
                case .skipped: counters.skippedFrameCount += 1
                }
            }
        } catch {
            // C10: say why, and close.
            _ = send(.goodbye(Goodbye(code: .protocolViolation, text: String(error.description.prefix(150)))))
            events.append(lose("the hub broke the protocol: \(error)"))
        }
        return events
    }

    private func flush() -> Event? {
        guard let control, !unsent.isEmpty else { return nil }
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
        (control, media, mediaPort, isConnecting, unsent) = (nil, nil, 0, false, [])
    }
}

// MARK: - Media

extension HubLink {
    /// Binds a UDP socket at the address by which this relay reaches the hub.
    private func openMediaSocket(beside control: Int32) throws(SystemError) {
        let opened = socket(hub.family, Int32(SOCK_DGRAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
        guard opened >= 0 else { throw SystemError("open a socket for sound") }
        media = opened
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let bound = withUnsafeMutablePointer(to: &address) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard getsockname(control, pointer, &size) == 0 else { return false }
                Self.setPort(0, of: pointer)
                guard bind(opened, pointer, size) == 0, getsockname(opened, pointer, &size) == 0 else {
                    return false
                }
                mediaPort = Self.port(of: pointer)
                return true
            }
        }
        guard bound else { throw SystemError("bind a socket for sound") }
        try poller.watch(opened, for: .readable)
    }

    private func receivePackets() -> [Event] {
        guard let media else { return [] }
        var events: [Event] = []
        for _ in 0..<Self.datagramBatch {
            let count = recv(media, &buffer, buffer.count, 0)
            guard count >= 0 else { break }
            do {
                events.append(.media(try MediaPacket(decoding: Array(buffer[..<count]))))
            } catch {
                counters.badPacketCount += 1  // M2
            }
        }
        return events
    }

    /// The port stands at the same place in both families' addresses.
    private static func setPort(_ port: UInt16, of address: UnsafeMutablePointer<sockaddr>) {
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port = port.bigEndian }
    }

    private static func port(of address: UnsafeMutablePointer<sockaddr>) -> UInt16 {
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            UInt16(bigEndian: $0.pointee.sin_port)
        }
    }
}
