import HubCore
import LoqaCrypto
import LoqaTestKit
import Testing

struct RelayRegistryTests {
    private static let now: Int64 = 1_800_000_000

    // MARK: Invites

    @Test func `an invited relay is enrolled in the invite's room under the invite's name`() throws {
        var registry = try emptyHouse()
        let id = try registry.invited(1, room: "kitchen", name: "window sill")
        #expect(registry.invite(id, from: relayKey(1), now: Self.now) == .secret(inviteSecret(1)))
        let verdict = registry.redeem(id, key: relayKey(1), wishedName: "own wish", now: Self.now)
        let entry = entry(1, "window sill", "kitchen")
        #expect(verdict == .done(entry))
        #expect(registry.peer(relayKey(1)) == .enrolled(entry))
    }

    @Test func `without a name in the invite the relay's wish counts, and a wish that is no name the room`()
        throws
    {
        var registry = try emptyHouse()
        for (number, (wish, name)) in [("shelf", "shelf"), (nil, "kitchen"), ("\u{1B}[2J", "kitchen-2")]
            .enumerated()
        {
            let id = try registry.invited(UInt8(number), room: "kitchen")
            let verdict = registry.redeem(id, key: relayKey(UInt8(number)), wishedName: wish, now: Self.now)
            #expect(verdict == .done(entry(UInt8(number), name, "kitchen")))
        }
    }

    @Test func `a token admits one key: the same again after a lost answer, another never`() throws {
        var registry = try emptyHouse()
        let id = try registry.invited(1, room: "kitchen")
        let first = registry.redeem(id, key: relayKey(1), wishedName: nil, now: Self.now)
        _ = registry.rename("kitchen", to: "stove")
        // Late even: the answer may be lost right before the expiry.
        let again = registry.redeem(id, key: relayKey(1), wishedName: nil, now: Self.now + 80_000)
        #expect(first == .done(entry(1, "kitchen", "kitchen")))
        #expect(again == .done(entry(1, "stove", "kitchen")))
        #expect(registry.invite(id, from: relayKey(2), now: Self.now) == .used)
        let stolen = registry.redeem(id, key: relayKey(2), wishedName: nil, now: Self.now)
        #expect(stolen == .refused(.inviteUsed))
        #expect(registry.peer(relayKey(2)) == .unknown)
    }

    @Test func `the handshake's first message uses nothing up`() throws {
        var registry = try emptyHouse()
        let id = try registry.invited(1, room: "kitchen")
        let revision = registry.revision
        for number in UInt8(1)...9 {
            #expect(registry.invite(id, from: relayKey(number), now: Self.now) == .secret(inviteSecret(1)))
        }
        #expect(registry.revision == revision)
        let verdict = registry.redeem(id, key: relayKey(5), wishedName: nil, now: Self.now)
        #expect(verdict == .done(entry(5, "kitchen", "kitchen")))
    }

    @Test func `an invite ends with its expiry, and stays so if the clock is set back`() throws {
        var registry = try emptyHouse()
        let id = try registry.invited(1, room: "kitchen", validFor: 60)
        #expect(registry.invite(id, from: relayKey(1), now: Self.now + 59) == .secret(inviteSecret(1)))
        #expect(registry.invite(id, from: relayKey(1), now: Self.now + 60) == .expired)
        let late = registry.redeem(id, key: relayKey(1), wishedName: nil, now: Self.now + 60)
        #expect(late == .refused(.inviteExpired))
        let withdrawal = registry.withdraw(id, now: Self.now + 60)
        #expect(withdrawal == .refused(.inviteExpired))
        #expect(registry.invites.first?.secret == [])
        #expect(registry.invite(id, from: relayKey(1), now: Self.now) == .expired)
        _ = try registry.invited(2, room: "kitchen", now: Self.now + 60 + 86_400)
        #expect(registry.invite(id, from: relayKey(1), now: Self.now) == .unknown)
    }

    @Test func `a withdrawn invite admits nobody and its secret is gone`() throws {
        var registry = try emptyHouse()
        let id = try registry.invited(1, room: "kitchen")
        guard case .done(let invite) = registry.withdraw(id, now: Self.now) else {
            Issue.record("an open invite could not be withdrawn")
            return
        }
        #expect(invite.secret == [])
        #expect(registry.invite(id, from: relayKey(1), now: Self.now) == .withdrawn)
        let (late, again) = (
            registry.redeem(id, key: relayKey(1), wishedName: nil, now: Self.now),
            registry.withdraw(id, now: Self.now)
        )
        #expect(late == .refused(.inviteWithdrawn))
        #expect(again == .refused(.inviteWithdrawn))
    }

    @Test func `invites are refused for unknown rooms, bad names, odd validity, repeats, and beyond 64`()
        throws
    {
        var registry = try emptyHouse()
        func refusal(_ number: UInt8 = 1, room: String = "kitchen", name: String? = nil, validFor: Int64 = 60)
            -> RegistryRefusal?
        {
            let verdict = registry.invite(
                id: inviteID(number), secret: inviteSecret(number), room: room, name: name,
                validFor: validFor,
                now: Self.now)
            guard case .refused(let refusal) = verdict else { return nil }
            return refusal
        }
        #expect(refusal(room: "attic") == .unknownRoom("attic", known: ["bedroom", "kitchen"]))
        for name in ["", " a", "a\n", "a\u{202E}b", String(repeating: "x", count: 65)] {
            #expect(refusal(name: name) == .badName)
        }
        for validity in [Int64.min, 0, 59, 30 * 86_400 + 1, .max] {
            #expect(refusal(validFor: validity) == .badValidity)
        }
        for number in UInt8(1)...64 { #expect(refusal(number) == nil) }
        #expect(refusal(65) == .tooManyInvites)
        _ = registry.withdraw(inviteID(1), now: Self.now)
        #expect(refusal(2) == .inviteRepeated)
        #expect(refusal(65) == nil)
    }

    @Test func `an enrolled relay that redeems a token keeps its name and moves`() throws {
        var registry = try emptyHouse()
        try registry.enrol(1, name: "shelf", room: "kitchen")
        let id = try registry.invited(9, room: "bedroom")
        let verdict = registry.redeem(id, key: relayKey(1), wishedName: "other", now: Self.now + 5)
        #expect(verdict == .done(entry(1, "shelf", "bedroom")))
    }

    // MARK: Adoption

    @Test func `a relay waits, and its digits enrol it where the person says`() throws {
        var registry = try emptyHouse()
        #expect(registry.adopted(1, name: "shelf", room: "attic", code: 42) == .pending)
        #expect(registry.pending.map(\.code.description) == ["000042"])
        let (wrong, elsewhere) = (
            registry.approve(digits(43), room: "kitchen", name: nil, now: Self.now),
            registry.approve(digits(42), room: nil, name: nil, now: Self.now)
        )
        #expect(wrong == .refused(.unknownCode(digits(43))))
        #expect(elsewhere == .refused(.unknownRoom("attic", known: ["bedroom", "kitchen"])))
        let verdict = registry.approve(digits(42), room: "kitchen", name: nil, now: Self.now)
        #expect(verdict == .done(entry(1, "shelf", "kitchen")))
        #expect(registry.pending.isEmpty)
    }

    @Test func `a relay without a wish needs a room, and is called like it`() throws {
        var registry = try emptyHouse()
        #expect(registry.adopted(1, name: "\u{7}", room: nil, code: 1) == .pending)
        let missing = registry.approve(digits(1), room: nil, name: nil, now: Self.now)
        #expect(missing == .refused(.roomMissing(known: ["bedroom", "kitchen"])))
        let verdict = registry.approve(digits(1), room: "bedroom", name: nil, now: Self.now)
        #expect(verdict == .done(entry(1, "bedroom", "bedroom")))
    }

    @Test func `16 wait at most, one a key, and never two with one code`() throws {
        var registry = try emptyHouse()
        for number in UInt8(1)...16 { #expect(registry.adopted(number, code: UInt32(number)) == .pending) }
        #expect(registry.adopted(17, code: 17) == .full)
        #expect(registry.adopted(3, code: 5) == .codeTaken)
        #expect(registry.adopted(3, code: 33) == .pending)
        #expect(registry.pending.count == 16)
        registry.leavePending(relayKey(3))
        #expect(registry.adopted(17, code: 17) == .pending)
    }

    @Test(arguments: [600, -600] as [Int64])
    func `after ten minutes nobody can approve a relay, and it is named to be dropped`(wait: Int64) throws {
        var registry = try emptyHouse()
        _ = registry.adopted(1, room: "kitchen", code: 1)
        let early = registry.expirePending(now: Self.now + 599)
        #expect(early.isEmpty)
        let verdict = registry.approve(digits(1), room: nil, name: nil, now: Self.now + wait)
        #expect(verdict == .refused(.unknownCode(digits(1))))
        let late = registry.expirePending(now: Self.now + wait)
        #expect(late == [relayKey(1)])
        #expect(registry.pending.isEmpty)
    }

    @Test func `a refused relay may ask again, a revoked one may not`() throws {
        var registry = try emptyHouse()
        _ = registry.adopted(1, room: "kitchen", code: 1)
        let refused = registry.refuse(digits(1), now: Self.now)
        guard case .done(let relay) = refused else {
            Issue.record("the waiting relay was not found: \(refused)")
            return
        }
        #expect(relay.key == relayKey(1))
        #expect(registry.adopted(1, room: "kitchen", code: 2) == .pending)
        _ = registry.approve(digits(2), room: nil, name: "a", now: Self.now)
        _ = registry.revoke("a", now: Self.now)
        #expect(registry.adopted(1, room: "kitchen", code: 3) == .revoked)
    }

    @Test func `digits are read as people type them`() {
        for text in ["042117", "042 117", "042-117", " 04 21 17 "] {
            #expect(AdoptionCode(typed: text)?.description == "042117")
        }
        for text in ["", "42117", "0421170", "04211a", "٠٤٢١١٧", "+42117"] {
            #expect(AdoptionCode(typed: text) == nil)
        }
        #expect(AdoptionCode(1_000_000) == nil)
    }

    // MARK: Enrolled relays

    @Test func `a revoked relay is refused on every way in, and its name is free`() throws {
        var registry = try emptyHouse()
        try registry.enrol(1, name: "shelf", room: "kitchen")
        _ = registry.adopted(1, room: "kitchen", code: 7)
        let verdict = registry.revoke("shelf", now: Self.now + 9)
        #expect(verdict == .done(entry(1, "shelf", "kitchen", .revoked(at: Self.now + 9))))
        #expect(registry.peer(relayKey(1)) == .revoked)
        #expect(registry.pending.isEmpty)
        let id = try registry.invited(5, room: "kitchen")
        #expect(registry.invite(id, from: relayKey(1), now: Self.now) == .revoked)
        let redeemed = registry.redeem(id, key: relayKey(1), wishedName: nil, now: Self.now)
        #expect(redeemed == .refused(.revoked))
        // The token is not spent by the attempt.
        #expect(registry.invite(id, from: relayKey(2), now: Self.now) == .secret(inviteSecret(5)))
        try registry.enrol(2, name: "shelf", room: "kitchen")
        #expect(registry.active(named: "shelf")?.key == relayKey(2))
        let again = registry.revoke("nobody", now: Self.now)
        #expect(again == .refused(.unknownRelay("nobody")))
    }

    @Test func `names stay unique: newcomers get a number, people are told`() throws {
        var registry = try emptyHouse()
        let long = String(repeating: "é", count: 32)
        for (number, name) in ["kitchen", "kitchen", "kitchen", long, long].enumerated() {
            try registry.enrol(UInt8(number), name: name, room: "kitchen")
        }
        #expect(
            registry.entries.map(\.name)
                == ["kitchen", "kitchen-2", "kitchen-3", long, String(repeating: "é", count: 31) + "-2"])
        let (taken, same, free) = (
            registry.rename("kitchen", to: "kitchen-2"), registry.rename("kitchen", to: "kitchen"),
            registry.rename("kitchen", to: "stove")
        )
        #expect(taken == .refused(.nameTaken("kitchen-2")))
        #expect(same == .done(entry(0, "kitchen", "kitchen")))
        #expect(free == .done(entry(0, "stove", "kitchen")))
        let (bad, attic, moved) = (
            registry.rename("stove", to: "\u{0}"), registry.move("stove", to: "attic"),
            registry.move("stove", to: "bedroom")
        )
        #expect(bad == .refused(.badName))
        #expect(attic == .refused(.unknownRoom("attic", known: ["bedroom", "kitchen"])))
        #expect(moved == .done(entry(0, "stove", "bedroom")))
    }

    @Test func `the 1,025th entry condenses the one revoked first, whose key stays refused`() throws {
        var contents = RegistryContents()
        contents.entries = (0..<1_024).map { number in
            RelayRegistry.Entry(
                key: wideKey(number), name: "relay \(number)", room: "kitchen", enrolledAt: 0, state: .active)
        }
        contents.entries[700].state = .revoked(at: 30)
        contents.entries[500].state = .revoked(at: 20)
        var registry = try RelayRegistry(rooms: ["kitchen"], contents: contents)
        try registry.enrol(1, name: "new", room: "kitchen")
        #expect(registry.entries.count == 1_024)
        #expect(registry.contents.condensedKeys == [wideKey(500)])
        #expect(registry.peer(wideKey(500)) == .revoked)
        try registry.enrol(2, name: "newer", room: "kitchen")
        #expect(registry.peer(wideKey(700)) == .revoked)
        let id = try registry.invited(3, room: "kitchen")
        let full = registry.redeem(id, key: relayKey(3), wishedName: nil, now: Self.now)
        #expect(full == .refused(.registryFull))
        #expect(registry.invite(id, from: relayKey(3), now: Self.now) == .secret(inviteSecret(3)))
    }

    // MARK: Rotation

    @Test func `a rotation ends with the list of relays left behind and without the old key's invites`()
        throws
    {
        var registry = try emptyHouse()
        for number in UInt8(1)...3 { try registry.enrol(number, name: "relay \(number)", room: "kitchen") }
        let old = try registry.invited(10, room: "kitchen")
        let none = registry.finishRotation()
        #expect(none == .refused(.noRotation))
        guard case .done = registry.beginRotation(to: relayKey(99), now: Self.now) else {
            Issue.record("no rotation began")
            return
        }
        let twice = registry.beginRotation(to: relayKey(98), now: Self.now)
        #expect(twice == .refused(.rotationInProgress))
        let new = try registry.invited(11, room: "kitchen")
        let confirmations = [relayKey(1), relayKey(1), relayKey(2), relayKey(50)].map {
            registry.confirmedRotation($0)
        }
        #expect(confirmations == [true, false, true, false])
        _ = registry.revoke("relay 2", now: Self.now)
        #expect(registry.relaysBehind.map(\.name) == ["relay 3"])
        let end = registry.finishRotation()
        guard case .done(let rest) = end else {
            Issue.record("the rotation could not end: \(end)")
            return
        }
        #expect(rest.newKey == relayKey(99))
        #expect(rest.leftBehind == [entry(3, "relay 3", "kitchen")])
        #expect(rest.withdrawn == [old])
        #expect(registry.invite(old, from: relayKey(60), now: Self.now) == .withdrawn)
        #expect(registry.invite(new, from: relayKey(60), now: Self.now) == .secret(inviteSecret(11)))
        #expect(registry.relaysBehind.isEmpty)
    }

    // MARK: Contents

    @Test func `contents that break a rule are refused by name`() throws {
        func problem(_ change: (inout RegistryContents) -> Void) -> RegistryProblem? {
            var contents = RegistryContents()
            contents.entries = [entry(1, "a", "kitchen"), entry(2, "b", "kitchen", .revoked(at: 5))]
            contents.invites = [
                Invite(
                    id: inviteID(1), secret: inviteSecret(1), room: "kitchen", name: nil, expiresAt: 9,
                    state: .open)
            ]
            change(&contents)
            do throws(RegistryProblem) { _ = try RelayRegistry(rooms: ["kitchen"], contents: contents) } catch
            {
                return error
            }
            return nil
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.entries[1].key = relayKey(1) } == .repeatedKey)
        #expect(problem { $0.condensedKeys = [relayKey(2)] } == .repeatedKey)
        #expect(problem { $0.entries[1] = entry(2, "a", "kitchen") } == .repeatedName)
        #expect(problem { $0.entries[1].name = "a" } == nil)
        #expect(problem { $0.entries[0].name = "\u{1}" } == .badName("\u{1}"))
        #expect(problem { $0.entries[0].enrolledAt = -1 } == .badTime)
        #expect(problem { $0.entries[1].state = .revoked(at: .max) } == .badTime)
        #expect(problem { $0.invites.append($0.invites[0]) } == .repeatedInvite)
        #expect(problem { $0.invites[0].secret = [1] } == .badSecret)
        #expect(problem { $0.invites[0].state = .withdrawn } == .badSecret)
        #expect(problem { $0.invites[0].expiresAt = .max } == .badTime)
        #expect(problem { $0.invites[0].name = "" } == .badName(""))
        #expect(
            problem {
                $0.rotation = KeyRotation(
                    newKey: relayKey(9), since: 0, confirmed: [relayKey(2)], oldInvites: [])
            } == .strangerConfirmed)
        #expect(
            problem { contents in
                contents.invites = (0..<65).map { number in
                    Invite(
                        id: inviteID(number), secret: inviteSecret(1), room: "kitchen", name: nil,
                        expiresAt: 9,
                        state: .open)
                }
            } == .tooMany)
    }

    @Test func `numbers of invites are read from text as they are written`() throws {
        let id = try #require(InviteID([0, 1, 0x2A, 0xFF, 0x80, 5, 6, 7]))
        #expect(id.hex == "00012aff80050607")
        #expect(InviteID(hex: id.hex) == id)
        for text in ["", "00012aff8005060", "+0012aff80050607", "g0012aff80050607", "00012aff800506071"] {
            #expect(InviteID(hex: text) == nil)
        }
    }
}
