import SpeechSounds
import Testing

struct HearingEvidenceTests {
    private func stretch(_ name: String, _ frames: ClosedRange<Int>, _ scorePerFrame: Int)
        -> HearingEvidence.Stretch
    {
        .init(
            name: name, firstFrame: frames.lowerBound, lastFrame: frames.upperBound,
            score: scorePerFrame * frames.count)
    }

    private var phones: [HearingEvidence.Stretch] {
        [stretch("SIL", 0...19, -2), stretch("AA", 20...59, -8), stretch("N", 60...99, -8)]
    }

    @Test func `a sentence as good as the phones has nothing against it`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on", 60...99, -8)]
        let evidence = HearingEvidence(path: path, phones: phones)
        #expect(evidence.whole == 0 && evidence.words == 0 && evidence.worstWord == 0)
        #expect(evidence.unexplained == 0)
        #expect(abs(evidence.phones - -6.8) < 1e-9)
        #expect(evidence.confidence > 0.99)
    }

    @Test func `a word that does not fit is found among those that do`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on", 60...99, -88)]
        let evidence = HearingEvidence(path: path, phones: phones)
        #expect(evidence.worstWord == -80)
        #expect(evidence.words == -40)
        #expect(evidence.whole == -32)
        #expect(evidence.confidence < 0.05)
    }

    @Test func `speech that a pause is to cover counts against the sentence`() {
        let path = [
            stretch("<sil>", 0...59, -8), stretch("[NOISE]", 60...79, -8), stretch("on", 80...99, -8),
        ]
        let evidence = HearingEvidence(path: path, phones: phones)
        #expect(evidence.unexplained == 0.75)
        #expect(evidence.confidence < 0.6)
    }

    @Test func `no path and places out of order give numbers all the same`() {
        #expect(HearingEvidence(path: [], phones: []).confidence.isFinite)
        let odd = [stretch("on", 5...9, -8), .init(name: "off", firstFrame: -3, lastFrame: -9, score: 7)]
        #expect(HearingEvidence(path: odd, phones: []).confidence.isFinite)
        #expect(
            HearingEvidence(path: odd, phones: [.init(name: "AA", firstFrame: 9, lastFrame: 2, score: -1)])
                .phones == 0)
    }
}
