import Glibc
import LoqaSphinx
import SpeechSounds

/// Hears recordings by a grammar and prints what it hears, for measuring: `loqa-speech hear`.
struct HearFiles: ~Copyable {
    /// A file or a line that cannot be used.
    struct InputError: Error, CustomStringConvertible {
        let description: String
    }

    private static let byteCountMax = 64 << 20
    private var engine: HearingEngine

    /// - Parameter network: path of a file in CMU Sphinx's FSG text form.
    init(model: SphinxModel, network: String) throws {
        var engine = try HearingEngine(model: model)
        let text = String(decoding: try Self.contents(of: network), as: UTF8.self)
        let words = Set(
            text.split(separator: "\n").compactMap { line -> String? in
                let parts = line.split(separator: " ")
                return parts.count == 5 && parts[0] == "TRANSITION" ? String(parts[4]) : nil
            })
        let start = Self.cpuSeconds
        let unknown = try engine.load(text, words: words.sorted())
        let milliseconds = Int((Self.cpuSeconds - start) * 1_000)
        print("#loaded\t\(words.count)\t\(milliseconds)\t\(unknown.joined(separator: " "))")
        self.engine = engine
    }

    /// Hears the files whose paths standard input names, one a line: 16 kHz mono, 16 bits. A line of numbers for each:
    /// path, text, seconds, seconds of CPU, score for each frame, and the evidence.
    mutating func run() throws {
        while let path = readLine() {
            let samples = try Self.samples(of: path)
            let start = Self.cpuSeconds
            let heard = try engine.hear(samples)
            let cpu = Self.cpuSeconds - start
            var fields = [path, heard?.text ?? "", Self.text(Double(samples.count) / 16_000), Self.text(cpu)]
            if let heard {
                let evidence = heard.evidence
                fields += [
                    heard.scorePerFrame, evidence.whole, evidence.words, evidence.worstWord, evidence.phones,
                ]
                .map(Self.text)
                fields += [
                    evidence.unexplained, evidence.noisiness, evidence.slowness, evidence.confidence,
                ].map(Self.text)
            }
            print(fields.joined(separator: "\t"))
        }
        print("#memory\t\(Self.peakKilobytes)")
    }

    private static func text(_ number: Double) -> String { "\((number * 10_000).rounded() / 10_000)" }

    private static var cpuSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// Most memory that the process had, in kilobytes.
    private static var peakKilobytes: Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage.ru_maxrss
    }

    private static func samples(of path: String) throws -> [Int16] {
        let bytes = try contents(of: path)
        func number(_ index: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[index + $1]) << (8 * $1) } }
        var index = 12
        while index + 8 <= bytes.count {
            let length = number(index + 4)
            guard bytes[index..<index + 4].elementsEqual("data".utf8) else {
                index += 8 + length + length % 2
                continue
            }
            let end = min(bytes.count, index + 8 + length)
            return stride(from: index + 8, to: end - 1, by: 2).map {
                Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
            }
        }
        throw InputError(description: "\(path): holds no sound; make it a 16 kHz mono WAVE file of 16 bits")
    }

    private static func contents(of path: String) throws -> [UInt8] {
        guard let file = fopen(path, "re") else {
            throw InputError(description: "\(path): cannot be read (\(String(cString: strerror(errno))))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&room, 1, room.count, file), count > 0 {
            bytes += room[..<count]
            guard bytes.count <= byteCountMax else {
                throw InputError(description: "\(path): is longer than 64 MiB")
            }
        }
        return bytes
    }
}
