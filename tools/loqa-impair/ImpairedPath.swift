import LoqaBase

/// Decides what becomes of each datagram that enters one direction of one client's path.
///
/// A pure value: it holds no packet and reads no clock. The same seed and the same packets at the same instants give the
/// same fates. See ``DelayLine`` for the packets on their way.
struct ImpairedPath: Sendable {
    /// Why a packet does not arrive.
    enum Loss: Sendable, Equatable { case blocked, alone, inBurst, queueFull }

    /// What becomes of a packet.
    enum Fate: Sendable, Equatable {
        case lost(Loss)
        case delivered(at: ProxyInstant)
        /// In the order of the copies, which need not be that of time.
        case deliveredTwice(at: ProxyInstant, and: ProxyInstant)
    }

    /// What the path does from now on. Packets on their way keep their fate.
    var impairment: DatagramImpairment
    /// Packets that were held back on purpose so far.
    private(set) var heldBackCount = 0
    private let seed: UInt64
    private var number: UInt64 = 0
    private var isBad = false
    /// When the link with a rate has sent all it was given, and the latest arrival so far.
    private var lineFree = ProxyInstant.origin
    private var latest = ProxyInstant.origin

    init(_ impairment: DatagramImpairment, seed: UInt64) { (self.impairment, self.seed) = (impairment, seed) }

    /// A packet of this size enters.
    mutating func send(byteCount: Int, at now: ProxyInstant) -> Fate {
        var dice = Dice(seed: seed, number: number)
        number += 1
        // All are thrown, needed or not, so that no setting moves the numbers of another.
        let (lossThrow, stateThrow, burstThrow) = (dice.unit(), dice.unit(), dice.unit())
        let (twiceThrow, holdThrow) = (dice.unit(), dice.unit())
        let (firstDelay, secondDelay) = (delay(&dice), delay(&dice))

        let isLostInBurst = stepBurst(stateThrow, burstThrow)
        if impairment.isBlocked { return .lost(.blocked) }
        if isLostInBurst { return .lost(.inBurst) }
        if lossThrow < impairment.loss { return .lost(.alone) }
        guard let sent = sendOnLine(byteCount, at: now) else { return .lost(.queueFull) }
        let isHeld = holdThrow < impairment.reordering
        if isHeld { heldBackCount += 1 }
        let arrival = arrive(sent + firstDelay, holdback: isHeld ? impairment.holdback : .zero)
        guard twiceThrow < impairment.duplication else { return .delivered(at: arrival) }
        return .deliveredTwice(at: arrival, and: arrive(sent + secondDelay, holdback: .zero))
    }

    private func delay(_ dice: inout Dice) -> Duration {
        let (even, normal) = (dice.even(), dice.normal())
        let variation =
            switch impairment.jitter {
            case .uniform(let width): width * even
            case .normal(let deviation): deviation * normal
            }
        return max(.zero, impairment.delay + variation)
    }

    private mutating func stepBurst(_ stateThrow: Double, _ lossThrow: Double) -> Bool {
        guard let burst = impairment.burst else {
            isBad = false
            return false
        }
        isBad = isBad ? stateThrow >= burst.toGood : stateThrow < burst.toBad
        return lossThrow < (isBad ? burst.lossInBad : burst.lossInGood)
    }

    /// When the packet has left the link, or nil if its queue is full.
    private mutating func sendOnLine(_ byteCount: Int, at now: ProxyInstant) -> ProxyInstant? {
        guard let rate = impairment.rate else {
            lineFree = now
            return now
        }
        let begin = max(now, lineFree)
        guard begin - now + rate.duration(of: byteCount) <= rate.duration(of: rate.queueByteCount) else {
            return nil
        }
        lineFree = begin + rate.duration(of: byteCount)
        return lineFree
    }

    private mutating func arrive(_ instant: ProxyInstant, holdback: Duration) -> ProxyInstant {
        guard impairment.keepsOrder else { return instant + holdback }
        latest = max(latest, instant)
        // What is held back on purpose is overtaken on purpose.
        return latest + holdback
    }
}
