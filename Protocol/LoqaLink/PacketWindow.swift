import LoqaWire

/// Packets that arrived and were not yet taken, by sequence number, in a ring of fixed size; and the place in
/// the stream, in samples, that comes next.
///
/// The window is `capacity` numbers wide and starts at the next one to take. What lies before it is late,
/// what lies beyond it is refused, and a number that is already there is a duplicate: each is counted, none
/// is kept.
struct PacketWindow: Sendable {
    /// What became of an offered packet.
    enum Verdict: Sendable, Equatable { case kept, late, duplicate, beyond }

    /// A packet that waits.
    struct Packet: Sendable, Equatable {
        var sequence: UInt32
        var timestamp: UInt32
        var payload: [UInt8]
    }

    /// Packets of silence that a sender may leave out between two that it sends: 1 s. Opus leaves out 380 ms
    /// at most; without a bound, one packet could make its receiver fill in an hour.
    static let silenceCountMax: UInt32 = 50
    static let packetSamples = UInt32(WireLimits.packetSampleCount)

    /// The sequence number to take next.
    private(set) var next: UInt32 = 0
    /// The sample that is due next: the end of what was taken or stood in for.
    private(set) var position: UInt32 = 0
    /// Packets held.
    private(set) var count = 0
    private var slots: [Packet?]
    /// The held packet with the highest number; stale when none is held.
    private var newest: (sequence: UInt32, timestamp: UInt32) = (0, 0)

    /// - Precondition: `capacity` is positive.
    init(capacity: Int) {
        precondition(capacity > 0)
        slots = Array(repeating: nil, count: capacity)
    }

    /// Offers a packet. One that is late, doubled or too far ahead is left out. So is one whose timestamp
    /// cannot be: it allows no whole packet for each number before it, or more silence than
    /// ``silenceCountMax`` for each.
    mutating func offer(_ payload: [UInt8], sequence: UInt32, timestamp: UInt32) -> Verdict {
        guard sequence >= next else { return .late }
        let ahead = sequence - next
        guard ahead < UInt32(slots.count) else { return .beyond }
        guard slots[slot(sequence)] == nil else { return .duplicate }
        guard timestamp % Self.packetSamples == 0, timestamp >= position,
            ((timestamp - position) / Self.packetSamples) >= ahead,
            (timestamp - position) / Self.packetSamples <= ahead + (ahead + 1) * Self.silenceCountMax
        else { return .beyond }
        slots[slot(sequence)] = Packet(sequence: sequence, timestamp: timestamp, payload: payload)
        if count == 0 || sequence > newest.sequence { newest = (sequence, timestamp) }
        count += 1
        return .kept
    }

    /// The highest number held.
    var newestSequence: UInt32? { count > 0 ? newest.sequence : nil }

    /// Packets' worth of time that could be played now: those held and the silence between them, without what
    /// is missing.
    var readyCount: Int {
        guard count > 0, newest.timestamp >= position, newest.sequence >= next else { return 0 }
        let span = Int((newest.timestamp - position) / Self.packetSamples) + 1
        return span - (Int(newest.sequence - next) + 1 - count)
    }

    /// The held packet with the lowest number. Looks at each number at most once.
    var first: Packet? {
        guard count > 0 else { return nil }
        for ahead in 0..<UInt32(slots.count) {
            if let packet = slots[slot(next + ahead)] { return packet }
        }
        return nil
    }

    /// Takes the packet that is next in order, if it has arrived, and moves on behind it.
    mutating func takeNext() -> Packet? {
        guard let packet = slots[slot(next)] else { return nil }
        slots[slot(next)] = nil
        count -= 1
        next += 1
        position = packet.timestamp + Self.packetSamples
        return packet
    }

    /// Gives up the packet that is next in order: something stood in for its 20 ms.
    mutating func skipNext() {
        drop(next)
        next += 1
        position += Self.packetSamples
    }

    /// Moves on by 20 ms of silence that the sender left out.
    mutating func skipSilence() { position += Self.packetSamples }

    /// Moves the place in the stream without a step, when time passed outside of it.
    mutating func move(to position: UInt32) { self.position = position }

    /// Throws a held packet away, as if it had never come.
    mutating func drop(_ sequence: UInt32) {
        guard slots[slot(sequence)]?.sequence == sequence else { return }
        slots[slot(sequence)] = nil
        count -= 1
    }

    private func slot(_ sequence: UInt32) -> Int { Int(sequence % UInt32(slots.count)) }
}

extension PacketWindow {
    /// What fills the next 20 ms in front of a held packet.
    enum Filling: Sendable, Equatable {
        /// The packet itself is due.
        case packet
        /// The packet right before it was lost: its copy may be in there.
        case lostBefore
        /// An earlier one was lost.
        case lost
        /// Silence that was left out; it may as well be a loss with silence after it, which sounds alike.
        case silence
    }

    /// What lies between the place in the stream and the first held packet: `nil` without one.
    ///
    /// Numbers tell how many packets are missing, timestamps how long the gap is. Where the gap is longer,
    /// the sender left out silence; nobody knows where in the gap, so it is filled in first, and a missing
    /// packet is given up at the last moment at which it could still have its place.
    mutating func filling() -> (Filling, Packet)? {
        while let packet = first {
            let missing = packet.sequence - next
            let (room, isBefore) = packet.timestamp.subtractingReportingOverflow(position)
            let gap = room / Self.packetSamples
            // Two packets that fit the stream, but not each other: the sender is wrong about one of them.
            if isBefore || gap < missing {
                drop(packet.sequence)
                continue
            }
            if gap == 0 { return (.packet, packet) }
            if gap > missing { return (.silence, packet) }
            return (gap == 1 ? .lostBefore : .lost, packet)
        }
        return nil
    }
}
