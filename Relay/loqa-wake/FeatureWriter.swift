import Glibc
import LoqaWake

/// Turns clips on standard input into features on standard output, so that what is trained hears what will be heard.
///
/// A clip is a count of samples, then as many samples of 16 kHz, 16 bit; its answer is a count of frames, then for each
/// frame of 10 ms 40 micro and 40 log-mel features of 16 bit. All little endian. Each clip begins afresh.
enum FeatureWriter {
    /// An hour: more in one clip is a mistake.
    private static let sampleCountMax = 3_600 * 16_000

    static func run() {
        while let count = readCount() {
            guard count <= sampleCountMax else {
                end("a clip of \(count) samples; at most \(sampleCountMax) are taken")
            }
            var samples = [Int16](repeating: 0, count: count)
            guard samples.withUnsafeMutableBytes(StandardStreams.fill) else {
                end("the input ends inside a clip")
            }
            write(features(of: samples))
        }
    }

    private static func features(of samples: [Int16]) -> [UInt16] {
        var frontEnd = MicroFrontEnd(hasMelFeatures: true)
        let length = MicroFrontEnd.blockSampleCount
        var features: [UInt16] = []
        features.reserveCapacity(samples.count / 2)
        for start in stride(from: 0, through: samples.count - length, by: length)
        where frontEnd.push(samples.span.extracting(start..<start + length)) {
            features += frontEnd.features
            features += frontEnd.melFeatures
        }
        return features
    }

    private static func readCount() -> Int? {
        var count: UInt32 = 0
        guard withUnsafeMutableBytes(of: &count, StandardStreams.fill) else { return nil }
        return Int(UInt32(littleEndian: count))
    }

    private static func write(_ features: [UInt16]) {
        let count = UInt32(features.count / (2 * MicroFrontEnd.channelCount)).littleEndian
        withUnsafeBytes(of: count) { StandardStreams.send($0) }
        features.withUnsafeBytes { StandardStreams.send($0) }
    }

    private static func end(_ text: String) -> Never {
        StandardStreams.say("loqa-wake: \(text)\n", to: STDERR_FILENO)
        exit(65)
    }
}
