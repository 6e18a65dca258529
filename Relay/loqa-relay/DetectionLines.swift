import Glibc
import LoqaBase
import LoqaWake

/// Writes what a detector hears in a file, one JSON object a line.
struct DetectionLines {
    /// What is written.
    enum Content {
        case firings
        /// Each local peak of each word's score.
        case peaks
    }

    /// Half a second on each side.
    private static let peakMilliseconds = 480
    private static let (probabilityFloor, logitFloor): (Float, Float) = (0.02, -6)

    private let file: String
    private let words: [WakeWord]
    private let content: Content
    private var pickers: [PeakPicker] = []
    private var means: [Float?]
    /// Positions of the scores that a peak may still name.
    private var positions: [[SampleCount]]
    private var lines: [WakeFiring] = []

    init(file: String, words: [WakeWord], _ content: Content) {
        (self.file, self.words, self.content) = (file, words, content)
        means = words.map { _ in nil }
        positions = words.map { _ in [] }
        pickers = words.map { word in
            PeakPicker(
                distance: Self.peakMilliseconds / (10 * word.networks[0].network.featureCount),
                floor: word.score == .logit ? Self.logitFloor : Self.probabilityFloor)
        }
    }

    mutating func add(_ firing: WakeFiring) {
        guard content == .firings else { return }
        lines.append(firing)
    }

    /// Takes the newest scores, if they are new.
    mutating func add(scoresOf detector: WakeDetector) {
        guard content == .peaks else { return }
        for index in words.indices where detector.scoreCount(of: index) > positions[index].count {
            guard let mean = detector.mean(of: index) else { continue }
            positions[index].append(detector.position)
            if let peak = pickers[index].push(mean) { add(peak, of: index) }
        }
    }

    mutating func finish() {
        for index in words.indices { if let peak = pickers[index].finish() { add(peak, of: index) } }
    }

    mutating func flush() {
        for firing in lines { Main.write(line(firing), to: STDOUT_FILENO) }
        lines.removeAll(keepingCapacity: true)
    }

    /// Writes what waits, each with a second opinion on the phrase that ended there.
    mutating func flush<Failure: Error>(_ second: (SampleCount) throws(Failure) -> Float?) throws(Failure) {
        for firing in lines {
            Main.write(line(firing, second: try second(firing.position)), to: STDOUT_FILENO)
        }
        lines.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ peak: PeakPicker.Peak, of index: Int) {
        lines.append(
            WakeFiring(
                phrase: words[index].phrase, role: words[index].role, position: positions[index][peak.index],
                score: peak.score, isNearMiss: false))
    }

    private func line(_ firing: WakeFiring, second: Float? = nil) -> String {
        let seconds = Self.decimal(Int64(firing.position.duration.milliseconds))
        let score = Self.decimal(Int64((firing.score * 1_000).rounded()))
        return "{\"file\": \(Self.quoted(file)), \"time_s\": \(seconds), \"score\": \(score), "
            + "\"phrase\": \(Self.quoted(firing.phrase)), \"role\": \"\(firing.role.rawValue)\""
            + (second.map { ", \"second\": \(Self.decimal(Int64(($0 * 1_000).rounded())))" } ?? "")
            + (firing.isNearMiss ? ", \"near_miss\": true}" : "}")
    }

    /// Thousandths as a decimal number.
    private static func decimal(_ thousandths: Int64) -> String {
        let rest = String(thousandths.magnitude % 1_000)
        let zeros = String(repeating: "0", count: 3 - rest.count)
        return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1_000).\(zeros)\(rest)"
    }

    /// A text as JSON writes it.
    private static func quoted(_ text: String) -> String {
        let inner = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20: "?"
            default: String(scalar)
            }
        }
        return "\"\(inner.joined())\""
    }
}
