/// A value of a setting, checked.
package enum SettingValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case duration(Duration)
    case flag(Bool)
    case integers([Int])
}

/// What values a setting takes: its type and its range. Reads them from text and writes them as text.
package enum SettingForm: Sendable, Equatable {
    /// Text whose length in bytes of UTF-8 is in the range, without control characters.
    case text(byteCounts: ClosedRange<Int>)
    /// A whole number in the range.
    case integer(ClosedRange<Int>)
    /// A whole number of `ms`, `s`, `min` or `h`, in the range.
    case duration(ClosedRange<Duration>)
    /// `yes` or `no`; also `true`, `false`, `on` and `off`.
    case flag
    /// Whole numbers in the range, separated by commas; as many as `counts` allows.
    case integers(ClosedRange<Int>, counts: ClosedRange<Int>)
    /// One of a few words.
    case choice([String])

    /// The value that `text` stands for, or what it must be instead ("must be 1 to 8").
    func value(of text: String) -> Result<SettingValue, SettingFault> {
        switch self {
        case .text(let byteCounts):
            guard text.unicodeScalars.allSatisfy(isPlain) else {
                return .fault("must not hold control characters")
            }
            guard byteCounts.contains(text.utf8.count) else { return .fault("must \(rangeText)") }
            return .success(.text(text))
        case .integer(let range):
            guard let number = Int(plainDigits: text), range.contains(number) else {
                return .fault("must be \(rangeText)")
            }
            return .success(.integer(number))
        case .duration(let range):
            guard let duration = parsedDuration(text) else {
                return .fault("must be a whole number with ms, s, min or h, from \(rangeText)")
            }
            guard range.contains(duration) else { return .fault("must be \(rangeText)") }
            return .success(.duration(duration))
        case .flag:
            switch text {
            case "yes", "true", "on": return .success(.flag(true))
            case "no", "false", "off": return .success(.flag(false))
            default: return .fault("must be yes or no")
            }
        case .integers(let range, let counts):
            let items = Substring(text).unicodeScalars.split(
                separator: ",", maxSplits: counts.upperBound, omittingEmptySubsequences: false)
            let numbers = items.compactMap { Int(plainDigits: String(trimmed($0))) }.filter(range.contains)
            guard numbers.count == items.count, counts.contains(items.count) else {
                return .fault("must be \(rangeText)")
            }
            return .success(.integers(numbers))
        case .choice(let words):
            guard words.contains(text) else { return .fault("must be \(rangeText)") }
            return .success(.text(text))
        }
    }

    /// The type's name for people.
    var name: String {
        switch self {
        case .text: "text"
        case .integer: "integer"
        case .duration: "duration"
        case .flag: "yes or no"
        case .integers: "list of integers"
        case .choice: "choice"
        }
    }

    /// The range for people, without the type.
    var rangeText: String {
        switch self {
        case .text(let byteCounts): "have \(spelled(byteCounts)) bytes"
        case .integer(let range): spelled(range)
        case .duration(let range): "\(spelled(range.lowerBound)) to \(spelled(range.upperBound))"
        case .flag: "yes or no"
        case .integers(let range, let counts):
            "\(spelled(counts)) numbers of \(spelled(range)), separated by commas"
        case .choice(let words):
            words.count < 2
                ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
        }
    }

    /// Whether a value may stand for a setting of this form; a default must.
    func allows(_ value: SettingValue) -> Bool { self.value(of: spelled(value)) == .success(value) }
}

/// What a value must be instead. One clause for the end of a message.
struct SettingFault: Error, Equatable { var text: String }

extension Result where Failure == SettingFault {
    static func fault(_ text: String) -> Self { .failure(SettingFault(text: text)) }
}

/// The value as a file would give it, unquoted.
func spelled(_ value: SettingValue) -> String {
    switch value {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .duration(let duration): spelled(duration)
    case .flag(let flag): flag ? "yes" : "no"
    case .integers(let numbers): numbers.map { "\($0)" }.joined(separator: ", ")
    }
}

/// The duration in its largest unit that leaves a whole number, down to milliseconds.
func spelled(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    for (name, size) in durationUnits.reversed() where milliseconds % size == 0 && milliseconds != 0 {
        return "\(milliseconds / size) \(name)"
    }
    return "\(milliseconds) ms"
}

private func spelled(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
}

/// Units of a duration and their milliseconds.
private let durationUnits: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000),
]

/// Reads "250 ms". Ten digits at most, so that no product overflows.
private func parsedDuration(_ text: String) -> Duration? {
    let scalars = Substring(text).unicodeScalars
    let digits = String(scalars.prefix { ("0"..."9").contains($0) })
    let unit = String(trimmed(scalars.dropFirst(digits.utf8.count)))
    guard digits.utf8.count <= 10, let count = Int64(digits),
        let size = durationUnits.first(where: { $0.name == unit })?.milliseconds
    else { return nil }
    return .milliseconds(count * size)
}

extension Int {
    /// A decimal number with an optional minus and nothing else; nil if it does not fit.
    init?(plainDigits text: some StringProtocol) {
        guard !text.hasPrefix("+"), let number = Int(text, radix: 10) else { return nil }
        self = number
    }
}

/// Without blanks and tabs at both ends.
func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    let head = text.drop(while: isBlank)
    guard let last = head.lastIndex(where: { !isBlank($0) }) else { return head.prefix(0) }
    return head[...last]
}

func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

/// False for control characters, line separators and marks that change the direction of writing: a value with
/// one of them could forge a line of a log.
func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: false
    default: true
    }
}
