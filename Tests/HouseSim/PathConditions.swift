package import LoqaBase
package import LoqaTestKit

/// How the network between a relay and the hub is at one moment, the same in both directions.
package struct PathConditions: Sendable, Equatable {
    /// Time on the way of every packet, and how much more it may be: anything up to that alike.
    package var delay = Duration.milliseconds(1)
    package var jitter = Duration.milliseconds(2)
    /// Packets lost, one by one, in thousandths.
    package var lossPerMille = 0
    /// Packets with which a burst of losses begins, in thousandths; in a burst ``burstLossPerMille`` are lost, and one
    /// packet in ten ends it (Gilbert and Elliott).
    package var burstPerMille = 0
    package var burstLossPerMille = 700
    /// Packets that come up to ``reorderDelay`` later than others, in thousandths.
    package var reorderPerMille = 0
    package var reorderDelay = Duration.milliseconds(40)
    /// Packets that come twice, in thousandths.
    package var duplicatePerMille = 0
    /// Nothing passes until then.
    package var partitionedUntil = HouseInstant.origin
    /// No datagram passes until then; streams do.
    package var datagramsBlockedUntil = HouseInstant.origin
    /// What streams carry stays on the way until then.
    package var stalledUntil = HouseInstant.origin

    package init() {}
}

extension SeededGenerator {
    /// A generator for one part of a simulation, so that what one part draws does not change another's story.
    package init(seed: UInt64, part: UInt64) {
        var mixer = SeededGenerator(seed: seed ^ (part &* 0xD134_2543_DE82_EF95))
        self.init(seed: mixer.next())
    }

    /// True in so many of a thousand cases.
    package mutating func chance(perMille: Int) -> Bool {
        perMille > 0 && Int(((next() >> 32) &* 1_000) >> 32) < perMille
    }

    /// Any whole number of nanoseconds up to `limit` alike.
    package mutating func duration(upTo limit: Duration) -> Duration {
        let nanoseconds = limit.nanoseconds
        return nanoseconds <= 0 ? .zero : .nanoseconds(Int64(next() % UInt64(nanoseconds + 1)))
    }
}
