import LoqaBase
import LoqaWire
import RelayCore
import Testing

/// The proof that a relay hears, and what it tells of it.
struct WakeSelfTestTests {
    @Test func `W5: a test waits for a quiet moment, and rests for an hour when it goes well`() {
        var test = WakeSelfTest(at: ms(0))
        #expect(test.tick(isQuiet: true, at: ms(59_999)) == .none)
        #expect(test.tick(isQuiet: false, at: ms(60_000)) == .none)
        #expect(test.deadline == ms(61_000))
        #expect(test.tick(isQuiet: true, at: ms(61_000)) == .begin)
        #expect(test.isRunning)
        test.heard(at: ms(62_500))
        #expect(!test.isRunning)
        #expect(test.deadline == ms(62_500 + 3_600_000))
        #expect((test.testCount, test.failureCount, test.isDeaf) == (1, 0, false))
    }

    @Test func `W5: a word that is not heard starts the engine anew, and twice in a row is deafness`() {
        var test = WakeSelfTest(at: ms(0))
        _ = test.tick(isQuiet: true, at: ms(60_000))
        #expect(test.tick(isQuiet: true, at: ms(65_999)) == .none)
        #expect(test.tick(isQuiet: true, at: ms(66_000)) == .restartEngine)
        #expect(!test.isDeaf)
        #expect(test.tick(isQuiet: true, at: ms(96_000)) == .begin)
        // Noise does not excuse it: the clip stands apart from the room.
        #expect(test.tick(isQuiet: false, at: ms(102_000)) == .restartEngine)
        #expect(test.isDeaf)
        #expect((test.testCount, test.failureCount) == (2, 2))
        test.heard(at: ms(110_000))
        #expect(!test.isDeaf)
    }

    @Test func `a test that an engine's start interrupts says nothing`() {
        var test = WakeSelfTest(at: ms(0))
        _ = test.tick(isQuiet: true, at: ms(60_000))
        test.engineStarted(at: ms(61_000))
        #expect(test.tick(isQuiet: true, at: ms(70_000)) == .none)
        #expect(test.failureCount == 0)
        #expect(test.tick(isQuiet: true, at: ms(91_000)) == .begin)
    }

    @Test func `a deaf relay says that it cannot hear, until it can`() {
        var watch = HearingWatch(at: ms(0))
        watch.blockArrived(at: ms(10))
        watch.engineAlive(at: ms(10))
        #expect(watch.canHear)
        watch.isDeaf = true
        #expect(!watch.canHear)
        watch.engineAlive(at: ms(20))
        #expect(!watch.canHear)
        watch.isDeaf = false
        #expect(watch.canHear)
    }

    @Test func `W4: a report is sent at once, then when something has changed, and not too often`() {
        var tally = WakeTally()
        #expect(tally.due(at: ms(0)) == WakeReport())
        #expect(tally.deadline == nil)
        tally.report.wakes = 1
        #expect(tally.due(at: ms(9_999)) == nil)
        #expect(tally.deadline == ms(10_000))
        tally.report.nearMisses = 3
        #expect(tally.due(at: ms(10_000)) == WakeReport(wakes: 1, nearMisses: 3))
        #expect(tally.due(at: ms(30_000)) == nil)
        tally.linkUp()
        #expect(tally.due(at: ms(30_001))?.wakes == 1)
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
