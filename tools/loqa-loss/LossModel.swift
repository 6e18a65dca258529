/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// In 0..<1.
    mutating func unit() -> Double { Double.random(in: 0..<1, using: &self) }
}

/// Which packets a network loses, and how long it takes for the others.
struct Network {
    /// The mean part of the packets that is lost, 0..<1.
    var loss = 0.0
    /// Mean length of a run of lost packets. 1 or less: each is lost by itself (Bernoulli). More: the simple
    /// Gilbert model, a good state that loses nothing and a bad one that loses all (E. N. Gilbert, "Capacity
    /// of a burst-noise channel", 1960), with the same mean loss.
    var burstLength = 1.0
    /// Every packet takes this long at least, in ms.
    var delay = 5.0
    /// Mean of the exponentially distributed time on top, in ms. Packets overtake each other.
    var jitter = 0.0
    /// Part of the packets that take 30 ms more, 0..<1.
    var reordered = 0.0
    private var random: SeededRandom
    private var isBad = false

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// The time that the next packet takes, in ms; `nil` if it is lost.
    mutating func transit() -> Double? {
        // All numbers are drawn for each packet, so that one knob does not change what another one does.
        let (lossDraw, jitterDraw, orderDraw) = (random.unit(), random.unit(), random.unit())
        var time = delay
        // An exponential tail beyond a second is no network but an outage.
        if jitter > 0 { time += min(-jitter * logarithm(1 - jitterDraw), 1_000) }
        if orderDraw < reordered { time += 30 }
        return isLost(lossDraw) ? nil : time
    }

    private mutating func isLost(_ draw: Double) -> Bool {
        guard burstLength > 1 else { return draw < loss }
        let leave = 1 / burstLength
        let enter = min(1, leave * loss / max(1 - loss, 1e-9))
        isBad = isBad ? draw >= leave : draw < enter
        return isBad
    }
}
