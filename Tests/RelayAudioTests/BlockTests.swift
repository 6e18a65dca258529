import LoqaBase
import LoqaTestKit
import RelayAudio
import Testing

/// Channel map, pre-roll, levels, gain: each a value that works on one block at a time.
struct BlockTests {
    @Test func `a wrong channel map is refused by name`() {
        #expect(throws: ChannelMapError.channelCountOutOfRange(0)) {
            try ChannelMap(channelCount: 0, microphones: [0])
        }
        #expect(throws: ChannelMapError.channelCountOutOfRange(33)) {
            try ChannelMap(channelCount: 33, microphones: [0])
        }
        #expect(throws: ChannelMapError.microphoneCountOutOfRange(0)) {
            try ChannelMap(channelCount: 2, microphones: [])
        }
        #expect(throws: ChannelMapError.microphoneCountOutOfRange(9)) {
            try ChannelMap(channelCount: 16, microphones: Array(0..<9))
        }
        #expect(throws: ChannelMapError.noSuchChannel(2, channelCount: 2)) {
            try ChannelMap(channelCount: 2, microphones: [0, 2])
        }
        #expect(throws: ChannelMapError.noSuchChannel(-1, channelCount: 2)) {
            try ChannelMap(channelCount: 2, microphones: [-1])
        }
        #expect(throws: ChannelMapError.duplicate(1)) {
            try ChannelMap(channelCount: 2, microphones: [1, 1])
        }
    }

    @Test(arguments: UInt64(0)..<50)
    func `the pre-roll gives back what was heard at a position, and says what is gone`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var history = PreRoll(capacity: SampleCount(100))
        let origin = Int64.random(in: 0...1_000, using: &random)
        var heard: [Int16] = []
        for _ in 0..<40 {
            // Now and then a gap, some longer than the history.
            if !heard.isEmpty, Int.random(in: 0..<5, using: &random) == 0 {
                heard += [Int16](repeating: 0, count: .random(in: 1...250, using: &random))
            }
            let position = SampleCount(origin + Int64(heard.count))
            let block = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                Int16.random(in: 1...99, using: &random)
            }
            history.append(block.span, at: position)
            heard += block
            #expect(history.end == SampleCount(origin + Int64(heard.count)))
            #expect(history.oldest == SampleCount(origin + Int64(max(0, heard.count - 100))))
            let start = Int.random(in: -20...heard.count + 5, using: &random)
            var room = [Int16](repeating: -1, count: .random(in: 0...150, using: &random))
            var span = room.mutableSpan
            let copied = history.copy(from: SampleCount(origin + Int64(start)), into: &span)
            #expect(copied.count == min(room.count, max(0, heard.count - start)))
            let oldest = max(0, heard.count - 100)
            #expect(copied.overwrittenCount == min(copied.count, max(0, oldest - start)))
            for index in 0..<copied.count {
                #expect(room[index] == (start + index < oldest ? 0 : heard[start + index]))
            }
            #expect(room[copied.count...].allSatisfy { $0 == -1 })
        }
    }

    @Test func `an empty pre-roll has nothing and six seconds fit by default`() {
        var history = PreRoll()
        #expect(history.oldest == history.end)
        for block in 0..<400 {
            let samples = [Int16](repeating: Int16(block), count: 320)
            history.append(samples.span, at: SampleCount(Int64(block) * 320))
        }
        #expect(history.end - history.oldest == SampleCount(96_000))
    }

    @Test func `the level of a word is the mean of its blocks, over the floor before it`() {
        var history = LevelHistory(blockCount: 10)
        for (index, level) in [-60, -60, -20, -30, -60].enumerated() {
            history.note(
                DecibelsFullScale(clamping: Float(level)), at: SampleCount(Int64(index) * 320),
                noiseFloor: DecibelsFullScale(clamping: index < 2 ? -61 : -50))
        }
        let (level, floor) = history.measure(from: SampleCount(650), to: SampleCount(1_200))
        #expect(abs(level.value - -22.6) < 0.02)
        #expect(floor == DecibelsFullScale(clamping: -61))
        #expect(history.measure(from: SampleCount(9_000), to: SampleCount(9_100)).level == .floor)
    }

    @Test func `layers do not know each other: any order of duck, mute and volume ends the same`() {
        var gain = GainLayers(volumePercent: 80)
        gain.isDucked = true
        gain.isMuted = true
        gain.volumePercent = 50
        gain.isDucked = false
        #expect(gain.target() == 0)
        gain.isMuted = false
        #expect(gain.target() == 0.125)
        gain.isDucked = true
        #expect(gain.target() == 0.125 * GainLayers.duckGain)
    }

    @Test func `a change of gain is a ramp of 20 ms at most, then exact`() {
        var gain = GainLayers()
        #expect(applied(&gain, 10_000, 3) == [10_000, 10_000, 10_000])
        gain.isMuted = true
        let fading = applied(&gain, 10_000, 330)
        for (before, after) in zip([10_000] + fading, fading) { #expect((0...33).contains(before - after)) }
        #expect(fading[310] > 0)
        #expect(fading[321...].allSatisfy { $0 == 0 })
        gain.isMuted = false
        #expect(applied(&gain, -32_768, 400)[320...].allSatisfy { $0 == -32_768 })
        gain.volumePercent = 50
        #expect(applied(&gain, 8_000, 400).last == 1_000)
    }

    private func applied(_ gain: inout GainLayers, _ sample: Int16, _ count: Int) -> [Int16] {
        var block = [Int16](repeating: sample, count: count)
        var span = block.mutableSpan
        gain.apply(to: &span)
        return block
    }
}
