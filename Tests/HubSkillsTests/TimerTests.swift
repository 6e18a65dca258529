import HubSkills
import LoqaBase
import Testing

/// Timers over restarts, at their limits, and what the hub is told to do about them.
struct TimerTests {
    @Test func `deadlines follow the timers, and an early call does nothing`() throws {
        var assistant = try DemoHome.assistant()
        #expect(assistant.nextDeadline == nil)
        say("set a timer for 2 minutes", &assistant)
        say("set an egg timer for 1 minute", &assistant)
        #expect(assistant.nextDeadline == DemoHome.moment(60).instant)
        #expect(assistant.deadlineReached(at: DemoHome.moment(59).instant) == [])
        let ring = Effect.startRing(
            RingID(2), relay: RelayID(1), room: RoomID("kitchen"), announcement: "The egg timer is done.")
        #expect(assistant.deadlineReached(at: DemoHome.moment(60).instant) == [ring])
        #expect(assistant.deadlineReached(at: DemoHome.moment(60).instant) == [])
        #expect(assistant.isRinging(in: RoomID("kitchen")) && !assistant.isRinging(in: RoomID("bedroom")))
        #expect(assistant.nextDeadline == DemoHome.moment(120).instant)
    }

    @Test func `a timer survives a restart, at whatever relay answers then`() throws {
        var first = try DemoHome.assistant()
        say("set a pasta timer for 10 minutes", &first)
        var second = try DemoHome.assistant(state: first.state, at: 240)
        #expect(second.nextDeadline == DemoHome.moment(600).instant)
        guard
            case .startRing(_, let relay, let room, _) = second.deadlineReached(
                at: DemoHome.moment(600).instant)[0]
        else { return #expect(Bool(false)) }
        #expect(relay == nil && room == RoomID("kitchen"))
        say("set a timer for 1 minute", &second, at: 300)
        #expect(second.state.timers.map(\.id) == [1, 2])
    }

    @Test func `a timer that ended while the hub was down rings at once, but not after an hour`() throws {
        var first = try DemoHome.assistant()
        say("set a timer for 10 minutes", &first)
        var late = try DemoHome.assistant(state: first.state, at: 600 + 3_600)
        #expect(late.deadlineReached(at: DemoHome.moment(4_200).instant).count == 1)
        let tooLate = try DemoHome.assistant(state: first.state, at: 600 + 3_601)
        #expect(tooLate.nextDeadline == nil)
        #expect(tooLate.missedTimers.count == 1)
    }

    @Test func `a clock set back never makes a timer longer than it was set for`() throws {
        var first = try DemoHome.assistant()
        say("set a timer for 10 minutes", &first)
        let second = try DemoHome.assistant(state: first.state, at: -100_000)
        #expect(second.nextDeadline == DemoHome.moment(-100_000).instant + .seconds(600))
    }

    @Test func `a hub restarted while a timer rang rings again`() throws {
        var first = try DemoHome.assistant()
        say("set a timer for 1 minute", &first)
        _ = first.deadlineReached(at: DemoHome.moment(60).instant)
        var second = try DemoHome.assistant(state: first.state, at: 70)
        #expect(second.deadlineReached(at: DemoHome.moment(70).instant).count == 1)
    }

    @Test func `one timer more than the limit is refused`() throws {
        var assistant = try DemoHome.assistant()
        for _ in 0..<TimerLimits.countMax { say("set a timer for 1 hour", &assistant) }
        let reply = assistant.hear(
            "set a timer for 1 hour", from: RelayID(1), room: RoomID("kitchen"), at: DemoHome.moment())
        #expect(reply.answer == "There are 32 timers already. Cancel one first.")
        #expect(assistant.state.timers.count == TimerLimits.countMax)
    }

    @Test(arguments: [
        ("half an hour", 1_800), ("a half hour", 1_800), ("an hour and a half", 5_400),
        ("two and a half hours", 9_000), ("two hours and a half", 9_000), ("two minutes thirty", 150),
        ("one minute and 30 seconds", 90), ("a minute and a half", 90), ("half a minute", 30),
        ("90 seconds", 90), ("a quarter of an hour", 900), ("three quarters of an hour", 2_700),
        ("1 hour 20 minutes", 4_800), ("a couple of minutes", 120), ("twenty-five minutes", 1_500),
        ("ninety nine minutes", 5_940), ("one hour, five minutes and ten seconds", 3_910),
    ])
    func `lengths are understood however they are said`(text: String, seconds: Int) throws {
        var assistant = try DemoHome.assistant()
        for sentence in ["set a timer for \(text)", "\(text) timer", "remind me in \(text)"] {
            say(sentence, &assistant)
            #expect(assistant.state.timers.last?.length == .seconds(seconds), "\(sentence)")
        }
    }

    private func say(_ text: String, _ assistant: inout Assistant, at seconds: Int = 0) {
        let reply = assistant.hear(
            text, from: RelayID(1), room: RoomID("kitchen"), at: DemoHome.moment(seconds))
        #expect(reply.understood == .yes && reply.changedState, "\(text): \(reply.answer)")
    }
}
