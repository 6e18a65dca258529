import HubSkills
import HubUnderstanding
import LoqaBase
import LoqaTestKit
import Testing

/// The promise that matters most: a request changes nothing outside the place it is about.
struct ScopeTests {
    @Test(arguments: UInt64(0)..<25)
    func `a sentence changes nothing outside its room unless it names more`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let home = RandomHome.home(using: &random)
        var assistant = try DemoHome.assistant(home)
        let sampler = try GrammarSampler(
            assistant.grammar(wakePhrases: [], wake: .absent, awaiting: nil).jsgf)
        let intents = HouseIntent.allCases.map { "<\($0.rawValue)>" }.filter { sampler.rules[$0] != nil }
        for _ in 0..<120 {
            let room = home.rooms.randomElement(using: &random)!.id
            let words = sampler.sentence(from: intents.randomElement(using: &random)!, using: &random)
            check(words.joined(separator: " "), in: room, &assistant)
        }
    }

    @Test(arguments: UInt64(100)..<120)
    func `babble never traps and never acts outside the room`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let home = RandomHome.home(using: &random)
        var assistant = try DemoHome.assistant(home)
        var question: PendingQuestion?
        for turn in 0..<200 {
            let room = home.rooms.randomElement(using: &random)!.id
            let text = RandomHome.babble(for: home, using: &random)
            if Bool.random(using: &random) {
                check(text, in: room, &assistant)
            } else {
                let reply = assistant.hear(
                    text, from: RelayID(1), room: room, at: DemoHome.moment(turn * 30), awaiting: question)
                question = reply.question
            }
            _ = assistant.deadlineReached(at: DemoHome.moment(turn * 30).instant)
            #expect(assistant.state.timers.count <= TimerLimits.countMax)
        }
    }

    /// Says `text` in `room` and compares what changed with the place that its words name.
    private func check(_ text: String, in room: RoomID, _ assistant: inout Assistant) {
        let home = assistant.home
        let match = assistant.match(SpokenWords.words(of: text))
        let before = assistant.state
        let reply = assistant.hear(text, from: RelayID(1), room: room, at: DemoHome.moment())
        let changed = home.devices.filter { before[$0] != assistant.state[$0] }
        #expect(Set(changed.map(\.id)) == Set(reply.changes.map(\.device)))
        guard let match else { return #expect(changed.isEmpty, "\(text)") }
        if reply.understood != .yes { #expect(changed.isEmpty, "\(text)") }
        if let named = match.text("room") {
            #expect(changed.allSatisfy { $0.room.value == named }, "\(text)")
        } else if let unknown = match.unknown("room") {
            #expect(changed.allSatisfy { home.room(named: unknown)?.id == $0.room }, "\(text)")
        } else if let floor = match.text("floor") {
            #expect(changed.allSatisfy { home.room($0.room)?.floor == floor }, "\(text)")
        } else if !["all", "everywhere", "which"].contains(match.text("scope")) {
            #expect(changed.allSatisfy { $0.room == room }, "\(text)")
        }
    }

    @Test func `a poor recognition score, or none that is a number, changes nothing`() throws {
        var assistant = try DemoHome.assistant()
        for score in [Assistant.scorePerFrameMinUsual - 0.01, -1_000, .nan, -.infinity] {
            let reply = assistant.hear(
                "turn on the lights", scorePerFrame: score, from: RelayID(1), room: RoomID("kitchen"),
                at: DemoHome.moment())
            #expect(reply.understood == .no && reply.changes.isEmpty)
        }
        let reply = assistant.hear(
            "turn on the lights", scorePerFrame: Assistant.scorePerFrameMinUsual, from: RelayID(1),
            room: RoomID("kitchen"),
            at: DemoHome.moment())
        #expect(reply.understood == .yes && reply.changes.count == 1)
    }

    @Test func `a relay in a room that is not in the home changes nothing but may name a room`() throws {
        var assistant = try DemoHome.assistant()
        let cellar = RoomID("cellar")
        let here = assistant.hear("turn on the lights", from: RelayID(1), room: cellar, at: DemoHome.moment())
        #expect(here.understood == .asked && here.changes.isEmpty)
        let there = assistant.hear(
            "turn on the kitchen lights", from: RelayID(1), room: cellar, at: DemoHome.moment())
        #expect(there.changes.map(\.room.value) == ["kitchen"])
    }
}
