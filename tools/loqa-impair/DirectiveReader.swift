/// A line that is no order: what is wrong with it, and what would be right.
struct DirectiveError: Error, Sendable, Equatable, CustomStringConvertible {
    var line: String
    var reason: String

    var description: String { "\"\(line.prefix(80))\": \(reason)" }
}

/// Reads one order from one line. A pure value.
struct DirectiveReader {
    /// The words, for the program's help.
    static let words = """
        udp [up|down] delay MS
        udp [up|down] jitter MS [normal|uniform]   normal: MS is the deviation
        udp [up|down] loss PERCENT                 each packet alone
        udp [up|down] burst BAD GOOD [LOSS [LOSS]] Gilbert-Elliott, percent:
                 chance to turn bad and good again, loss in bad and good
        udp [up|down] burst off
        udp [up|down] duplicate PERCENT
        udp [up|down] reorder PERCENT [MS]         held back for MS, usually 30
        udp [up|down] rate KBIT/S [QUEUE-KIB]      a full queue loses packets
        udp [up|down] rate off
        udp [up|down] order keep|free              may jitter reorder?
        udp [up|down] block|open
        udp rebind                                 new ports towards the hub
        tcp [up|down] delay MS
        tcp [up|down] jitter MS
        tcp [up|down] rate KBIT/S|off
        tcp [up|down] block|open
        tcp stall MS                               no byte moves that long
        cut                                        break all connections off
        cut every SECONDS, cut off
        after MS ORDER                             after 5000 udp block
        clear                                      no impairment at all
        stats                                      print the statistics
        """

    private static let durationMax = 3_600_000.0
    private static let rateMax = 10_000_000.0
    private let line: String
    private var rest: [Substring]

    private init(_ line: String) {
        self.line = line
        rest = line.split { $0 == " " || $0 == "\t" }
    }

    /// Reads a line; `nil` for an empty one and for a comment, which begins with `#`.
    static func read(_ line: String) throws(DirectiveError) -> Directive? {
        var reader = DirectiveReader(line)
        guard let first = reader.rest.first, !first.hasPrefix("#") else { return nil }
        let directive = try reader.directive(mayWait: true)
        guard reader.rest.isEmpty else { throw reader.error("has words too many: \(reader.rest[0])") }
        return directive
    }

    private mutating func directive(mayWait: Bool) throws(DirectiveError) -> Directive {
        let word = try next("udp, tcp, cut, clear, after or stats")
        switch word {
        case "udp":
            if rest.first == "rebind" {
                rest.removeFirst()
                return .rebind
            }
            return .datagrams(directions(), try datagramChange())
        case "tcp":
            if rest.first == "stall" {
                rest.removeFirst()
                return .stall(try milliseconds())
            }
            return .streams(directions(), try streamChange())
        case "cut": return try cut()
        case "clear": return .clear
        case "stats": return .statistics
        case "after":
            guard mayWait else { throw error("waits twice; name one time") }
            return .after(try milliseconds(), try directive(mayWait: false))
        default: throw error("begins with \(word); use udp, tcp, cut, clear, after or stats")
        }
    }

    private mutating func directions() -> [Direction] {
        guard let first = rest.first, let direction = Direction(rawValue: String(first)) else {
            return Direction.allCases
        }
        rest.removeFirst()
        return [direction]
    }

    private mutating func datagramChange() throws(DirectiveError) -> DatagramChange {
        let word = try next("what to change")
        switch word {
        case "delay": return .delay(try milliseconds())
        case "jitter":
            let time = try milliseconds()
            return .jitter(try choice(["uniform", "normal"]) == "normal" ? .normal(time) : .uniform(time))
        case "loss": return .loss(try percent())
        case "burst":
            if takeOff() { return .burst(nil) }
            var burst = BurstLoss(toBad: try percent(), toGood: try percent())
            if !rest.isEmpty { burst.lossInBad = try percent() }
            if !rest.isEmpty { burst.lossInGood = try percent() }
            return .burst(burst)
        case "duplicate": return .duplication(try percent())
        case "reorder":
            return .reordering(
                try percent(), holdback: rest.isEmpty ? .milliseconds(30) : try milliseconds())
        case "rate":
            if takeOff() { return .rate(nil) }
            var rate = LinkRate(bitsPerSecond: try number("kbit/s", in: 0.001...Self.rateMax) * 1_000)
            if !rest.isEmpty { rate.queueByteCount = Int(try number("KiB", in: 0.1...65_536) * 1_024) }
            return .rate(rate)
        case "order":
            guard !rest.isEmpty else { throw error("ends too early; say keep or free") }
            return .keepsOrder(try choice(["keep", "free"]) == "keep")
        case "block": return .isBlocked(true)
        case "open": return .isBlocked(false)
        default:
            throw error(
                "udp has no \(word); use delay, jitter, loss, burst, duplicate, reorder, rate, order, block or open"
            )
        }
    }

    private mutating func streamChange() throws(DirectiveError) -> StreamChange {
        let word = try next("what to change")
        switch word {
        case "delay": return .delay(try milliseconds())
        case "jitter": return .jitter(try milliseconds())
        case "rate":
            return .rate(takeOff() ? nil : try number("kbit/s", in: 0.001...Self.rateMax) * 1_000)
        case "block": return .isBlocked(true)
        case "open": return .isBlocked(false)
        default: throw error("tcp has no \(word); use delay, jitter, rate, stall, block or open")
        }
    }

    private mutating func cut() throws(DirectiveError) -> Directive {
        if rest.isEmpty { return .cut }
        if takeOff() { return .cutEvery(nil) }
        guard rest.removeFirst() == "every" else { throw error("use cut, cut every SECONDS or cut off") }
        return .cutEvery(.milliseconds(Int64(try number("seconds", in: 0.1...86_400) * 1_000)))
    }
}

// MARK: - Words

extension DirectiveReader {
    private func error(_ reason: String) -> DirectiveError { DirectiveError(line: line, reason: reason) }

    private mutating func next(_ what: String) throws(DirectiveError) -> String {
        guard !rest.isEmpty else { throw error("ends too early; say \(what)") }
        return String(rest.removeFirst())
    }

    private mutating func takeOff() -> Bool {
        guard rest.first == "off" else { return false }
        rest.removeFirst()
        return true
    }

    /// The next word if there is one, else the first of `words`.
    private mutating func choice(_ words: [String]) throws(DirectiveError) -> String {
        guard let word = rest.first.map(String.init) else { return words[0] }
        rest.removeFirst()
        guard words.contains(word) else {
            throw error("says \(word); use \(words.joined(separator: " or "))")
        }
        return word
    }

    private mutating func number(
        _ unit: String, in range: ClosedRange<Double>
    ) throws(DirectiveError) -> Double {
        let word = try next("a number of \(unit)")
        guard let value = Double(word), range.contains(value) else {
            throw error("\(word) is no number of \(unit) from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private mutating func percent() throws(DirectiveError) -> Double {
        try number("percent", in: 0...100) / 100
    }

    private mutating func milliseconds() throws(DirectiveError) -> Duration {
        .microseconds(Int64(try number("ms", in: 0...Self.durationMax) * 1_000))
    }
}
