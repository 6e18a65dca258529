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
        let evidence = HearingEvidence(path: path, phones: phones, contrast: 40)
        #expect(evidence.whole == 0 && evidence.words == 0 && evidence.worstWord == 0)
        #expect(evidence.unexplained == 0)
        #expect(abs(evidence.phones - -6.8) < 1e-9)
        #expect(evidence.confidence > 0.99)
    }

    @Test func `a word that does not fit is found among those that do`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on", 60...99, -88)]
        let evidence = HearingEvidence(path: path, phones: phones, contrast: 40)
        #expect(evidence.worstWord == -80)
        #expect(evidence.words == -40)
        #expect(evidence.whole == -32)
        #expect(evidence.confidence < 0.05)
    }

    @Test func `speech that a pause is to cover counts against the sentence`() {
        let path = [
            stretch("<sil>", 0...59, -8), stretch("[NOISE]", 60...79, -8), stretch("on", 80...99, -8),
        ]
        let evidence = HearingEvidence(path: path, phones: phones, contrast: 40)
        #expect(evidence.unexplained == 0.75)
        #expect(evidence.confidence < 0.9)
    }

    @Test func `no path and places out of order give numbers all the same`() {
        #expect(HearingEvidence(path: [], phones: [], contrast: .nan).confidence.isFinite)
        let odd = [stretch("on", 5...9, -8), .init(name: "off", firstFrame: -3, lastFrame: -9, score: 7)]
        #expect(HearingEvidence(path: odd, phones: [], contrast: .nan).confidence.isFinite)
        #expect(
            HearingEvidence(
                path: odd, phones: [.init(name: "AA", firstFrame: 9, lastFrame: 2, score: -1)], contrast: 40
            )
            .phones == 0)
    }

    @Test func `what scores are worth depends on the noise, within the bounds of what was tried`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -13), stretch("on", 60...99, -13)]
        func confidence(_ contrast: Double) -> Double {
            HearingEvidence(path: path, phones: phones, contrast: contrast).confidence
        }
        #expect(confidence(40) == confidence(25) && confidence(10) == confidence(0))
        #expect(Set([40, 18, 10].map(confidence)).count == 3)
    }

    @Test func `the contrast is that of speech and room, whatever their length`() {
        func sound(_ parts: [(level: Int16, frames: Int)]) -> [Int16] {
            parts.flatMap { part in (0..<part.frames * 160).map { $0 % 2 == 0 ? part.level : -part.level } }
        }
        #expect(abs(SoundContrast.decibels(of: sound([(100, 50), (10_000, 50)])) - 40) < 0.01)
        #expect(abs(SoundContrast.decibels(of: sound([(10_000, 15), (1_000, 30)])) - 20) < 0.01)
        #expect(SoundContrast.decibels(of: sound([(5_000, 30)])) == 0)
        #expect(SoundContrast.decibels(of: [Int16](repeating: 0, count: 1_600)) == 0)
        #expect(SoundContrast.decibels(of: [Int16](repeating: .min, count: 1_600)).isFinite)
        #expect(SoundContrast.decibels(of: []) == SoundContrast.decibels(of: [1, 2, 3]))
    }
}
