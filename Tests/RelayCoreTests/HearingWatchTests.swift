import LoqaBase
import RelayCore
import Testing

struct HearingWatchTests {
    @Test func `a relay hears when blocks arrive and the engine lives`() {
        var watch = HearingWatch(at: ms(0))
        watch.blockArrived(at: ms(20))
        #expect(!watch.canHear)
        watch.engineAlive(at: ms(30))
        #expect(watch.canHear)
        watch.engineFailed()
        #expect(!watch.canHear)
    }

    @Test func `a device that blocks without an error is started again each second`() {
        var watch = hearing()
        #expect(watch.tick(at: ms(1_019)) == .none)
        #expect(watch.tick(at: ms(1_020)) == .restartCapture)
        #expect(!watch.canHear)
        #expect(watch.tick(at: ms(1_021)) == .none)
        #expect(watch.tick(at: ms(2_020)) == .restartCapture)
        watch.blockArrived(at: ms(2_030))
        #expect(watch.canHear)
    }

    @Test func `an engine that hangs is started again while sound goes on`() {
        var watch = hearing()
        for time in stride(from: 40, through: 2_020, by: 20) { watch.blockArrived(at: ms(time)) }
        #expect(watch.tick(at: ms(2_020)) == .restartEngine)
        #expect(!watch.canHear)
    }

    @Test func `an engine that gets ready slowly is given its time, at first and after a restart`() {
        var watch = HearingWatch(at: ms(0))
        for time in stride(from: 20, to: 8_000, by: 20) {
            watch.blockArrived(at: ms(time))
            #expect(watch.tick(at: ms(time)) == .none)
        }
        watch.blockArrived(at: ms(8_000))
        #expect(watch.tick(at: ms(8_000)) == .restartEngine)
        for time in stride(from: 8_020, to: 16_000, by: 20) {
            watch.blockArrived(at: ms(time))
            #expect(watch.tick(at: ms(time)) == .none)
        }
        watch.engineAlive(at: ms(16_000))
        #expect(watch.canHear)
    }

    @Test func `silence on purpose is not a fault`() {
        var watch = hearing()
        watch.pause()
        #expect(watch.tick(at: ms(60_000)) == .none)
        watch.resume(at: ms(60_000))
        #expect(watch.tick(at: ms(60_999)) == .none)
        #expect(watch.tick(at: ms(61_000)) == .restartCapture)
    }

    private func hearing() -> HearingWatch {
        var watch = HearingWatch(at: ms(0))
        watch.blockArrived(at: ms(20))
        watch.engineAlive(at: ms(20))
        return watch
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
