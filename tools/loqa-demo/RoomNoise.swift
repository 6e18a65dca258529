import Foundation

/// The hum of a quiet room: noise that falls by about 3 dB an octave, the same for the same seed.
enum RoomNoise {
    static func make(seconds: Int, level: Double, seed: UInt64) -> Sound {
        var random = SeededRandom(seed: seed)
        // Three one-pole low passes with the well-known coefficients of Paul Kellet (music-dsp list, 1999).
        let poles = [(0.99765, 0.0990460), (0.96300, 0.2965164), (0.57000, 1.0526913)]
        var low = [0.0, 0.0, 0.0]
        let samples = (0..<seconds * Sound.rate).map { _ in
            let white = Double.random(in: -1...1, using: &random)
            for index in low.indices { low[index] = low[index] * poles[index].0 + white * poles[index].1 }
            return Int16(((low.reduce(0, +) + white * 0.1848) * 1_000).rounded())
        }
        return Sound(samples: samples).levelled(to: level)
    }
}
