import RelayAudio
import RelayDSP
import Testing

struct ChannelHealthTests {
    @Test(arguments: [30, 200] as [Float])
    func `a healthy array stays untouched`(azimuth: Float) throws {
        var room = Room()
        room.sound.azimuth = azimuth
        let report = room.run(seconds: 6) { _, _ in }
        #expect(report.excluded == 0 && report.isHealthy)
    }

    @Test
    func `a channel that falls silent is dead within three seconds, and taken back once it hears again`() {
        var room = Room()
        #expect(room.run(seconds: 3) { $0[2] = 0 * $1 }.fault(of: 2) == .dead)
        #expect(room.report.excluded == 0b100)
        #expect(room.run(seconds: 4) { _, _ in }.excluded == 0)
    }

    @Test func `a covered microphone is not dead, one far below the others is`() {
        var room = Room()
        #expect(room.run(seconds: 4) { $0[1] *= 0.15 * $1 }.excluded == 0)
        #expect(room.run(seconds: 4) { $0[1] *= 0.03 * $1 }.fault(of: 1) == .dead)
    }

    @Test func `steady voltage is no sound`() {
        var room = Room()
        #expect(room.run(seconds: 4) { $0[3] = 0.5 * $1 }.fault(of: 3) == .dead)
    }

    @Test func `silence everywhere is nobody's fault`() {
        var room = Room()
        #expect(room.run(seconds: 5) { for channel in 0..<4 { $0[channel] = 0 * $1 } }.excluded == 0)
    }

    @Test func `a channel that clips alone is left out; if all clip, all stay`() {
        var room = Room()
        let one = room.run(seconds: 4) { $0[0] = $0[0] > 0 ? 1 * $1 : -1 }
        #expect(one.fault(of: 0) == .clipped && one.excluded == 0b1)
        let all = room.run(seconds: 4) {
            for channel in 0..<4 { $0[channel] = $0[channel] > 0 ? 1 * $1 : -1 }
        }
        #expect((0..<4).allSatisfy { all.fault(of: $0) == .clipped } && all.excluded == 0)
    }

    @Test func `what is no number becomes silence at once and the channel is left out`() {
        var room = Room()
        _ = room.run(seconds: 1) { $0[1] = .nan * $1 }
        #expect(room.report.fault(of: 1) == .notFinite && room.report.excluded == 0b10)
        #expect(room.last.allSatisfy { $0.isFinite })
        _ = room.run(seconds: 1) { $0[3] = -Float.infinity * $1 }
        #expect(room.report.fault(of: 3) == .notFinite)
        _ = room.run(seconds: 0.1) { $0[0] = 3e38 * $1 }
        #expect(room.last.allSatisfy { $0.magnitude <= 16 })
        #expect(room.run(seconds: 5) { _, _ in }.excluded == 0)
    }

    @Test func `a channel that hears something else is foreign, one upside down is inverted`() {
        var room = Room()
        var other = RoomSound(seed: 9, positions: [Position(x: 0, y: 0)])
        var (foreign, at) = ([Float](), 0)
        let report = room.run(seconds: 5) { samples, _ in
            if at == foreign.count { (foreign, at) = (other.hop(), 0) }
            samples[2] = foreign[at]
            at += 1
        }
        #expect(report.fault(of: 2) == .foreign && report.excluded == 0b100)
        room = Room()
        let inverted = room.run(seconds: 4) { $0[1] = -$0[1] * $1 }
        #expect(inverted.fault(of: 1) == .inverted && inverted.excluded == 0b10)
    }

    @Test(arguments: [(0, 1), (2, 3)])
    func `exchanged neighbours are found, and found right once they are`(first: Int, second: Int) {
        var room = Room()
        room.sound.azimuth = 0
        let report = room.run(seconds: 6) { samples, _ in samples.swapAt(first, second) }
        #expect(report.isMisordered && !report.isHealthy && report.excluded == 0)
        #expect(!room.run(seconds: 3) { _, _ in }.isMisordered)
    }

    @Test func `an exchange that mirrors the array cannot be told and is not guessed`() {
        var room = Room()
        #expect(!room.run(seconds: 5) { samples, _ in samples.swapAt(0, 2) }.isMisordered)
    }

    @Test func `noise of each microphone's own says nothing about the order`() {
        var room = Room()
        (room.sound.wave, room.sound.own) = (0.0001, 0.05)
        #expect(!room.run(seconds: 5) { _, _ in }.isMisordered)
    }

    @Test func `the shadow is treated as the microphones were`() {
        let room = Room()
        var shadow = (0..<4).flatMap { [Float](repeating: Float($0), count: FrontEnd.hop) }
        shadow[5] = .nan
        shadow[6] = 1e20
        var span = shadow.mutableSpan
        room.health.apply(to: &span)
        #expect(shadow[0] == 0 && shadow[5] == 0 && shadow[6] == 16 && shadow[512] == 2)
    }
}

/// Four microphones whose channels a test may spoil.
private struct Room {
    let health: ChannelHealth
    var sound: RoomSound
    /// The last hop, planar, as the health left it.
    var last: [Float] = []
    var report: ChannelHealth.Report { health.report }

    init() {
        let positions = RoomSound.usbArray.compactMap(\.position)
        do {
            health = ChannelHealth(channelCount: 4, geometry: try ArrayGeometry(positions: positions))
        } catch {
            preconditionFailure("\(error)")
        }
        sound = RoomSound(seed: 4, positions: positions)
    }

    /// Spoils each frame of some seconds; the second argument is 1, so that a closure of one expression is one.
    mutating func run(seconds: Double, _ spoil: (inout [Float], Float) -> Void) -> ChannelHealth.Report {
        for _ in 0..<Int(seconds * 62.5) {
            let frames = sound.hop()
            var planar = [Float](repeating: 0, count: frames.count)
            for frame in 0..<FrontEnd.hop {
                var samples = Array(frames[frame * 4..<frame * 4 + 4])
                spoil(&samples, 1)
                for channel in 0..<4 { planar[channel * FrontEnd.hop + frame] = samples[channel] }
            }
            var span = planar.mutableSpan
            health.inspect(&span)
            last = planar
        }
        return health.report
    }
}
