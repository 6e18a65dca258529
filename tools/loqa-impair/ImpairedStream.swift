import LoqaBase

/// What one direction of the TCP path does to its bytes, which always arrive, and in order.
struct StreamImpairment: Sendable, Equatable {
    /// Time on the way without jitter.
    var delay = Duration.zero
    /// Variation of the delay, evenly to both sides.
    var jitter = Duration.zero
    var bitsPerSecond: Double?
    /// Whether nothing moves.
    var isBlocked = false
}

/// Decides when the bytes of one direction of one connection come out again.
///
/// A pure value that counts bytes and holds none. The caller reads no more than ``room`` and so holds the sender back,
/// as a full network does.
struct ImpairedStream: Sendable {
    /// Bytes on their way at most, and the pieces they came in.
    static let byteCountMax = 262_144
    static let pieceCountMax = 512

    /// What the path does from now on. Bytes on their way keep their time, unless the path is blocked.
    var impairment: StreamImpairment
    private let seed: UInt64
    private var number: UInt64 = 0
    private var pieces: [(due: ProxyInstant, byteCount: Int)] = []
    private var heldByteCount = 0
    private var lineFree = ProxyInstant.origin
    private var stalledUntil = ProxyInstant.origin

    init(_ impairment: StreamImpairment, seed: UInt64) { (self.impairment, self.seed) = (impairment, seed) }

    /// Bytes that ``send(byteCount:at:)`` takes.
    var room: Int { pieces.count < Self.pieceCountMax ? Self.byteCountMax - heldByteCount : 0 }
    /// When ``take(at:)`` has something next. None while the path is blocked.
    var deadline: ProxyInstant? {
        guard !impairment.isBlocked, let first = pieces.first else { return nil }
        return max(first.due, stalledUntil)
    }

    /// Bytes enter.
    ///
    /// - Precondition: there are some, and no more than ``room``.
    mutating func send(byteCount: Int, at now: ProxyInstant) {
        precondition((1...room).contains(byteCount))
        var dice = Dice(seed: seed, number: number)
        number += 1
        var sent = now
        if let speed = impairment.bitsPerSecond {
            sent = max(now, lineFree) + LinkRate(bitsPerSecond: speed).duration(of: byteCount)
        }
        lineFree = sent
        // A piece that is due before the one in front of it waits for that: see take(at:).
        pieces.append((sent + max(.zero, impairment.delay + impairment.jitter * dice.even()), byteCount))
        heldByteCount += byteCount
    }

    /// Takes the bytes that have arrived: their count.
    mutating func take(at now: ProxyInstant) -> Int {
        guard !impairment.isBlocked, now >= stalledUntil else { return 0 }
        let arrived = pieces.prefix { $0.due <= now }
        let byteCount = arrived.reduce(0) { $0 + $1.byteCount }
        pieces.removeFirst(arrived.count)
        heldByteCount -= byteCount
        return byteCount
    }

    /// Nothing comes out before an instant; then all that was due does, at once.
    mutating func stall(until instant: ProxyInstant) { stalledUntil = max(stalledUntil, instant) }
}
