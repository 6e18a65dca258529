import LoqaAudio
import LoqaBase
import RelayAudio
import Testing

struct EarconTests {
    @Test(arguments: Earcon.allCases)
    func `each sound is audible, stays under -6 dBFS and has no click`(earcon: Earcon) {
        let sound = played(earcon, blocks: 200)
        let peak = sound.map { abs(Int($0)) }.max() ?? 0
        #expect((1_000...16_384).contains(peak), "peak \(peak)")
        // The loudest partial, 5.3 kHz at a tenth of full scale, moves this much between two samples.
        let steepest = zip(sound, sound.dropFirst()).map { abs(Int($1) - Int($0)) }.max() ?? 0
        #expect(steepest < 8_000, "step \(steepest)")
        #expect(abs(Int(sound[0])) < 200)
    }

    @Test func `the timer rings every two seconds without end`() {
        let sound = played(.timerRing, blocks: 600)
        for ring in 0..<6 {
            let start = ring * 32_000
            #expect(DecibelsFullScale(of: Array(sound[start..<start + 8_000])).value > -30)
            #expect(DecibelsFullScale(of: Array(sound[start + 31_000..<start + 32_000])).value < -50)
        }
        #expect(Array(sound[32_000..<64_000]) == Array(sound[96_000..<128_000]))
        #expect(!EarconPlayer(.timerRing).isFinished)
    }

    @Test(arguments: [(Earcon.turnEnded, 15), (.error, 30)])
    func `the others end in silence`(earcon: Earcon, blocks: Int) {
        var player = EarconPlayer(earcon)
        var block = [Int16](repeating: 0, count: 320)
        for index in 0..<blocks {
            #expect(!player.isFinished, "block \(index)")
            var span = block.mutableSpan
            player.fill(&span)
        }
        #expect(player.isFinished)
        #expect(block.suffix(20).allSatisfy { abs($0) < 40 })
        var span = block.mutableSpan
        player.fill(&span)
        #expect(DecibelsFullScale(of: block).value < -70)
    }

    @Test func `the first note of the ring is an A`() {
        let sound = played(.timerRing, blocks: 9)
        let crossings = zip(sound[600..<2_600], sound[601..<2_601]).filter { $0 < 0 && $1 >= 0 }.count
        #expect((108...112).contains(crossings), "\(crossings) in 125 ms")
    }

    private func played(_ earcon: Earcon, blocks: Int) -> [Int16] {
        var player = EarconPlayer(earcon)
        var sound: [Int16] = []
        var block = [Int16](repeating: 0, count: 320)
        for _ in 0..<blocks {
            var span = block.mutableSpan
            player.fill(&span)
            sound += block
        }
        return sound
    }
}
