import HubCore
import LoqaBase
import Testing

struct AnswerPacerTests {
    @Test func `M9: the lead goes out at once, then one packet every 20 ms`() {
        var pacer = filled(40)
        #expect(drain(&pacer, at: 0) == 16)
        #expect(pacer.deadline(at: ms(1)) == ms(20))
        #expect(drain(&pacer, at: 19) == 0)
        #expect(drain(&pacer, at: 20) == 1)
        #expect(drain(&pacer, at: 120) == 5)
        #expect(pacer.sentCount == 22)
    }

    @Test func `after a hole the pace begins anew instead of rushing`() {
        var pacer = filled(2)
        #expect(drain(&pacer, at: 0) == 2)
        #expect(pacer.deadline(at: ms(900)) == nil)
        for _ in 0..<40 { #expect(pacer.add([1]) == true) }
        #expect(drain(&pacer, at: 1_000) == 16)
        #expect(drain(&pacer, at: 1_020) == 1)
    }

    @Test func `it is done when complete and empty, and says how long playback still takes`() {
        var pacer = filled(2)
        pacer.complete()
        #expect(pacer.add([1]) == false)
        #expect(!pacer.isDone)
        #expect(drain(&pacer, at: 0) == 2)
        #expect(pacer.isDone)
        #expect(pacer.remaining(at: ms(10)) == .milliseconds(30))
        #expect(pacer.remaining(at: ms(50)) == .zero)
    }

    @Test func `silence that is not sent takes its time, and no packet takes its number`() {
        var pacer = filled(16)
        for _ in 0..<19 { #expect(pacer.add(nil) == true) }
        for _ in 0..<2 { #expect(pacer.add([2]) == true) }
        #expect(drain(&pacer, at: 0) == 16)
        #expect(pacer.deadline(at: ms(1)) == ms(35 * 20 - 300))
        let late = pacer.takeDue(at: ms(399))
        #expect(late == nil)
        let next = pacer.takeDue(at: ms(400))
        #expect(next == AnswerPacer.Packet(sequence: 16, timestamp: 35 * 320, payload: [2]))
        #expect(drain(&pacer, at: 420) == 1)
        #expect(pacer.remaining(at: ms(700)) == .milliseconds(40))
        #expect(pacer.sentCount == 18)
    }

    @Test func `an answer is at most as long as a stream may be`() {
        var pacer = AnswerPacer()
        for _ in 0..<180_000 { _ = pacer.add(nil) }
        #expect(pacer.add([1]) == false)
        #expect(pacer.waitingCount == 0)
    }

    @Test func `a full minute refuses more`() {
        var pacer = filled(AnswerPacer.Tuning.waitingCountMax)
        #expect(pacer.add([1]) == false)
        #expect(pacer.room == 0)
    }

    private func filled(_ count: Int) -> AnswerPacer {
        var pacer = AnswerPacer()
        for _ in 0..<count { #expect(pacer.add([1]) == true) }
        return pacer
    }

    private func drain(_ pacer: inout AnswerPacer, at time: Int) -> Int {
        var count = 0
        while pacer.takeDue(at: ms(time)) != nil { count += 1 }
        return count
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}
