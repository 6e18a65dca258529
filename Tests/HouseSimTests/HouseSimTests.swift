import LoqaTestKit
import LoqaWire
import Testing

/// Stories of a whole house. A failing seed replays the same story.
struct HouseSimTests {
    @Test func `a quiet house is armed within two seconds and answers each wake`() {
        var house = House(relayCount: 3, seed: 1)
        house.run(milliseconds: 2_000)
        #expect(house.isAllArmed)
        for round in 1...20 {
            house.wake(round % 3)
            house.run(milliseconds: 12_000)
        }
        #expect(house.closed.values.reduce(0, +) >= 20)
        #expect(house.closed[.failed] == nil)
        #expect(house.isAllArmed, "\(house.story)")
    }

    /// The promise of the project: 200 sessions with the hub or a relay killed at a random point, and nobody is deaf
    /// two seconds after the cause is gone.
    @Test(arguments: UInt64(0)..<12)
    func `200 sessions with kills at random points leave no relay deaf`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var house = House(relayCount: 3, seed: seed)
        house.faults = House.Faults(engineFails: 10, engineHangs: 5, frameIsSlow: 3)
        house.run(milliseconds: 2_000)
        for session in 0..<200 {
            house.wake(Int.random(in: 0..<3, using: &random))
            house.run(milliseconds: Int.random(in: 0...6_000, using: &random))
            let victim = Int.random(in: 0..<3, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: house.killHub()
            case 1: house.killRelay(victim)
            case 2: house.unplug(victim)
            case 3: house.mute(victim, true)
            default: break
            }
            house.run(milliseconds: Int.random(in: 0...3_000, using: &random))
            house.startHub()
            for relay in 0..<3 {
                house.startRelay(relay)
                house.mute(relay, false)
            }
            guard session % 20 == 19 else { continue }
            // Nothing breaks any more: the longest deadline of an open turn, then two seconds.
            house.faults = House.Faults()
            house.run(milliseconds: 26_000)
            #expect(house.isAllArmed, "session \(session): \(house.story)")
            house.faults = House.Faults(engineFails: 10, engineHangs: 5, frameIsSlow: 3)
        }
    }

    @Test(arguments: UInt64(100)..<130)
    func `two seconds after a dead hub is back every relay is armed`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var house = House(relayCount: 3, seed: seed)
        house.run(milliseconds: 2_000)
        for _ in 0..<10 {
            for relay in 0..<3 { house.wake(relay) }
            house.run(milliseconds: Int.random(in: 0...5_000, using: &random))
            house.killHub()
            house.run(milliseconds: Int.random(in: 0...10_000, using: &random))
            house.startHub()
            house.run(milliseconds: 2_000)
            #expect(house.isAllUp, "\(house.story)")
        }
    }
}
