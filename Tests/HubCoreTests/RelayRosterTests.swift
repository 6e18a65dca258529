import HubCore
import LoqaBase
import LoqaWire
import Testing

struct RelayRosterTests {
    @Test func `a relay in a room that the home lacks is refused with the rooms it has`() {
        var roster = RelayRoster(rooms: ["kitchen", "bedroom"])
        guard case .refuse(let goodbye) = roster.admit(name: "a", room: "attic") else {
            Issue.record("an unknown room was admitted")
            return
        }
        #expect(goodbye.code == .unknownRoom)
        #expect(goodbye.text.contains("bedroom, kitchen"))
    }

    @Test func `a second relay of one name takes the place of the first`() {
        var roster = RelayRoster(rooms: ["kitchen"])
        #expect(roster.admit(name: "a", room: "kitchen") == .admit(RelayID(1), replacing: nil))
        #expect(roster.admit(name: "a", room: "kitchen") == .admit(RelayID(2), replacing: RelayID(1)))
        #expect(roster.entries.map(\.id) == [RelayID(2)])
    }

    @Test func `the house is full at the limit, and a place is free again when one leaves`() {
        var roster = RelayRoster(rooms: ["kitchen"])
        for index in 0..<RelayRoster.Tuning.relayCountMax {
            _ = roster.admit(name: "relay \(index)", room: "kitchen")
        }
        guard case .refuse(let goodbye) = roster.admit(name: "one more", room: "kitchen") else {
            Issue.record("the house took one relay more than it may")
            return
        }
        #expect(goodbye.code == .tooManyRelays)
        roster.leave(RelayID(1))
        guard case .admit = roster.admit(name: "one more", room: "kitchen") else {
            Issue.record("the free place was not given")
            return
        }
    }
}
