/// Packets that arrived and were not yet taken, by sequence number, in a ring of fixed size.
///
/// The window is `capacity` numbers wide and starts at the next one to take. What lies before it is late, what
/// lies beyond it is refused, and a number that is already there is a duplicate: each is counted, none is kept.
struct PacketWindow: Sendable {
    /// What became of an offered packet.
    enum Verdict: Sendable, Equatable { case kept, late, duplicate, beyond }

    /// The sequence number to take next.
    private(set) var next: UInt32 = 0
    /// Packets held.
    private(set) var count = 0
    private var slots: [[UInt8]?]

    /// - Precondition: `capacity` is positive.
    init(capacity: Int) {
        precondition(capacity > 0)
        slots = Array(repeating: nil, count: capacity)
    }

    /// Offers a packet. One that is late, doubled or too far ahead is left out.
    mutating func offer(_ payload: [UInt8], sequence: UInt32) -> Verdict {
        guard sequence >= next else { return .late }
        guard sequence - next < UInt32(slots.count) else { return .beyond }
        guard slots[slot(sequence)] == nil else { return .duplicate }
        slots[slot(sequence)] = payload
        count += 1
        return .kept
    }

    /// Takes the packet that is next in order, if it has arrived, and moves on.
    mutating func takeNext() -> [UInt8]? {
        guard let payload = slots[slot(next)] else { return nil }
        slots[slot(next)] = nil
        count -= 1
        next += 1
        return payload
    }

    /// Gives up the packet that is next in order.
    mutating func skipNext() {
        if slots[slot(next)] != nil {
            slots[slot(next)] = nil
            count -= 1
        }
        next += 1
    }

    private func slot(_ sequence: UInt32) -> Int { Int(sequence % UInt32(slots.count)) }
}
