import LoqaBase

/// The last things that happened in a house, for reading after a failure. Writing takes no memory after the start.
package struct Story: Sendable, CustomStringConvertible {
    /// One thing that happened.
    package struct Line: Sendable, CustomStringConvertible {
        package var time: HouseInstant
        package var host: Int
        package var what: StaticString
        package var detail: Int

        package var description: String {
            let microseconds = time.sinceOrigin.nanoseconds / 1_000
            return "\(microseconds) µs, \(host == 0 ? "hub" : "relay \(host)"): \(what) \(detail)"
        }
    }

    private let capacity: Int
    private var lines: [Line] = []
    /// Everything that happened, remembered or not.
    package private(set) var count = 0
    /// Differs, in all likelihood, between two runs that differ anywhere: FNV-1a over all that happened.
    package private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

    /// - Parameter capacity: Lines remembered, 1 or more.
    package init(capacity: Int = 200) {
        precondition(capacity > 0)
        self.capacity = capacity
        lines.reserveCapacity(capacity)
    }

    /// Writes down what happened at a host; `detail` is any number that helps, such as a turn or a byte count.
    package mutating func note(_ what: StaticString, host: Int, _ detail: Int = 0, at time: HouseInstant) {
        let line = Line(time: time, host: host, what: what, detail: detail)
        if lines.count < capacity { lines.append(line) } else { lines[count % capacity] = line }
        count += 1
        mix(UInt64(bitPattern: time.sinceOrigin.nanoseconds))
        mix(UInt64(truncatingIfNeeded: host))
        mix(UInt64(truncatingIfNeeded: detail))
        what.withUTF8Buffer { text in for byte in text { mix(UInt64(byte)) } }
    }

    /// Oldest first.
    package var last: [Line] {
        let start = lines.count < capacity ? 0 : count % capacity
        return Array(lines[start...] + lines[..<start])
    }

    package var description: String { last.map(\.description).joined(separator: "\n") }

    private mutating func mix(_ value: UInt64) { fingerprint = (fingerprint ^ value) &* 0x100_0000_01B3 }
}
