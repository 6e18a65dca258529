import LoqaBase

/// What strangers may cost the hub: connections that have not proved themselves, and handshakes a second (D1).
struct ConnectionLimits {
    private(set) var refusedCount = 0
    init(at now: HubInstant) {}
    mutating func admits(_ source: [UInt8], at now: HubInstant) -> Bool { true }
    mutating func proved(_ source: [UInt8]) {}
    mutating func closed(_ source: [UInt8], isUnproved: Bool) {}
}
