import HubCore
import LoqaBase
import LoqaWire
import Testing

struct RelayRosterTests {
    @Test func `N2, N3: the newest common version is spoken, and none is refused with both ranges named`() {
        var roster = RelayRoster(rooms: ["kitchen"])
        let future = Hello(versionMin: 1, versionMax: 9, mediaPort: 1, name: "a", room: "kitchen")
        #expect(roster.greet(future) == .admit(RelayID(1), version: 1, replacing: nil))
        let stranger = Hello(versionMin: 8, versionMax: 9, mediaPort: 1, name: "b", room: "kitchen")
        guard case .refuse(let goodbye) = roster.greet(stranger) else {
            Issue.record("a relay without a common version was admitted")
            return
        }
        #expect(goodbye.code == .unsupportedVersion)
        #expect(goodbye.text.contains("8 to 9"))
    }

    @Test func `a relay in a room that the home lacks is refused with the rooms it has`() {
        var roster = RelayRoster(rooms: ["kitchen", "bedroom"])
        guard case .refuse(let goodbye) = roster.greet(hello("a", room: "attic")) else {
            Issue.record("an unknown room was admitted")
            return
        }
        #expect(goodbye.code == .unknownRoom)
        #expect(goodbye.text.contains("bedroom, kitchen"))
    }

    @Test func `a second relay of one name takes the place of the first`() {
        var roster = RelayRoster(rooms: ["kitchen"])
        #expect(roster.greet(hello("a")) == .admit(RelayID(1), version: 1, replacing: nil))
        #expect(roster.greet(hello("a")) == .admit(RelayID(2), version: 1, replacing: RelayID(1)))
        #expect(roster.entries.map(\.id) == [RelayID(2)])
    }

    @Test func `the house is full at the limit, and a place is free again when one leaves`() {
        var roster = RelayRoster(rooms: ["kitchen"])
        for index in 0..<RelayRoster.Tuning.relayCountMax { _ = roster.greet(hello("relay \(index)")) }
        guard case .refuse(let goodbye) = roster.greet(hello("one more")) else {
            Issue.record("the house took one relay more than it may")
            return
        }
        #expect(goodbye.code == .tooManyRelays)
        roster.leave(RelayID(1))
        guard case .admit = roster.greet(hello("one more")) else {
            Issue.record("the free place was not given")
            return
        }
    }

    private func hello(_ name: String, room: String = "kitchen") -> Hello {
        Hello(versionMin: 1, versionMax: 1, mediaPort: 9, name: name, room: room)
    }
}
