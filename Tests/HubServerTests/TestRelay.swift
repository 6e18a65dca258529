import Glibc
import LoqaAudio
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaWire

/// A relay for tests: two blocking sockets to a hub on loopback, the real channel and seals, and no mind of its own.
final class TestRelay {
    struct Timeout: Error {}

    private static let signOfLife = Probe(number: .max)

    private let control: Int32
    private let media: Int32
    private var channel: RelayChannel
    private var reader = ControlFrameReader(from: .hub)
    private var sealer = MediaSealer(key: [UInt8](repeating: 0, count: 32))
    private var opener = MediaOpener(key: [UInt8](repeating: 0, count: 32))
    private(set) var hubSession: UInt32 = 0
    private let ownSession: UInt32 = 77
    /// Sends no pings by itself.
    var isSilent = false
    private var hasJoined = false
    private var usesDatagrams = false
    private var meetings: UInt32 = 0
    private var probes: UInt32 = 0
    private let port: UInt16
    /// Frames that came while something else was waited for.
    private var held: [ControlFrame] = []
    /// What the hub refused the handshake with.
    private(set) var refusal: ChannelError?

    init(port: Int, as name: String = "a", credentials: RelayChannel.Credentials? = nil) throws {
        let control = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let media = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        (self.control, self.media, self.port) = (control, media, UInt16(port))
        channel = RelayChannel(
            credentials ?? .enrolled(hub: TestHub.key.publicKey), identity: TestHub.key(of: name),
            ephemeral: PrivateKey.random())
        var patience = timeval(tv_sec: 0, tv_usec: 300_000)
        var room: Int32 = 2_048
        setsockopt(control, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        for descriptor in [control, media] {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let connected = Self.with(port: UInt16(port)) { connect(control, $0, $1) }
        let isBound = Self.with(port: 0) { bind(media, $0, $1) } == 0
        guard connected == 0, isBound else { throw Timeout() }
    }

    deinit {
        close(control)
        close(media)
    }

    /// The handshake, up to where frames may be sent; false if the hub refused or closed.
    func shakeHands() throws -> Bool {
        send(try channel.start())
        while channel.session == nil {
            guard try receiveText(into: &reader) else { return false }
        }
        return true
    }

    func send(_ frame: ControlFrame) {
        do { send(try channel.seal(frame.encoded())) } catch { fatalError("\(error)") }
    }

    /// Sends pings and reads nothing; true once the hub has closed the connection.
    func isClosedWithoutReading(pingCount: Int) -> Bool {
        for number in 0..<pingCount {
            guard let bytes = try? channel.seal(ControlFrame.ping(Probe(number: UInt32(number))).encoded())
            else {
                return false
            }
            if Glibc.send(control, bytes, bytes.count, Int32(MSG_NOSIGNAL)) < 0 { return errno != EAGAIN }
        }
        var watched = pollfd(fd: control, events: 0x2000, revents: 0)  // POLLRDHUP
        return poll(&watched, 1, 10_000) == 1
    }

    /// What the handshake agreed on.
    var session: NoiseSession? { channel.session }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(control, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func send(_ packet: MediaPacket) { send(datagram: .media(packet)) }

    /// A frame as a datagram; from another relay's socket if one is given.
    func send(datagram frame: ControlFrame, from other: TestRelay? = nil) {
        do {
            let bytes = try sealer.seal(type: frame.kind.rawValue, session: hubSession, body: frame.payload)
            (other ?? self).send(datagram: bytes)
        } catch {
            fatalError("\(error)")
        }
    }

    func send(datagram bytes: [UInt8]) {
        _ = Self.with(port: port) { sendto(media, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next datagram as it came; nil if none comes within the patience of the socket.
    func nextDatagram() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        let count = recv(media, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Tells the hub that its datagrams arrive, from wherever this relay is now.
    func probe() {
        probes += 1
        send(datagram: .pathProbe(PathProbe(number: probes, sentAt: 1, isReplied: true)))
    }

    /// The next frame but answers to signs of life; `nil` when the hub has closed the connection.
    func next() throws -> ControlFrame? {
        if !held.isEmpty { return held.removeFirst() }
        for _ in 0..<100 {
            guard let frame = try nextFrame() else { return nil }
            if case .pong(Self.signOfLife) = frame { continue }
            return frame
        }
        throw Timeout()
    }

    /// Waits until the hub has read everything that was sent so far.
    private func meet() throws {
        meetings += 1
        let probe = Probe(number: 1_000_000 + meetings)
        send(.ping(probe))
        while let frame = try nextFrame(), frame != .pong(probe) { held.append(frame) }
    }

    private func nextFrame() throws -> ControlFrame? {
        while true {
            if case .frame(let frame)? = try reader.next() { return frame }
            guard try receiveText(into: &reader) else { return nil }
        }
    }

    /// Receives once; false at the end of the connection or of what can be understood.
    private func receiveText(into reader: inout ControlFrameReader) throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = receive(from: control, &buffer)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return false }
        guard count > 0 else { throw Timeout() }
        do throws(ChannelError) {
            for output in try channel.receive(buffer[..<count]) {
                switch output {
                case .send(let bytes): send(bytes)
                case .established: break
                case .text(let text): try? reader.append(text)
                }
            }
            return true
        } catch {
            refusal = error
            return false
        }
    }

    /// The next frame for which `pick` has a value; others are skipped.
    func next<Value>(_ pick: (ControlFrame) -> Value?) throws -> Value {
        while let frame = try next() {
            if let value = pick(frame) { return value }
        }
        throw Timeout()
    }

    /// Frames that came on the connection meanwhile, for a message.
    func backlog() -> [ControlFrame.Kind] {
        var kinds = held.map(\.kind)
        while kinds.count < 100, let frame = try? nextFrame() { kinds.append(frame.kind) }
        return kinds
    }

    func nextPacket() throws -> MediaPacket {
        send(.ping(Self.signOfLife))
        probe()
        while true {
            var buffer = [UInt8](repeating: 0, count: 2_048)
            let count = receive(from: media, &buffer)
            guard count > 0 else { throw Timeout() }
            let (opened, body) = try opener.open(Array(buffer[..<count]))
            guard opened.type == ControlFrame.Kind.media.rawValue else { continue }
            return try MediaPacket(decoding: body)
        }
    }

    /// Receives within ten seconds, and gives signs of life meanwhile (L1) unless it is to be silent.
    private func receive(from descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        for _ in 0..<33 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count < 0, errno == EAGAIN else { return count }
            if hasJoined, !isSilent {
                send(.ping(Self.signOfLife))
                if usesDatagrams { probe() }
            }
        }
        return -1
    }

    /// Shakes hands, greets and returns the hub's welcome.
    func join(_ name: String = "relay", room: String = "", byDatagrams: Bool = true) throws -> Welcome {
        guard try shakeHands() else { throw Timeout() }
        return try greet(name, room: room, byDatagrams: byDatagrams)
    }

    func greet(_ name: String, room: String = "", byDatagrams: Bool = true) throws -> Welcome {
        send(.hello(Hello(session: ownSession, name: name, room: room)))
        let welcome = try next { frame in if case .welcome(let welcome) = frame { welcome } else { nil } }
        guard let keys = channel.session?.mediaKeys else { throw Timeout() }
        sealer = MediaSealer(key: keys.relayToHub)
        opener = MediaOpener(key: keys.hubToRelay)
        hubSession = welcome.session
        send(.status(Status(isMuted: false, canHear: true, canSpeak: true)))
        hasJoined = true
        usesDatagrams = byDatagrams
        if byDatagrams {
            probe()
            try meet()
        }
        return welcome
    }

    /// Claims a turn and sends sound for it: half a second of room, a wake word, a command, and silence.
    func speak(
        turn: UInt32, commandMilliseconds: Int = 900, byDatagrams: Bool = true
    ) throws {
        send(
            .claim(
                Claim(
                    turn: TurnID(turn), stream: StreamID(turn), cause: .wakeWord, wakeStart: 8_000,
                    wakeEnd: 20_000,
                    level: DecibelsFullScale(clamping: -20), noiseFloor: DecibelsFullScale(clamping: -60))))
        for (sequence, payload) in try Self.speech(commandMilliseconds).enumerated() {
            let packet = MediaPacket(
                stream: StreamID(turn), sequence: UInt32(sequence), timestamp: UInt32(sequence * 320),
                payload: payload)
            if byDatagrams { send(packet) } else { send(.media(packet)) }
            // A socket holds a few hundred packets: let the hub keep up.
            if sequence % 64 == 63 {
                // However slowly this goes, the hub must not come to think that its datagrams are lost (P3).
                if byDatagrams { probe() }
                try meet()
            }
        }
    }

    /// A wake word, a command of this length and six seconds of silence, as packets.
    private static func speech(_ commandMilliseconds: Int) throws -> [[UInt8]] {
        var sound = [Int16](repeating: 0, count: 8_000) + voice(12_000) + [Int16](repeating: 0, count: 3_200)
        sound += voice(commandMilliseconds * 16) + [Int16](repeating: 0, count: 6 * 16_000)
        let encoder = try OpusPacketEncoder()
        var packets: [[UInt8]] = []
        for start in stride(from: 0, to: sound.count - 319, by: 320) {
            var block = Array(sound[start..<start + 320])
            // A quiet floor, never digital silence.
            for index in block.indices { block[index] &+= Int16((start + index) * 7 % 41) - 20 }
            if let packet = try encoder.encode(block) { packets.append(packet) }
        }
        return packets
    }

    /// Something like a voice: a saw at 140 Hz under a slow envelope.
    private static func voice(_ count: Int) -> [Int16] {
        (0..<count).map { index in
            let saw: Int = index * 140 % 16_000 - 8_000
            let swing: Int = abs(index * 4 % 16_000 - 8_000)
            return Int16(saw * (60 + swing / 200) / 200)
        }
    }

    private static func with<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
