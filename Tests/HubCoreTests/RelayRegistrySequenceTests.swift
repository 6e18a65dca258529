import HubCore
import LoqaCrypto
import LoqaTestKit
import Testing

/// Random sequences of everything that people and peers may do, with the promises of the registry checked after each.
struct RelayRegistrySequenceTests {
    @Test(arguments: UInt64(0)..<60)
    func `no sequence breaks a promise of the registry`(seed: UInt64) throws {
        var walk = try RegistryWalk(seed: seed)
        for step in 0..<400 {
            let event = walk.step()
            if let broken = walk.brokenPromise() ?? (step % 50 == 0 ? walk.brokenRule() : nil) {
                Issue.record("seed \(seed), step \(step), after \(event): \(broken)")
                return
            }
        }
        #expect(walk.enrolments > 0)
    }

    @Test func `what one registry saved another takes up, at every step`() throws {
        var walk = try RegistryWalk(seed: 77)
        for _ in 0..<400 {
            let (before, revision) = (walk.registry.contents, walk.registry.revision)
            _ = walk.step()
            let after = walk.registry.contents
            #expect(before == after || revision != walk.registry.revision)
            #expect(try RelayRegistry(rooms: ["kitchen"], contents: after).contents == after)
        }
    }
}

/// A registry in the hands of chance, and a memory of what happened that shares no code with it.
private struct RegistryWalk {
    var registry: RelayRegistry
    private var random: SeededGenerator
    private var now: Int64 = 1_800_000_000
    private var ids: [InviteID] = []
    private var revoked: Set<PublicKey> = []
    private var users: [InviteID: Set<PublicKey>] = [:]
    private var made: UInt8 = 0
    private(set) var enrolments = 0
    private var broken: String?

    private static let keys = (0..<24).map { wideKey($0 << 4) }
    private static let names = ["kitchen", "shelf", "kitchen-2", "", "a\u{0}", "kök"]
    private static let rooms = ["kitchen", "bedroom", "attic"]

    init(seed: UInt64) throws {
        registry = try emptyHouse()
        random = SeededGenerator(seed: seed)
    }

    /// Does one thing. - Returns: what it was, for the report of a failure.
    mutating func step() -> String {
        now += Self.jump(&random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<4: return invite()
        case 4..<9: return redeem()
        case 9..<12: return adopt()
        case 12..<14: return decide()
        case 14..<16: return revoke()
        case 16: return manage()
        case 17: return rotate()
        case 18:
            if let id = ids.randomElement(using: &random) { _ = registry.withdraw(id, now: now) }
            return "withdraw"
        default:
            let late = registry.expirePending(now: now)
            if late.contains(where: { key in registry.pending.contains { $0.key == key } }) {
                broken = "a relay that waited too long still waits"
            }
            return "expire pending"
        }
    }

    /// Seconds to the next event: mostly few, at times a clock that is set.
    private static func jump(_ random: inout SeededGenerator) -> Int64 {
        Int.random(in: 0..<10, using: &random) == 0
            ? Int64.random(in: -4_000...20_000, using: &random) : Int64.random(in: 0...40, using: &random)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    private mutating func invite() -> String {
        made &+= 1
        let id = inviteID(made)
        let verdict = registry.invite(
            id: id, secret: inviteSecret(made), room: pick(Self.rooms),
            name: Bool.random(using: &random) ? Self.names.randomElement(using: &random) : nil,
            validFor: Int64.random(in: 0...20_000, using: &random), now: now)
        if case .done(let invite) = verdict { ids.append(invite.id) }
        return "invite: \(verdict)"
    }

    private mutating func redeem() -> String {
        guard let id = ids.suffix(20).randomElement(using: &random) else { return "nothing" }
        let key = pick(Self.keys)
        let lookup = registry.invite(id, from: key, now: now)
        let verdict = registry.redeem(
            id, key: key, wishedName: Self.names.randomElement(using: &random), now: now)
        if case .done(let entry) = verdict {
            admitted(key, as: entry)
            users[id, default: []].insert(key)
            if case .secret = lookup {} else { broken = "redeemed what the first message was refused" }
        }
        return "redeem: \(verdict)"
    }

    private mutating func adopt() -> String {
        let key = pick(Self.keys)
        let verdict = registry.adopt(
            key, name: Self.names.randomElement(using: &random),
            room: Self.rooms.randomElement(using: &random),
            code: digits(UInt32.random(in: 0..<30, using: &random)),
            address: String(repeating: "é", count: Int.random(in: 0...60, using: &random)), now: now)
        if verdict == .pending, revoked.contains(key) { broken = "a revoked relay waits for adoption" }
        return "adopt: \(verdict)"
    }

    private mutating func decide() -> String {
        let code = registry.pending.randomElement(using: &random)?.code ?? digits(31)
        if Int.random(in: 0..<4, using: &random) == 0 { return "refuse: \(registry.refuse(code, now: now))" }
        let key = registry.pending.first { $0.code == code }?.key
        let verdict = registry.approve(
            code, room: Self.rooms.randomElement(using: &random), name: nil, now: now)
        if case .done(let entry) = verdict {
            if entry.key != key { broken = "digits enrolled another relay" }
            admitted(entry.key, as: entry)
        }
        return "approve: \(verdict)"
    }

    private mutating func revoke() -> String {
        guard let name = registry.entries.randomElement(using: &random)?.name else { return "nothing" }
        let verdict = registry.revoke(name, now: now)
        if case .done(let entry) = verdict { revoked.insert(entry.key) }
        return "revoke: \(verdict)"
    }

    private mutating func manage() -> String {
        let name = registry.entries.randomElement(using: &random)?.name ?? "nobody"
        return Bool.random(using: &random)
            ? "rename: \(registry.rename(name, to: pick(Self.names)))"
            : "move: \(registry.move(name, to: pick(Self.rooms)))"
    }

    private mutating func rotate() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "begin: \(registry.beginRotation(to: wideKey(99_999), now: now))"
        case 1:
            let behind = registry.relaysBehind
            let verdict = registry.finishRotation()
            if case .done(let end) = verdict, end.leftBehind != behind { broken = "the list of those behind" }
            return "finish: \(verdict)"
        default:
            let key = pick(Self.keys)
            let isNews = registry.confirmedRotation(key)
            if isNews, revoked.contains(key) { broken = "a revoked relay confirmed a key" }
            return "confirm"
        }
    }

    private mutating func admitted(_ key: PublicKey, as entry: RelayRegistry.Entry) {
        enrolments += 1
        if revoked.contains(key) { broken = "a revoked key was admitted" }
        if entry.key != key { broken = "the entry of another key" }
        if registry.peer(key) != .enrolled(entry) { broken = "an entry that the registry does not hold" }
        if !["kitchen", "bedroom"].contains(entry.room) { broken = "a room that the home lacks" }
    }

    /// The promise that does not hold, if any.
    func brokenPromise() -> String? {
        if let broken { return broken }
        if let twice = users.first(where: { $0.value.count > 1 }) {
            return "token \(twice.key.hex) used twice"
        }
        for key in revoked where registry.peer(key) != .revoked { return "a revoked key is admitted" }
        let active = registry.entries.filter(\.isActive)
        if Set(active.map(\.name)).count != active.count { return "two relays of one name" }
        if registry.pending.count > 16 { return "too many wait" }
        if Set(registry.pending.map(\.key)).count != registry.pending.count { return "a key waits twice" }
        if Set(registry.pending.map(\.code)).count != registry.pending.count { return "digits stand twice" }
        if registry.pending.contains(where: { $0.address.utf8.count > 64 }) { return "a long address" }
        if registry.invites.count(where: { $0.state == .open }) > 64 { return "too many open invites" }
        if registry.invites.count > 256 { return "too many invites" }
        if registry.relaysBehind.contains(where: { !$0.isActive }) { return "a revoked relay is waited for" }
        return nil
    }

    /// The rule of saved contents that does not hold, if any.
    func brokenRule() -> String? {
        do throws(RegistryProblem) { try registry.contents.validate() } catch { return "\(error)" }
        return nil
    }
}
