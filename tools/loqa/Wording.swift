import ArgumentParser
import Foundation

/// Times and numbers as people read them.
enum Wording {
    /// "now", "12 s ago", "3 min ago", "5 h ago", "9 d ago". What lies ahead, by a clock that was set, is now.
    static func ago(_ then: Int64, now: Int64) -> String {
        let seconds = difference(now, then)
        return seconds < 5 ? "now" : "\(span(seconds)) ago"
    }

    /// "in 3 min", or "now" for what is past.
    static func ahead(_ then: Int64, now: Int64) -> String {
        let seconds = difference(then, now)
        return seconds <= 0 ? "now" : "in \(span(seconds))"
    }

    /// A length of time in its largest whole unit: "12 s", "3 min", "5 h", "9 d".
    static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(max(seconds, 0)) s"
        case ..<3_600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// Microseconds as milliseconds with a decimal: "12.3"; without one from 100 on.
    static func milliseconds(_ microseconds: UInt32?) -> String {
        guard let microseconds else { return "-" }
        return decimal(Double(microseconds) / 1_000)
    }

    /// A share in a thousand as percent: "1.2".
    static func percent(_ permille: UInt16) -> String { decimal(Double(permille) / 10) }

    /// "950", "12k", "3.4M".
    static func count(_ number: UInt64) -> String {
        switch number {
        case ..<10_000: "\(number)"
        case ..<1_000_000: "\(number / 1_000)k"
        case ..<1_000_000_000: decimal(Double(number) / 1_000_000) + "M"
        default: decimal(Double(number) / 1_000_000_000) + "G"
        }
    }

    private static func decimal(_ number: Double) -> String {
        number < 99.95 ? String(format: "%.1f", number) : String(format: "%.0f", number)
    }

    private static func difference(_ left: Int64, _ right: Int64) -> Int64 {
        let (seconds, overflows) = left.subtractingReportingOverflow(right)
        return overflows ? (left > right ? .max : .min) : seconds
    }
}

/// How long an invite is valid, as typed: a number and a unit, as in "30m", "24h" or "7d".
struct Validity: ExpressibleByArgument, Equatable {
    /// 1 minute to 30 days.
    static let secondsRange: ClosedRange<Int64> = 60...(30 * 86_400)
    static let day = Validity(seconds: 86_400)

    var seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), argument.count <= 9,
            argument.dropLast().utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let number = Int64(argument.dropLast()), Self.secondsRange.contains(number * unit)
        else { return nil }
        seconds = number * unit
    }

    var defaultValueDescription: String { "24h" }
}

extension Int64 {
    /// Seconds since 1970, by this machine's clock.
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}
