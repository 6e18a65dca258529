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
    /// Sends no pings by itself.
    var isSilent = false
    private var hasJoined = false
    private var meetings: UInt32 = 0
    /// Frames that came while something else was waited for.
    private var held: [ControlFrame] = []

    init(port: Int) throws {
        let control = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let media = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        (self.control, self.media) = (control, media)
        var patience = timeval(tv_sec: 0, tv_usec: 300_000)
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
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = receive(from: control, &buffer)
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
        send(.ping(Self.signOfLife))
        var buffer = [UInt8](repeating: 0, count: 2_048)
        let count = receive(from: media, &buffer)
        guard count > 0 else { throw Timeout() }
        return try MediaPacket(decoding: Array(buffer[..<count]))
    }

    /// Receives within ten seconds, and gives signs of life meanwhile (L1) unless it is to be silent.
    private func receive(from descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        for _ in 0..<33 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count < 0, errno == EAGAIN else { return count }
            if hasJoined, !isSilent { send(.ping(Self.signOfLife)) }
        }
        return -1
    }

    /// Greets and returns the hub's welcome.
    func join(_ name: String, room: String = "kitchen") throws -> Welcome {
        send(.hello(Hello(versionMin: 1, versionMax: 1, mediaPort: mediaPort, name: name, room: room)))
        let welcome = try next { frame in if case .welcome(let welcome) = frame { welcome } else { nil } }
        send(.status(Status(isMuted: false, canHear: true, canSpeak: true)))
        hasJoined = true
        return welcome
    }

    /// Claims a turn and sends sound for it: half a second of room, a wake word, a command, and silence.
    func speak(
        turn: UInt32, to welcome: Welcome, commandMilliseconds: Int = 900, from other: TestRelay? = nil
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
            (other ?? self).send(packet, to: welcome.mediaPort)
            // A socket holds a few hundred packets: let the hub keep up.
            if sequence % 64 == 63 { try meet() }
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
