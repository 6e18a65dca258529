import LoqaBase
import LoqaTestKit
import Testing

@testable import loqa_impair

struct LineAndStreamTests {
    @Test(arguments: UInt64(0)..<50)
    func `a delay line hands out by instant, then by order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var line = DelayLine<Int>(countMax: 200, byteCountMax: 100_000)
        let dues = (0..<200).map { _ in Int.random(in: 0..<40, using: &random) }
        for (number, due) in dues.enumerated() {
            let fits = line.put(number, byteCount: 1, due: ms(due))
            #expect(fits)
        }
        let expected = dues.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(
            \.offset)
        var taken: [Int] = []
        for time in 0..<40 {
            while let item = line.take(at: ms(time)) {
                #expect(dues[item] == time)
                taken.append(item)
            }
        }
        #expect(taken == expected)
        #expect(line.count == 0 && line.deadline == nil)
    }

    @Test func `a delay line takes no more things and bytes than allowed, and has room again afterwards`() {
        var few = DelayLine<Int>(countMax: 2, byteCountMax: 1_000)
        let puts = (0..<3).map { few.put($0, byteCount: 10, due: ms($0)) }
        #expect(puts == [true, true, false])
        var light = DelayLine<Int>(countMax: 9, byteCountMax: 100)
        let (first, second) = (
            light.put(1, byteCount: 60, due: ms(1)), light.put(2, byteCount: 60, due: ms(2))
        )
        let taken = light.take(at: ms(1))
        let third = light.put(3, byteCount: 60, due: ms(3))
        #expect((first, second, third) == (true, false, true))
        #expect(taken == 1)
    }

    @Test func `bytes come out after the delay, in order, whatever the jitter`() {
        var stream = ImpairedStream(.init(delay: .milliseconds(30), jitter: .milliseconds(20)), seed: 3)
        var (sent, came) = (0, 0)
        for time in 0..<1_000 {
            if time < 900 {
                stream.send(byteCount: 10, at: ms(time))
                sent += 10
            }
            let before = came
            came += stream.take(at: ms(time))
            #expect(came <= sent)
            if time < 10 { #expect(came == 0) }
            if came > before { #expect(stream.deadline.map { $0 > ms(time) } ?? true) }
        }
        #expect(came == 9_000)
    }

    @Test func `a rate limits bytes, and room shrinks while they wait`() {
        var stream = ImpairedStream(.init(bitsPerSecond: 8_000), seed: 1)  // 1 byte a ms
        let room = stream.room
        stream.send(byteCount: 100, at: ms(0))
        stream.send(byteCount: 100, at: ms(0))
        #expect(stream.room == room - 200)
        let early = stream.take(at: ms(99))
        let first = stream.take(at: ms(100))
        let rest = stream.take(at: ms(200))
        #expect([early, first, rest] == [0, 100, 100])
        #expect(stream.room == room)
    }

    @Test func `a stall holds everything, then lets it all go at once`() {
        var stream = ImpairedStream(.init(), seed: 1)
        stream.stall(until: ms(50))
        stream.send(byteCount: 10, at: ms(0))
        stream.send(byteCount: 10, at: ms(20))
        let during = stream.take(at: ms(49))
        #expect(during == 0)
        #expect(stream.deadline == ms(50))
        stream.stall(until: ms(40))  // does not shorten the one before
        let after = stream.take(at: ms(50))
        #expect(after == 20)
    }

    @Test func `a blocked stream has no deadline and gives nothing until it is open`() {
        var stream = ImpairedStream(.init(isBlocked: true), seed: 1)
        stream.send(byteCount: 10, at: ms(0))
        let blocked = stream.take(at: ms(1_000))
        #expect(blocked == 0 && stream.deadline == nil)
        stream.impairment.isBlocked = false
        let open = stream.take(at: ms(1_000))
        #expect(open == 10)
    }

    @Test func `a stream takes bounded bytes in bounded pieces`() {
        var stream = ImpairedStream(.init(isBlocked: true), seed: 1)
        for _ in 0..<ImpairedStream.pieceCountMax { stream.send(byteCount: 1, at: ms(0)) }
        #expect(stream.room == 0)
        var other = ImpairedStream(.init(isBlocked: true), seed: 1)
        other.send(byteCount: ImpairedStream.byteCountMax, at: ms(0))
        #expect(other.room == 0)
    }

    @Test func `an agenda gives its orders in time, and repeats the cut`() {
        var agenda = Agenda()
        let noted = [agenda.note(.clear, due: ms(50)), agenda.note(.rebind, due: ms(20))]
        agenda.cut(every: .milliseconds(30), at: ms(0))
        #expect(noted == [true, true])
        var told: [String] = []
        for time in 0...95 {
            while let directive = agenda.take(at: ms(time)) { told.append("\(time) \(directive)") }
        }
        #expect(told == ["20 rebind", "30 cut", "50 clear", "60 cut", "90 cut"])
        agenda.cut(every: nil, at: ms(95))
        #expect(agenda.deadline == nil)
    }

    @Test func `an agenda is bounded`() {
        var agenda = Agenda()
        for _ in 0..<Agenda.countMax { _ = agenda.note(.cut, due: ms(1)) }
        let more = agenda.note(.cut, due: ms(1))
        #expect(!more)
    }

    private func ms(_ count: Int) -> ProxyInstant { ProxyInstant(sinceOrigin: .milliseconds(count)) }
}
