/// Which of the latest counters were seen: a ring of bits that moves with the highest (RFC 6479).
///
/// Counters that are ``width`` or more behind the highest are too old to tell, so they are refused. A value without
/// allocation; ``check(_:)`` first, and ``accept(_:)`` once the packet proved authentic.
package struct ReplayWindow: Sendable {
    /// What a counter is before its packet is opened.
    package enum Verdict: Sendable, Equatable { case fresh, replayed, tooOld }

    /// Counters told apart: the highest and the 1,023 before it.
    package static let width: UInt32 = 1_024
    /// One word more than the width needs, so that moving clears whole words only.
    private static let wordCount: UInt32 = width / 64 + 1

    private var words = InlineArray<17, UInt64>(repeating: 0)
    /// The highest counter accepted, nil before the first.
    package private(set) var highest: UInt32?

    package init() {}

    /// Whether a packet of this counter may be opened. Changes nothing.
    package func check(_ counter: UInt32) -> Verdict {
        guard let highest, counter <= highest else { return .fresh }
        guard highest - counter < Self.width else { return .tooOld }
        return words[Self.word(of: counter)] & Self.bit(of: counter) == 0 ? .fresh : .replayed
    }

    /// Remembers the counter of an authentic packet and moves on if it is the highest so far.
    ///
    /// - Precondition: ``check(_:)`` called it fresh.
    package mutating func accept(_ counter: UInt32) {
        precondition(check(counter) == .fresh, "a counter is accepted once")
        let block = counter / 64
        let highestBlock = (highest ?? 0) / 64
        if block > highestBlock {
            // The words between held counters that are too old now; a jump past the ring clears it all.
            for step in 1...min(block - highestBlock, Self.wordCount) {
                words[Int((highestBlock + step) % Self.wordCount)] = 0
            }
        }
        highest = max(highest ?? 0, counter)
        words[Self.word(of: counter)] |= Self.bit(of: counter)
    }

    private static func word(of counter: UInt32) -> Int { Int(counter / 64 % wordCount) }
    private static func bit(of counter: UInt32) -> UInt64 { 1 << UInt64(counter % 64) }
}
