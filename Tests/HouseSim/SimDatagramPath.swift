import LoqaBase
import LoqaTestKit

/// One direction of UDP: says when a datagram arrives, if it does. A pure value.
package struct SimDatagramPath: Sendable {
    /// When a datagram arrives: never, once or twice.
    package struct Arrivals: Sendable, Equatable {
        package var first: HouseInstant?
        package var second: HouseInstant?
    }

    /// What became of the datagrams so far.
    package struct Counters: Sendable, Equatable {
        package var sentCount = 0
        package var lostCount = 0
        package var blockedCount = 0
        package var duplicatedCount = 0
        package var delayedCount = 0
    }

    package private(set) var counters = Counters()
    private var random: SeededGenerator
    private var isInBurst = false

    package init(seed: UInt64, part: UInt64) { random = SeededGenerator(seed: seed, part: part) }

    /// A datagram leaves.
    package mutating func send(at now: HouseInstant, under conditions: PathConditions) -> Arrivals {
        counters.sentCount += 1
        guard now >= conditions.partitionedUntil, now >= conditions.datagramsBlockedUntil else {
            counters.blockedCount += 1
            return Arrivals()
        }
        if isLost(conditions) {
            counters.lostCount += 1
            return Arrivals()
        }
        var arrivals = Arrivals(first: now + travel(conditions))
        if random.chance(perMille: conditions.duplicatePerMille) {
            counters.duplicatedCount += 1
            arrivals.second = now + travel(conditions)
        }
        return arrivals
    }

    private mutating func isLost(_ conditions: PathConditions) -> Bool {
        if isInBurst {
            isInBurst = !random.chance(perMille: 100)
        } else {
            isInBurst = random.chance(perMille: conditions.burstPerMille)
        }
        if isInBurst, random.chance(perMille: conditions.burstLossPerMille) { return true }
        return random.chance(perMille: conditions.lossPerMille)
    }

    private mutating func travel(_ conditions: PathConditions) -> Duration {
        var travel = conditions.delay + random.duration(upTo: conditions.jitter)
        if random.chance(perMille: conditions.reorderPerMille) {
            counters.delayedCount += 1
            travel += random.duration(upTo: conditions.reorderDelay)
        }
        return travel
    }
}
