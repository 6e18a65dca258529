import LoqaAudio
import Testing

@Suite struct PCM16Tests {
    @Test func `samples are rounded, cut at full scale, and silent where they are no numbers`() {
        #expect([0, 0.5, -0.5, 1 / 32_768, -1].map { pcm16($0) } == [0, 16_384, -16_384, 1, -32_768])
        #expect([1, 7, .infinity, 1e30].map { pcm16($0) } == [32_767, 32_767, 32_767, 32_767])
        #expect([-7, -.infinity].map { pcm16($0) } == [-32_768, -32_768])
        #expect([Float.nan, .signalingNaN].map { pcm16($0) } == [0, 0])
        for sample in Int16.min...Int16.max where Int(sample) % 97 == 0 {
            #expect(pcm16(Float(sample) / 32_768) == sample)
        }
    }
}
