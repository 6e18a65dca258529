import Glibc
import LoqaAudio
import LoqaBase
import LoqaWire

/// A relay for tests: two blocking sockets to a hub on loopback, and no mind of its own.
final class TestRelay {
    struct Timeout: Error {}

    private static let signOfLife = Probe(number: .max)

    private let control: Int32
    private let media: Int32
    private var reader = ControlFrameReader(from: .hub)
    let mediaPort: UInt16

    init(port: Int) throws {
        let control = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let media = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        (self.control, self.media) = (control, media)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for descriptor in [control, media] {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let connected = Self.with(port: UInt16(port)) { connect(control, $0, $1) }
        let isBound = Self.with(port: 0) { bind(media, $0, $1) } == 0
        var bound = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &bound) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(media, $0, &size) }
        }
        mediaPort = UInt16(bigEndian: bound.sin_port)
        guard connected == 0, isBound else { throw Timeout() }
    }

    deinit {
        close(control)
        close(media)
    }

    func send(_ frame: ControlFrame) { send(frame.encoded()) }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(control, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func send(_ packet: MediaPacket, to port: UInt16) {
        let bytes = packet.encoded()
        _ = Self.with(port: port) { sendto(media, bytes, bytes.count, 0, $0, $1) }
    }

    /// The next frame but answers to signs of life; `nil` when the hub has closed the connection.
    func next() throws -> ControlFrame? {
        while true {
            if case .frame(let frame)? = try reader.next() {
                if frame == .pong(Self.signOfLife) { continue }
                return frame
            }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(control, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return nil }
            guard count > 0 else { throw Timeout() }
            try reader.append(buffer[..<count])
        }
    }

    /// The next frame for which `pick` has a value; others are skipped.
    func next<Value>(_ pick: (ControlFrame) -> Value?) throws -> Value {
        while let frame = try next() {
            if let value = pick(frame) { return value }
        }
        throw Timeout()
    }

    func nextPacket() throws -> MediaPacket {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        let count = recv(media, &buffer, buffer.count, 0)
        guard count > 0 else { throw Timeout() }
        return try MediaPacket(decoding: Array(buffer[..<count]))
    }

    /// Greets and returns the hub's welcome.
    func join(_ name: String, room: String = "kitchen") throws -> Welcome {
        send(.hello(Hello(versionMin: 1, versionMax: 1, mediaPort: mediaPort, name: name, room: room)))
        let welcome = try next { frame in if case .welcome(let welcome) = frame { welcome } else { nil } }
        send(.status(Status(isMuted: false, canHear: true, canSpeak: true)))
        return welcome
    }

    /// Claims a turn and sends sound for it: half a second of room, a wake word, a command, and silence.
    func speak(turn: UInt32, to welcome: Welcome, commandMilliseconds: Int = 900) throws {
        send(
            .claim(
                Claim(
                    turn: TurnID(turn), stream: StreamID(turn), cause: .wakeWord, wakeStart: 8_000,
                    wakeEnd: 20_000,
                    level: DecibelsFullScale(clamping: -20), noiseFloor: DecibelsFullScale(clamping: -60))))
        let encoder = try OpusPacketEncoder()
        var sound = [Int16](repeating: 0, count: 8_000) + voice(12_000)
        sound += [Int16](repeating: 0, count: 3_200)
        if commandMilliseconds > 0 { sound += voice(commandMilliseconds * 16) }
        sound += [Int16](repeating: 0, count: 6 * 16_000)
        for sequence in 0..<sound.count / 320 {
            let block = Array(sound[sequence * 320..<(sequence + 1) * 320]).map {
                $0 &+ Int16.random(in: -20...20)
            }
            let packet = MediaPacket(
                stream: StreamID(turn), sequence: UInt32(sequence), timestamp: UInt32(sequence * 320),
                payload: try encoder.encode(block))
            send(packet, to: welcome.mediaPort)
            // L2: encoding takes its time here, and a hub must hear from its relay.
            if sequence % 16 == 15 { send(.ping(Self.signOfLife)) }
        }
    }

    /// Something like a voice: a few harmonics under a slow envelope.
    private func voice(_ count: Int) -> [Int16] {
        (0..<count).map { index in
            let time = Double(index) / 16_000
            let envelope = 0.6 + 0.4 * sin(2 * .pi * 4 * time)
            let tone = (1...8).reduce(0.0) { $0 + sin(2 * .pi * 140 * Double($1) * time) / Double($1) }
            return Int16(4_000 * envelope * tone / 2)
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
