import Foundation

/// Mono sound at 16 kHz, and its WAV form.
struct Sound: Equatable {
    static let rate = 16_000
    var samples: [Int16] = []

    init(samples: [Int16] = []) { self.samples = samples }

    init(silence duration: Duration) {
        samples = Array(repeating: 0, count: Sound.count(MonotonicClock.nanoseconds(duration)))
    }

    /// Samples in a time of nanoseconds.
    static func count(_ nanoseconds: Int64) -> Int { Int(nanoseconds * Int64(rate) / 1_000_000_000) }

    var duration: Duration { .nanoseconds(Int64(samples.count) * 1_000_000_000 / Int64(Sound.rate)) }

    static func + (left: Sound, right: Sound) -> Sound { Sound(samples: left.samples + right.samples) }

    /// Without the silence at both ends, so that the end of the sound is the end of speech.
    func trimmed(threshold: Int16 = 200) -> Sound {
        guard let first = samples.firstIndex(where: { abs(Int($0)) > threshold }),
            let last = samples.lastIndex(where: { abs(Int($0)) > threshold })
        else { return Sound() }
        return Sound(samples: Array(samples[first...last]))
    }

    /// Brought to a mean level in dBFS; peaks are clipped 1 dB below full scale.
    func levelled(to level: Double) -> Sound {
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(samples.count, 1))
        guard power > 0 else { return self }
        let gain = 32_768 * pow(10, level / 20) / power.squareRoot()
        let peak = 32_768 * pow(10, -1.0 / 20)
        return Sound(samples: samples.map { Int16(max(-peak, min(peak, Double($0) * gain)).rounded()) })
    }

    /// Brought to a highest sample of `peak`, in 0...1 of full scale.
    func peaked(at peak: Double) -> Sound {
        let highest = samples.map { abs(Int($0)) }.max() ?? 0
        guard highest > 0 else { return self }
        return Sound(samples: samples.map { Int16(Double($0) * peak * 32_767 / Double(highest)) })
    }

    /// Adds another sound from a position on, growing as needed.
    mutating func mix(_ other: Sound, at start: Int) {
        let start = max(start, 0)
        if samples.count < start + other.samples.count {
            samples += Array(repeating: 0, count: start + other.samples.count - samples.count)
        }
        for (index, sample) in other.samples.enumerated() {
            samples[start + index] = Int16(clamping: Int(samples[start + index]) + Int(sample))
        }
    }

    /// Samples as the virtual board reads and writes them: s16le without a header.
    var raw: Data {
        Data(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    }

    /// The first channel of raw frames.
    init(raw: Data, channels: Int) {
        let bytes = Array(raw)
        samples = stride(from: 0, to: bytes.count - bytes.count % (2 * channels), by: 2 * channels).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    var wav: Data {
        func little(_ value: Int, _ bytes: Int) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let body = raw
        var file = Data("RIFF".utf8) + little(36 + body.count, 4) + Data("WAVEfmt ".utf8)
        file += little(16, 4) + little(1, 2) + little(1, 2) + little(Sound.rate, 4)
        file += little(Sound.rate * 2, 4) + little(2, 2) + little(16, 2)
        return file + Data("data".utf8) + little(body.count, 4) + body
    }

    /// Reads a WAV of 16 kHz, mono, 16 bit; nil for any other.
    init?(wav: Data) {
        let bytes = Array(wav)
        func little(_ at: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
        }
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8),
            bytes[8..<12].elementsEqual("WAVE".utf8)
        else { return nil }
        var at = 12
        var formatIsGood = false
        while at + 8 <= bytes.count {
            let size = min(little(at + 4, 4), bytes.count - at - 8)
            if bytes[at..<at + 4].elementsEqual("fmt ".utf8), size >= 16 {
                formatIsGood =
                    little(at + 10, 2) == 1 && little(at + 12, 4) == Sound.rate && little(at + 22, 2) == 16
            } else if bytes[at..<at + 4].elementsEqual("data".utf8), formatIsGood {
                self.init(raw: wav.dropFirst(at + 8).prefix(size), channels: 1)
                return
            }
            at += 8 + size + size % 2
        }
        return nil
    }
}
