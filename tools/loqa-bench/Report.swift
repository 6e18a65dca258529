import Foundation

/// Everything that one run measured.
struct Report: Codable {
    var machine: Machine
    /// How much faster than people the relays spoke.
    var speed = 0.0
    /// Measurements of streams that were made again, because packets were lost.
    var repeatedCount = 0
    /// Bytes of an Opus packet.
    var meanPayload = 0.0
    var hub: [StreamBench.Result] = []
    var activeKiB: [Double] = []
    /// By ``StreamBench/Plain``.
    var plain: [String: [StreamBench.Result]] = [:]
    var wyoming: [WyomingBench.Result] = []
    var handshakes: [HandshakeBench.Result] = []
    var idleLink: IdleLinkBench.Result?
    var joining: HouseBench.Joining?
    var idle: HouseBench.Idle?
    /// Microseconds of the hub's CPU.
    var handshakeAtHub: Double?
    var returns: [HouseBench.Return] = []

    init(machine: Machine) { self.machine = machine }

    /// Writes `bench.json` into the folder, and the table between the marks of the page.
    func write(folder: String, page: String?) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: folder + "/bench.json"))
        guard let page else { return }
        let before = Usage.contents(page)
        guard let written = Self.replacing(text, between: "<!-- figures -->", and: "<!-- end -->", in: before)
        else { throw BenchError.unavailable("\(page) has no place for the figures") }
        try written.write(toFile: page, atomically: true, encoding: .utf8)
    }

    /// The text with what stands between two marks replaced; nil if they are not there in this order.
    static func replacing(_ new: String, between start: String, and end: String, in text: String) -> String? {
        guard let first = text.range(of: start),
            let last = text.range(of: end, range: first.upperBound..<text.endIndex)
        else { return nil }
        return text[..<first.upperBound] + "\n" + new + "\n" + text[last.lowerBound...]
    }
}

// MARK: - The table

extension Report {
    /// The table, as Markdown.
    var text: String {
        let lines = [
            "\(machine.date): \(machine.processor), \(machine.cores) cores, Linux \(machine.kernel), frequency "
                + "governor \(machine.governor). Load average \(machine.loadAtStart) at the start and "
                + "\(machine.loadAtEnd) at the end"
                + (machine.isRealTime ? "; the streams ran with real-time priority." : "."),
            "Opus packets of \(Self.number(meanPayload)) bytes in the mean, \(Self.number(speed)) times as fast as "
                + "people speak. \(repeatedCount) measurements of streams were made again because packets were lost.",
        ]
        return (lines + streamLines + houseLines + machineLines).joined(separator: "\n")
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let all = [head, head.map { _ in "---" }] + rows
        return [""] + all.map { "| " + $0.joined(separator: " | ") + " |" }
    }

    private static func number(_ value: Double, _ digits: Int = 0) -> String {
        String(format: "%.\(digits)f", value)
    }

    /// The share of the hub's streams in another count, in percent.
    private func share(of streams: Double) -> String {
        let own = Figures.median(hub.map(\.streamsPerCore))
        return streams > 0 && own > 0 ? Self.number(own / streams * 100) + " %" : ""
    }

    private var streamLines: [String] {
        func row(_ name: String, _ results: [StreamBench.Result]) -> [String]? {
            guard !results.isEmpty else { return nil }
            let streams = Figures.median(results.map(\.streamsPerCore))
            let (lowest, highest) = (
                results.map(\.streamsPerCore).min() ?? 0, results.map(\.streamsPerCore).max() ?? 0
            )
            return [
                name, Self.number(Figures.median(results.map(\.microsecondsPerPacket)), 1),
                Self.number(streams),
                "\(Self.number(lowest)) to \(Self.number(highest))", share(of: streams),
                "\(results.reduce(0) { $0 + $1.lostCount }) of \(results.reduce(0) { $0 + $1.packetCount })",
            ]
        }
        let rows = [
            row("**Loqa's hub**: receive, open, reorder, decode, endpointer, turn", hub),
            row("C: recvmmsg, opus_decode", plain["decode"] ?? []),
            row("C: recvmmsg, ChaCha20-Poly1305, opus_decode", plain["open"] ?? []),
            row("C: recvmmsg alone", plain["receive"] ?? []),
        ].compactMap { $0 }
        let peers =
            Self.wyomingRow(wyoming).map {
                [$0 + [share(of: Figures.median(wyoming.map(\.streamsPerCore))), "0"]]
            } ?? []
        return Self.table(
            ["one core", "µs CPU a packet", "streams", "lowest to highest run", "the hub's share", "lost"],
            rows + peers)
    }

    private static func wyomingRow(_ results: [WyomingBench.Result]) -> [String]? {
        guard !results.isEmpty else { return nil }
        let streams = results.map(\.streamsPerCore)
        return [
            "Wyoming: PCM by TCP into its Python server, neither opened nor decoded",
            number(median(results.map { $0.millisecondsPerStreamSecond * 20 }), 1), number(median(streams)),
            "\(number(streams.min() ?? 0)) to \(number(streams.max() ?? 0))",
        ]
    }

    private static func median(_ values: [Double]) -> Double { Figures.median(values) }

    private var houseLines: [String] {
        var rows: [[String]] = []
        if let idle {
            rows.append([
                "memory of an idle relay at the hub",
                "\(Self.number(idle.rssKiB, 1)) KiB RSS, \(Self.number(idle.privateKiB, 1)) KiB private "
                    + "(mean of \(idle.relayCount)); \(Self.number(idle.secondHalfKiB, 1)) KiB RSS of the last ones",
            ])
            rows.append(["the hub itself, with 8 relays", "\(Self.number(idle.hubMiB, 1)) MiB RSS"])
        }
        if !activeKiB.isEmpty {
            rows.append([
                "more memory of a relay that speaks (the turn's sound is kept)",
                "\(Self.number(Figures.median(activeKiB))) KiB RSS",
            ])
        }
        if let idle {
            rows.append([
                "CPU of an idle relay at the hub", "\(Self.number(idle.microsecondsPerSecond)) µs a second",
            ])
        }
        if let joining {
            rows.append([
                "enrolment: token made, knock, registry on disk twice, welcome",
                "\(Self.number(joining.microsecondsPerRelay)) µs CPU of the hub; \(joining.relayCount) relays in "
                    + "\(Self.number(joining.seconds, 1)) s",
            ])
        }
        if let handshakeAtHub {
            rows.append([
                "handshake IK through the real hub, from accept to welcome",
                "\(Self.number(handshakeAtHub)) µs CPU of the hub, "
                    + "\(Self.number(1e6 / max(handshakeAtHub, 1))) a second and core",
            ])
        }
        for one in returns {
            rows.append([
                "all relays back: \(one.how), hub gone for \(Self.number(one.secondsGone)) s",
                "median \(Self.number(one.median, 2)) s, worst \(Self.number(one.worst, 2)) s of \(one.seconds.count); "
                    + "\(Self.number(one.hubMilliseconds)) ms CPU of the hub, its start included",
            ])
        }
        return Self.table(["a house of many relays, real processes", ""], rows)
    }

    private var machineLines: [String] {
        var rows = handshakes.map {
            [
                "handshake \($0.pattern)",
                "\(Self.number($0.hubMicroseconds)) µs CPU of the hub, \(Self.number($0.handshakesPerSecond)) a second and core; "
                    + "\(Self.number($0.bothMicroseconds)) µs of both ends",
            ]
        }
        if let idleLink {
            rows.append([
                "link of an idle relay",
                "\(Self.number(idleLink.datagramsPerSecond, 1)) datagrams and \(Self.number(idleLink.recordsPerSecond, 1)) "
                    + "records a second, \(Self.number(idleLink.bytesPerSecond)) bytes/s "
                    + "(\(Self.number(idleLink.bytesPerSecondOnTheNetwork)) with all headers), both directions",
            ])
            rows.append([
                "its CPU",
                "relay \(Self.number(idleLink.relayMicrosecondsPerSecond)) µs and hub "
                    + "\(Self.number(idleLink.hubMicrosecondsPerSecond)) µs a second",
            ])
        }
        return Self.table(["the machines alone, one core", ""], rows)
    }
}
