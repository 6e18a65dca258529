import LoqaBase
import LoqaTestKit

/// Everything that goes wrong in one simulated house, drawn from one seed. Print it to read the story of a failing seed.
package struct FaultPlan: Sendable, Equatable, CustomStringConvertible {
    /// One thing that goes wrong, at one host: 0 is the hub, the others are relays.
    package struct Fault: Sendable, Equatable, CustomStringConvertible {
        package var kind: Kind
        package var host: Int
        package var start: HouseInstant
        /// When it is over; for a reset or a cut the same as `start`.
        package var end: HouseInstant

        package init(_ kind: Kind, host: Int, start: HouseInstant, end: HouseInstant) {
            precondition(start <= end && host >= 0)
            (self.kind, self.host, self.start, self.end) = (kind, host, start, end)
        }

        package var description: String {
            let who = host == 0 ? "hub" : "relay \(host)"
            let times = "\(start.sinceOrigin.milliseconds)...\(end.sinceOrigin.milliseconds) ms"
            return "\(times): \(who) \(kind)"
        }
    }

    /// What can go wrong. A fault of the hub's network is one of every relay's.
    package enum Kind: Sendable, Equatable {
        case loss(perMille: Int)
        case bursts(perMille: Int)
        case slow(delay: Duration, jitter: Duration)
        case reordering(perMille: Int)
        case duplication(perMille: Int)
        case partition
        case datagramsBlocked
        case streamsStalled
        /// Open streams of the host break, and both ends are told.
        case streamsReset
        /// Open streams of the host lead nowhere, and nobody is told.
        case streamsCut
        /// The host's program dies and starts anew at the end; if the machine reboots, its clock begins again too.
        case crash(reboots: Bool)
        /// The host sleeps. Its clock goes on, as CLOCK_BOOTTIME does, or stands still.
        case sleep(clockRuns: Bool)
        /// The host's clock drifts differently, as the board warms up.
        case drift(partsPerBillion: Int)
    }

    /// How much goes wrong.
    package struct Appetite: Sendable, Equatable {
        /// Faults per host and minute, on average.
        package var faultsPerMinute = 4
        /// The longest that a fault lasts.
        package var durationMax = Duration.seconds(12)
        /// The end of the story in which nothing breaks, so that everything must come right.
        package var calm = Duration.seconds(30)
        /// Clocks are off by up to this from the start.
        package var driftPartsPerBillionMax = 100_000

        package init() {}
    }

    /// What the plan was drawn from; 0 for one made by hand.
    package let seed: UInt64
    package let hostCount: Int
    package let length: Duration
    /// Each host's drift at the start.
    package let drifts: [Int]
    /// In order of their start.
    package let faults: [Fault]

    /// A plan made by hand, as for a test of one fault or to shrink a failing one.
    package init(hostCount: Int, length: Duration, faults: [Fault]) {
        precondition(hostCount > 0 && faults.allSatisfy { $0.host < hostCount })
        (seed, self.hostCount, self.length) = (0, hostCount, length)
        drifts = Array(repeating: 0, count: hostCount)
        self.faults = faults.sorted { $0.start < $1.start }
    }

    /// The plan of a seed; the same for the same arguments.
    package init(seed: UInt64, hostCount: Int, length: Duration, appetite: Appetite = Appetite()) {
        precondition(hostCount > 0 && length > appetite.calm)
        var random = SeededGenerator(seed: seed, part: 0xFA17)
        (self.seed, self.hostCount, self.length) = (seed, hostCount, length)
        let driftMax = appetite.driftPartsPerBillionMax
        drifts = (0..<hostCount).map { _ in Int.random(in: -driftMax...driftMax, using: &random) }
        let stormy = length - appetite.calm
        let countMax = max(1, 2 * Int(stormy.milliseconds) * appetite.faultsPerMinute / 60_000)
        var faults: [Fault] = []
        for host in 0..<hostCount {
            for _ in 0..<Int.random(in: 0...countMax, using: &random) {
                let start = HouseInstant.origin + random.duration(upTo: stormy)
                let kind = Kind(using: &random, driftMax: driftMax)
                let lasts = random.duration(upTo: appetite.durationMax)
                let end = kind.isMoment ? start : min(start + lasts, .origin + stormy)
                faults.append(Fault(kind, host: host, start: start, end: end))
            }
        }
        self.faults = faults.enumerated().sorted {
            ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
        }.map(\.element)
    }

    package var description: String {
        let head = "seed \(seed): \(hostCount) hosts, \(length.milliseconds) ms, drifts \(drifts) ppb"
        return ([head] + faults.map(\.description)).joined(separator: "\n")
    }
}

extension FaultPlan.Kind {
    /// It happens and is over.
    package var isMoment: Bool {
        switch self {
        case .streamsReset, .streamsCut, .drift: true
        case .loss, .bursts, .slow, .reordering, .duplication, .partition, .datagramsBlocked, .streamsStalled,
            .crash, .sleep:
            false
        }
    }

    fileprivate init(using random: inout SeededGenerator, driftMax: Int) {
        switch Int.random(in: 0..<13, using: &random) {
        case 0: self = .loss(perMille: Int.random(in: 10...400, using: &random))
        case 1: self = .bursts(perMille: Int.random(in: 5...100, using: &random))
        case 2: self = .slow(delay: random.duration(upTo: .milliseconds(300)), jitter: .milliseconds(100))
        case 3: self = .reordering(perMille: Int.random(in: 10...300, using: &random))
        case 4: self = .duplication(perMille: Int.random(in: 10...300, using: &random))
        case 5: self = .partition
        case 6: self = .datagramsBlocked
        case 7: self = .streamsStalled
        case 8: self = .streamsReset
        case 9: self = .streamsCut
        case 10: self = .crash(reboots: random.chance(perMille: 300))
        case 11: self = .sleep(clockRuns: random.chance(perMille: 700))
        default: self = .drift(partsPerBillion: Int.random(in: -driftMax...driftMax, using: &random))
        }
    }
}
