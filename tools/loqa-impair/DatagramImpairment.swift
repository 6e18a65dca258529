/// What one direction of the UDP path does to its packets. All chances are in 0...1.
struct DatagramImpairment: Sendable, Equatable {
    /// How the delay varies from packet to packet.
    enum Jitter: Sendable, Equatable {
        /// Evenly, by as much as this to both sides.
        case uniform(Duration)
        /// Normally, with this standard deviation; at most six of them.
        case normal(Duration)
    }

    /// Time on the way without jitter.
    var delay = Duration.zero
    /// Variation of the delay. The sum of both is never below zero.
    var jitter = Jitter.uniform(.zero)
    /// Whether a packet never overtakes the one before it, as in one queue. Otherwise jitter reorders.
    var keepsOrder = false
    /// Chance of each packet, alone, to be lost.
    var loss = 0.0
    var burst: BurstLoss?
    /// Chance of a packet to arrive twice.
    var duplication = 0.0
    /// Chance of a packet to be held back for ``holdback``, so that later ones overtake it.
    var reordering = 0.0
    var holdback = Duration.milliseconds(30)
    var rate: LinkRate?
    /// Whether nothing gets through.
    var isBlocked = false
}

/// A link that loses packets in bursts: the model of Gilbert (1960) and Elliott (1963).
///
/// It is in a good or a bad state and may change before each packet.
struct BurstLoss: Sendable, Equatable {
    /// Chance of going from good to bad, and back.
    var toBad: Double
    var toGood: Double
    /// Chance of a packet to be lost in each state.
    var lossInBad = 1.0
    var lossInGood = 0.0

    /// The share of packets lost in the long run.
    var meanLoss: Double {
        guard toBad + toGood > 0 else { return lossInGood }
        let bad = toBad / (toBad + toGood)
        return bad * lossInBad + (1 - bad) * lossInGood
    }
}

/// A link's speed and the queue in front of it.
struct LinkRate: Sendable, Equatable {
    /// More than 0.
    var bitsPerSecond: Double
    /// Bytes that may wait; more are lost.
    var queueByteCount = 65_536

    /// How long a packet of this size is on the line.
    func duration(of byteCount: Int) -> Duration {
        .nanoseconds(Int64(Double(byteCount) * 8e9 / bitsPerSecond))
    }
}
