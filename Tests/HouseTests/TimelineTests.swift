import Foundation
import Testing

@testable import loqa_demo

struct TimelineTests {
    @Test func `quantiles interpolate, and of nothing there is none`() {
        #expect(Timeline.quantile(0.5, of: []) == nil)
        #expect(Timeline.quantile(0.5, of: [7]) == 7)
        #expect(Timeline.quantile(0.5, of: [1, 2, 3, 10]) == 2.5)
        #expect(Timeline.quantile(1, of: [1, 2, 3, 10]) == 10)
    }

    @Test func `the timeline for machines is JSON with every turn`() throws {
        let turn = TurnRecord(relay: "kitchen", room: "kitchen", said: "what time is it")
        let data = try TimelineJSON.data(Timeline(entries: [.init(turn: turn, differences: ["intent none"])]))
        let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(document["misunderstood"] as? Int == 1)
        #expect((document["turns"] as? [[String: Any]])?.first?["said"] as? String == "what time is it")
    }

    @Test func `a soak run is good only if it did something and nothing was deaf, late or crashed`() {
        var report = SoakReport()
        #expect(!report.isGood)
        report.sessions = 3
        #expect(report.isGood)
        for path in [\SoakReport.deaf, \.late, \.crashes] {
            var bad = report
            bad[keyPath: path].append("kitchen")
            #expect(!bad.isGood)
        }
    }

    @Test func `the conversation has two rooms and at least eight turns`() {
        var rooms: Set<String> = []
        var turns = 0
        for case .say(let room, _, _) in Conversation.steps {
            rooms.insert(room)
            turns += 1
        }
        #expect(rooms == Set(Conversation.rooms) && turns >= 10)
    }
}
