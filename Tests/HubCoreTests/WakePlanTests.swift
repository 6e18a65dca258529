import HubCore
import LoqaWire
import Testing

struct WakePlanTests {
    @Test func `a rule of a room and one of the house add up, and the more willing one counts`() {
        var plan = WakePlan()
        #expect(plan.use(WakePlan.Rule(word: "nabu")) == true)
        #expect(plan.use(WakePlan.Rule(word: "nabu", room: "kitchen", sensitivity: .high)) == true)
        #expect(plan.use(WakePlan.Rule(word: "stop", sensitivity: .low)) == true)
        let kitchen = plan.words(in: "kitchen", at: 0)
        #expect(kitchen.map(\.word) == ["nabu", "stop"])
        #expect(kitchen.map(\.sensitivity) == [.high, .low])
        #expect(plan.words(in: "den", at: 0).map(\.sensitivity) == [.normal, .low])
        #expect(plan.drop("nabu", room: "kitchen") == 1)
        #expect(plan.drop("nabu") == 1)
        #expect(plan.words(in: "den", at: 0).map(\.word) == ["stop"])
    }

    @Test func `hours run over midnight, and end at their last minute`() throws {
        let night = try #require(WakePlan.Hours(from: 22 * 60, to: 6 * 60))
        for (minute, isIn) in [
            (0, true), (359, true), (360, false), (1_319, false), (1_320, true), (1_439, true),
        ] {
            #expect(night.contains(minute) == isIn, "\(minute)")
        }
        #expect(WakePlan.Hours(from: 60, to: 60) == nil)
        #expect(WakePlan.Hours(from: -1, to: 60) == nil)
        #expect(WakePlan.Hours(from: 0, to: 1_440) == nil)
        let plan = WakePlan([WakePlan.Rule(word: "nabu", hours: night)])
        #expect(plan.words(in: "den", at: 60).count == 1)
        #expect(plan.words(in: "den", at: 600).isEmpty)
    }

    @Test func `a plan and a relay's words are bounded, and the same rule again takes its own place`() {
        var plan = WakePlan()
        for number in 0..<WakePlan.ruleCountMax {
            #expect(plan.use(WakePlan.Rule(word: "w\(number)")) == true)
        }
        #expect(plan.use(WakePlan.Rule(word: "more")) == false)
        #expect(plan.use(WakePlan.Rule(word: "w0", sensitivity: .high)) == true)
        #expect(plan.words(in: "den", at: 0).count == WireLimits.wakeWordCountMax)
        #expect(plan.words(in: "den", at: 0)[0].sensitivity == .high)
    }
}

struct WakeHistoryTests {
    @Test func `reports become hours, and a relay that starts anew counts from nothing`() {
        var history = WakeHistory()
        history.add(WakeReport(wakes: 5, rejected: 1, nearMisses: 2), at: 3_600)
        // What was counted before the hub listened belongs to no hour.
        #expect(history.hours.map(\.wakes) == [0])
        history.add(WakeReport(wakes: 8, rejected: 2, nearMisses: 2, stops: 1), at: 3_700)
        history.add(WakeReport(wakes: 9, rejected: 2, nearMisses: 4, stops: 1), at: 7_200)
        #expect(history.hours.map(\.number) == [1, 2])
        #expect(history.hours.map(\.wakes) == [3, 1])
        #expect(history.hours.map(\.rejected) == [1, 0])
        #expect(history.hours.map(\.nearMisses) == [0, 2])
        history.add(WakeReport(wakes: 2, restarts: 0), at: 7_300)
        #expect(history.hours.map(\.wakes) == [3, 3])
        history.mark(at: 7_300)
        #expect(history.total(since: 3_600).wakes == 6)
        #expect(history.total(since: 7_200).marked == 1)
        #expect(history.total(since: 10_800).wakes == 0)
    }

    @Test func `two days are remembered, and a clock that goes back counts in the newest hour`() {
        var history = WakeHistory()
        for hour in 0..<200 { history.add(WakeReport(wakes: UInt32(hour)), at: Int64(hour) * 3_600) }
        #expect(history.hours.count == WakeHistory.hourCountMax)
        history.add(WakeReport(wakes: 500), at: 0)
        #expect(history.hours.count == WakeHistory.hourCountMax)
        #expect(history.hours.last?.wakes == 302)
    }
}
