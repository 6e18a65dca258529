package import LoqaBase

/// Limits what strangers may cost: connections that have not proved a key, and handshakes, per address and in all.
///
/// Ask ``admit(_:at:)`` before anything is spent on a new connection, and tell ``settled(_:)`` when it has proved its key
/// or is gone. A pure value; its table holds ``Limits/tableCountMax`` addresses, whatever arrives.
///
/// An attacker with many addresses can push others out of the table and so start afresh with each, but the totals hold
/// for all addresses together, so the work stays bounded. What suffers then is how soon a stranger is let in, not the
/// relays that are connected. An address with open connections is never pushed out, so its count is always true.
package struct AddressLimits<Clock>: Sendable {
    /// What one hub allows.
    package struct Limits: Sendable, Equatable {
        /// Connections without a proved key at a time: from one address, and in all.
        package var openPerAddress = 8
        package var openTotal = 256
        /// Handshakes begun: from one address, and in all. All relays of a house may return at once, from behind one
        /// address if the network translates.
        package var handshakesPerSecondPerAddress = 20
        package var handshakeBurstPerAddress = 60
        package var handshakesPerSecondTotal = 200
        package var handshakeBurstTotal = 600
        /// Addresses remembered; at least as many as ``openTotal``, each of which may be another's.
        package var tableCountMax = 1_024

        package init() {}
    }

    /// Whether a connection may go on.
    package enum Verdict: Sendable, Equatable {
        case admitted
        case refused(Refusal)
    }

    /// Which limit was met. Close the connection without an answer.
    package enum Refusal: Sendable, Equatable, CaseIterable {
        case openPerAddress, openTotal, ratePerAddress, rateTotal
        /// Not 4 or 16 bytes.
        case addressUnreadable
    }

    private struct Entry: Sendable {
        var openCount = 0
        var bucket: TokenBucket<Clock>
        var older: Int?
        var newer: Int?
        var key: AddressKey
    }

    private let limits: Limits
    private var total: TokenBucket<Clock>
    private var slots: [AddressKey: Int] = [:]
    // The entries form a list by last use, through their indices, so the oldest is found at once.
    private var entries: [Entry] = []
    private var oldest: Int?
    private var newest: Int?
    /// Connections admitted and not settled.
    package private(set) var openCount = 0
    /// Connections refused since the start.
    package private(set) var refusedCount = 0
    /// Addresses pushed out of the full table since the start.
    package private(set) var evictedCount = 0

    /// - Precondition: every limit is positive, and the table has room for `openTotal` addresses and one more.
    package init(_ limits: Limits = Limits()) {
        precondition(limits.openPerAddress > 0 && limits.openTotal > 0)
        precondition(limits.tableCountMax > limits.openTotal)
        self.limits = limits
        total = TokenBucket(perSecond: limits.handshakesPerSecondTotal, burst: limits.handshakeBurstTotal)
    }

    /// Addresses in the table.
    package var tableCount: Int { entries.count }

    /// A connection arrived and wants to begin a handshake. Admitted, it counts until ``settled(_:)``.
    ///
    /// - Parameter address: 4 bytes of IPv4 or 16 of IPv6, as the socket gives them.
    package mutating func admit(_ address: [UInt8], at now: Instant<Clock>) -> Verdict {
        guard let key = AddressKey(address) else { return refuse(.addressUnreadable) }
        guard openCount < limits.openTotal else { return refuse(.openTotal) }
        let slot = slots[key]
        if let slot {
            // A flood keeps its own entry fresh, so it cannot hide behind the eviction of it.
            use(slot)
            guard entries[slot].openCount < limits.openPerAddress else { return refuse(.openPerAddress) }
            guard entries[slot].bucket.take(at: now) else { return refuse(.ratePerAddress) }
        }
        guard total.take(at: now) else { return refuse(.rateTotal) }
        let admitted = slot ?? insert(key, at: now)
        entries[admitted].openCount += 1
        openCount += 1
        return .admitted
    }

    /// An admitted connection has proved its key or is gone. Call once for each that was admitted.
    package mutating func settled(_ address: [UInt8]) {
        guard let key = AddressKey(address), let slot = slots[key], entries[slot].openCount > 0 else {
            preconditionFailure("settled without being admitted")
        }
        entries[slot].openCount -= 1
        openCount -= 1
    }

    private mutating func refuse(_ refusal: Refusal) -> Verdict {
        refusedCount += 1
        return .refused(refusal)
    }
}

// MARK: - The table

extension AddressLimits {
    private mutating func insert(_ key: AddressKey, at now: Instant<Clock>) -> Int {
        var bucket = TokenBucket<Clock>(
            perSecond: limits.handshakesPerSecondPerAddress, burst: limits.handshakeBurstPerAddress)
        _ = bucket.take(at: now)
        let slot: Int
        if entries.count < limits.tableCountMax {
            slot = entries.count
            entries.append(Entry(bucket: bucket, key: key))
        } else {
            slot = evict()
            entries[slot] = Entry(bucket: bucket, key: key)
        }
        slots[key] = slot
        pushNewest(slot)
        return slot
    }

    /// Takes the entry that was used longest ago and has no open connection out of the table. There is one: open
    /// connections are fewer than entries. Those that are passed over go to the other end, so a search is paid for once.
    private mutating func evict() -> Int {
        while let slot = oldest {
            unlink(slot)
            if entries[slot].openCount == 0 {
                slots[entries[slot].key] = nil
                evictedCount += 1
                return slot
            }
            pushNewest(slot)
        }
        preconditionFailure("every address of the table has an open connection")
    }

    private mutating func use(_ slot: Int) {
        guard newest != slot else { return }
        unlink(slot)
        pushNewest(slot)
    }

    private mutating func unlink(_ slot: Int) {
        let (older, newer) = (entries[slot].older, entries[slot].newer)
        if let older { entries[older].newer = newer } else { oldest = newer }
        if let newer { entries[newer].older = older } else { newest = older }
        (entries[slot].older, entries[slot].newer) = (nil, nil)
    }

    private mutating func pushNewest(_ slot: Int) {
        entries[slot].older = newest
        if let newest { entries[newest].newer = slot } else { oldest = slot }
        newest = slot
    }
}

/// What counts as one address: an IPv4 address, or the upper half of an IPv6 one, as whoever has one of a /64 has all.
struct AddressKey: Hashable, Sendable {
    private let isVersion6: Bool
    private let bits: UInt64

    /// - Returns: nil unless there are 4 or 16 bytes. IPv4 mapped into IPv6 (::ffff:a.b.c.d) counts as IPv4.
    init?(_ address: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        switch address.count {
        case 4: (isVersion6, bits) = (false, Self.number(address[...]))
        case 16 where address.starts(with: mapped): (isVersion6, bits) = (false, Self.number(address[12...]))
        case 16: (isVersion6, bits) = (true, Self.number(address[..<8]))
        default: return nil
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
