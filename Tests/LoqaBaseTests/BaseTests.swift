import LoqaBase
import LoqaTestKit
import Testing

struct BaseTests {
    @Test(arguments: [0, 1, 319, 320, 16_000, 1 << 40] as [Int64])
    func `a sample count survives the way through a duration`(value: Int64) {
        #expect(SampleCount(SampleCount(value).duration) == SampleCount(value))
    }

    @Test func `a turn or stream number wraps past zero, which means none`() {
        #expect(TurnID(.max).next == TurnID(1))
        #expect(StreamID(.max).next == StreamID(1))
        #expect(TurnID.none.next == TurnID(1))
    }

    @Test(
        arguments: [
            (Float.nan, -12_000), (-.infinity, -12_000), (.infinity, 0), (-200, -12_000), (3, 0),
            (-30.126, -3013),
        ] as [(Float, Int16)])
    func `any number of decibels becomes a level in range`(value: Float, hundredths: Int16) {
        #expect(DecibelsFullScale(clamping: value).hundredths == hundredths)
    }

    @Test func `instants add and subtract durations`() {
        let instant = HubInstant.origin + .milliseconds(1_500)
        #expect(instant - HubInstant.origin == .milliseconds(1_500))
        #expect((instant - .milliseconds(500)).sinceOrigin.milliseconds == 1_000)
        #expect(Duration.milliseconds(1_500).seconds == 1.5)
        #expect(Duration.microseconds(7).nanoseconds == 7_000)
    }

    @Test func `the seeded generator repeats from its seed and differs between seeds`() {
        var first = SeededGenerator(seed: 7)
        var second = SeededGenerator(seed: 7)
        var other = SeededGenerator(seed: 8)
        let drawn = (0..<8).map { _ in first.next() }
        #expect(drawn == (0..<8).map { _ in second.next() })
        #expect(drawn != (0..<8).map { _ in other.next() })
    }
}

struct InstantMicrosecondsTests {
    @Test(arguments: [0, 1, 999_999, 1_000_000, 1 << 53, UInt64.max - 1, .max])
    func `every 64-bit number of microseconds is an instant and comes back`(microseconds: UInt64) {
        #expect(HubInstant(microseconds: microseconds).microseconds == microseconds)
    }

    @Test func `an instant is rounded down, and one outside the range is clamped`() {
        #expect(RelayInstant(sinceOrigin: .nanoseconds(1_999)).microseconds == 1)
        #expect(RelayInstant(sinceOrigin: .nanoseconds(-1)).microseconds == 0)
        #expect((RelayInstant(microseconds: .max) + .seconds(1)).microseconds == .max)
    }
}
