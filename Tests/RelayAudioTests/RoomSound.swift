import LoqaTestKit
import RelayAudio
import RelayDSP

/// Sound for tests of the front end: noise that reaches the microphones of a small array as a plane wave.
struct RoomSound {
    /// The microphones of the 4-microphone USB array.
    static let usbArray: [BoardMicrophone] = [(-0.03245, 0), (0, -0.03245), (0.03245, 0), (0, 0.03245)]
        .enumerated().map { BoardMicrophone(channel: $0, position: Position(x: $1.0, y: $1.1)) }

    private var random: SeededGenerator
    private var source: [Float] = Array(repeating: 0, count: 64)
    private var low: Float = 0
    private let positions: [Position]
    /// Direction of the wave in degrees.
    var azimuth: Float = 30
    /// Amplitude of the wave and of the noise of each microphone's own.
    var (wave, own): (Float, Float) = (0.1, 0.002)

    init(seed: UInt64, positions: [Position]) {
        random = SeededGenerator(seed: seed)
        self.positions = positions
    }

    /// The next hop of every microphone, interleaved.
    mutating func hop(_ count: Int = FrontEnd.hop) -> [Float] {
        // Reddish, so that nearby microphones are alike at low frequencies, yet with edges to tell delays from.
        for _ in 0..<count {
            low = 0.9 * low + 0.3 * noise()
            source.append(wave * (low + 0.5 * noise()))
        }
        var frames: [Float] = []
        let (cosine, sine) = Self.direction(azimuth)
        for frame in 0..<count {
            for position in positions {
                // A wave from there reaches the microphones on that side first.
                let delay = 16 - (position.x * cosine + position.y * sine) / 343 * 16_000
                let at = Float(source.count - count + frame) - delay
                let (whole, part) = (Int(at), at - Float(Int(at)))
                frames.append(source[whole] * (1 - part) + source[whole + 1] * part + own * noise())
            }
        }
        source.removeFirst(source.count - 64)
        return frames
    }

    /// -1...1, about white.
    mutating func noise() -> Float { Float.random(in: -1...1, using: &random) }

    private static func direction(_ degrees: Float) -> (Float, Float) {
        // Enough for tests: 30, 45 and 90 degree steps.
        let table: [Int: (Float, Float)] = [
            0: (1, 0), 30: (0.866, 0.5), 45: (0.707, 0.707), 120: (-0.5, 0.866), 200: (-0.94, -0.342),
        ]
        return table[Int(degrees)] ?? (1, 0)
    }
}
