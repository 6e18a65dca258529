/// The arithmetic of the benchmark, apart from what measures.
enum Figures {
    /// Packets of 20 ms that a stream has in a second.
    static let packetsPerSecond = 50.0

    /// Streams in real time that one core carries, by the CPU seconds that `packetCount` packets of 20 ms cost.
    /// Nothing measured carries none.
    static func streamsPerCore(cpuSeconds: Double, packetCount: Int) -> Double {
        guard cpuSeconds > 0, packetCount > 0 else { return 0 }
        return Double(packetCount) / cpuSeconds / packetsPerSecond
    }

    /// CPU time of one packet, in microseconds.
    static func microsecondsPerPacket(cpuSeconds: Double, packetCount: Int) -> Double {
        packetCount > 0 ? cpuSeconds / Double(packetCount) * 1e6 : 0
    }

    /// The middle value, or the mean of the two middle ones; 0 of none.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Growth for each of `count`, never below zero: a process may give memory back meanwhile.
    static func growth(from before: Int, to after: Int, count: Int) -> Double {
        count > 0 ? max(0, Double(after - before) / Double(count)) : 0
    }

    /// Packets that are due after a time at a rate, for pacing without drift.
    static func due(after seconds: Double, rate: Double) -> Int { Int(max(0, seconds * rate)) }

    /// The source address of one of many relays on loopback: 127.0.x.y, each host part 2...251.
    static func loopbackAddress(of index: Int) -> String {
        "127.0.\(1 + index / 250 % 250).\(2 + index % 250)"
    }
}
