import LoqaBase
import RelayAudio
import Testing

struct PlaybackReferenceTests {
    private static let lead = PlaybackReference.Tuning.lead

    @Test func `what is audible while a block is captured lies beside it, early by the lead`() {
        var reference = PlaybackReference()
        for block in 0..<10 { note(&reference, first: block * 320, at: 100 + block * 20) }
        // Captured from 140 to 160 ms; with the lead of 20 ms this is what is heard from 160 on.
        #expect(take(&reference, end: 160)[0] == Int16(60 * 16))
        #expect(take(&reference, end: 180)[319] == Int16(100 * 16 - 1))
    }

    @Test func `times that waver do not tear the sound`() {
        var reference = PlaybackReference()
        for block in 0..<20 { note(&reference, first: block * 320, at: 100 + block * 20 + block % 3) }
        let heard = (5..<10).flatMap { take(&reference, end: 100 + $0 * 20 + $0 % 2) }
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $1 - $0 == 1 })
    }

    @Test func `between two sounds there is silence, before and after all as well`() {
        var reference = PlaybackReference()
        #expect(take(&reference, end: 50).allSatisfy { $0 == 0 })
        note(&reference, first: 1_000, at: 100)
        note(&reference, first: 5_000, at: 500)
        #expect(take(&reference, end: 100)[0] == 1_000)
        #expect(take(&reference, end: 300).allSatisfy { $0 == 0 })
        #expect(take(&reference, end: 500)[0] == 5_000)
        #expect(take(&reference, end: 5_000).allSatisfy { $0 == 0 })
    }

    @Test func `sound that was silenced was not heard`() {
        var reference = PlaybackReference()
        for block in 0..<5 { note(&reference, first: 1_000 + block * 320, at: 100 + block * 20) }
        reference.silence(from: instant(130))
        let heard = take(&reference, end: 100) + take(&reference, end: 120)
        #expect(heard[..<480].allSatisfy { $0 != 0 })
        #expect(heard[480...].allSatisfy { $0 == 0 })
        note(&reference, first: 9_000, at: 210)
        #expect(take(&reference, end: 210)[0] == 9_000)
    }

    @Test func `clocks that drift apart for minutes move the sound by no more than the slack`() {
        var reference = PlaybackReference()
        var (worst, silentCount) = (0, 0)
        for block in 0..<20_000 {
            // The loudspeaker's clock is 100 ppm slow, so its blocks come a little later each time.
            let audible = SampleCount(Int64(block) * 320 + Int64(block) * 32 / 1_000 + 1_600)
            let sound = [Int16](repeating: Int16(block % 1_000 + 1), count: 320)
            reference.note(sound.span, audibleAt: RelayInstant(sinceOrigin: audible.duration))
            let end = RelayInstant(sinceOrigin: (audible - SampleCount(320)).duration)
            let heard = Int(take(&reference, end: end)[0]) - 1
            if heard < 0 { silentCount += 1 }
            let difference = (block - 1 - heard + 1_500) % 1_000 - 500
            if block > 20, heard >= 0 { worst = max(worst, abs(difference)) }
        }
        #expect(worst <= 2)
        #expect(silentCount <= 4, "a jump of 20 ms, rarely")
    }

    private func note(_ reference: inout PlaybackReference, first: Int, at milliseconds: Int) {
        let sound = (0..<320).map { Int16(first + $0) }
        reference.note(sound.span, audibleAt: instant(milliseconds))
    }

    private func take(_ reference: inout PlaybackReference, end milliseconds: Int) -> [Int16] {
        take(&reference, end: instant(milliseconds))
    }

    private func take(_ reference: inout PlaybackReference, end: RelayInstant) -> [Int16] {
        var room = [Int16](repeating: -1, count: 320)
        var span = room.mutableSpan
        reference.take(into: &span, capturedAt: end)
        return room
    }

    private func instant(_ milliseconds: Int) -> RelayInstant {
        RelayInstant(sinceOrigin: .milliseconds(milliseconds))
    }
}
