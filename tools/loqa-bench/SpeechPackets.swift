import Foundation
import LoqaAudio

/// Opus packets of speech, as a relay sends them, and the file that hands them to the other programs.
enum SpeechPackets {
    /// Reads 16 kHz mono WAV and encodes it as a relay does.
    static func encode(wav path: String) throws -> [[UInt8]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchError.unavailable("no recording at \(path): run tools/bench, which makes it")
        }
        let sound = try WAVFile.decode(Array(data), byteCountMax: 64 << 20)
        guard sound.channelCount == 1, sound.rate == 16_000 else {
            throw BenchError.unavailable("\(path) is not 16 kHz mono")
        }
        let encoder = try OpusPacketEncoder()
        // Without what the encoder leaves out as silence.
        return try stride(from: 0, to: sound.samples.count - 319, by: 320).compactMap {
            try encoder.encode(Array(sound.samples[$0..<$0 + 320]))
        }
    }

    /// Writes each packet behind its length, u16 in network order.
    static func write(_ packets: [[UInt8]], to path: String) throws {
        let bytes = packets.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    static func meanByteCount(_ packets: [[UInt8]]) -> Double {
        packets.isEmpty ? 0 : Double(packets.reduce(0) { $0 + $1.count }) / Double(packets.count)
    }
}
