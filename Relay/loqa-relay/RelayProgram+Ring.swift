import Glibc
import LoqaBase
import LoqaSystem
import RelayBoard
import RelayCore
import RelayLights
import RelayRing

extension RelayProgram {
    /// The driver of the board's ring; nil if it has none.
    static func ring(of configuration: RingConfiguration) -> RingDriver? {
        guard let ring = configuration.ring else { return nil }
        return RingDriver(
            code: ring.code, lamps: ring.lamps, supply: ring.supply, theme: configuration.theme,
            brightness: configuration.brightness
        ) { () throws(RingWireError) in
            try SPIWire(device: ring.device, code: ring.code, powerLine: ring.powerLine)
        }
    }

    /// Paints the ring, and tells why it stays dark.
    func paintRing(at now: RelayInstant) {
        guard let ring else { return }
        ringDue = ring.show(moment, at: now, minute: Self.minuteOfDay)
        if let failure = ring.failure {
            console.say("\(failure)", about: .ring)
        } else {
            console.resolve(.ring, "the ring shines again")
        }
    }

    private var moment: RingMoment {
        let scene: RingScene =
            switch session.light {
            case .idle: .idle
            case .listening: .listening
            case .thinking: .thinking
            case .speaking: .speaking
            case .ringing: .ringing
            case .muted: .muted
            case .offline: .offline
            case .cannotHear: .cannotHear
            }
        // 40 dB of the voice make the whole ring.
        let level = heardLevel.map { Float($0.value + 60) / 40 } ?? 0
        return RingMoment(scene, talker: ear.azimuth, level: scene == .listening ? level : 0.3)
    }

    /// Nil while the clock was not set.
    private static var minuteOfDay: Int? {
        var seconds = time(nil)
        // The year 2024: before it no relay was made.
        guard seconds > 1_704_067_200 else { return nil }
        var parts = tm()
        localtime_r(&seconds, &parts)
        return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }
}
