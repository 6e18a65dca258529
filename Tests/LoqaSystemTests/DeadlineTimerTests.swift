import Glibc
import LoqaBase
import LoqaSystem
import Testing

struct DeadlineTimerTests {
    @Test func `a timer is readable from its deadline on, to less than a millisecond early`() throws {
        let timer = try DeadlineTimer()
        let start: HubInstant = MonotonicClock.now()
        timer.set(start + .microseconds(2_500))
        #expect(isReady(timer, within: 10_000))
        let end: HubInstant = MonotonicClock.now()
        #expect(end - start >= .microseconds(2_500))
        #expect(isReady(timer, within: 0))
    }

    @Test func `a deadline that has passed is due at once, one that was cleared never`() throws {
        let timer = try DeadlineTimer()
        timer.set(HubInstant.origin)
        #expect(isReady(timer, within: 10_000))
        timer.set(nil as HubInstant?)
        #expect(!isReady(timer, within: 0))
        let later: HubInstant = MonotonicClock.now()
        timer.set(later + .seconds(1_000))
        #expect(!isReady(timer, within: 0))
    }

    private func isReady(_ timer: DeadlineTimer, within milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: timer.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, milliseconds) == 1
    }
}
