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

    private let quiet = SoundContrast(decibels: 40, loudSeconds: 0.2)

    private var phones: [HearingEvidence.Stretch] {
        [stretch("SIL", 0...19, -2), stretch("AA", 20...59, -8), stretch("N", 60...99, -8)]
    }

    @Test func `a sentence as good as the phones has nothing against it`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on", 60...99, -8)]
        let evidence = HearingEvidence(path: path, phones: phones, contrast: quiet)
        #expect(evidence.whole == 0 && evidence.words == 0 && evidence.worstWord == 0)
        #expect(evidence.unexplained == 0)
        #expect(abs(evidence.phones - -6.8) < 1e-9)
        #expect(evidence.confidence > 0.99)
    }

    @Test func `a word that does not fit is found among those that do`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on", 60...99, -88)]
        let evidence = HearingEvidence(path: path, phones: phones, contrast: quiet)
        #expect(evidence.worstWord == -80)
        #expect(evidence.words == -40)
        #expect(evidence.whole == -32)
        #expect(evidence.confidence < 0.05)
    }

    @Test func `speech that a pause is to cover counts against the sentence`() {
        let path = [
            stretch("<sil>", 0...59, -8), stretch("[NOISE]", 60...79, -8), stretch("on", 80...99, -8),
        ]
        let evidence = HearingEvidence(path: path, phones: phones, contrast: quiet)
        #expect(evidence.unexplained == 0.75)
        #expect(evidence.confidence < 0.9)
    }

    @Test func `no path and places out of order give numbers all the same`() {
        #expect(
            HearingEvidence(path: [], phones: [], contrast: .init(decibels: .nan, loudSeconds: 0)).confidence
                .isFinite)
        let odd = [stretch("on", 5...9, -8), .init(name: "off", firstFrame: -3, lastFrame: -9, score: 7)]
        #expect(
            HearingEvidence(path: odd, phones: [], contrast: .init(decibels: .nan, loudSeconds: 0)).confidence
                .isFinite)
        #expect(
            HearingEvidence(
                path: odd, phones: [.init(name: "AA", firstFrame: 9, lastFrame: 2, score: -1)],
                contrast: quiet
            )
            .phones == 0)
    }

    @Test func `what scores are worth depends on the noise, within the bounds of what was tried`() {
        let path = [stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -13), stretch("on", 60...99, -13)]
        func confidence(_ decibels: Double) -> Double {
            HearingEvidence(
                path: path, phones: phones, contrast: .init(decibels: decibels, loudSeconds: 0.2)
            ).confidence
        }
        #expect(confidence(40) == confidence(25) && confidence(10) == confidence(0))
        #expect(Set([40, 18, 10].map(confidence)).count == 3)
    }

    @Test func `two short words do not explain a long sentence`() {
        let path = [
            stretch("<sil>", 0...19, -2), stretch("lamp", 20...59, -8), stretch("on(2)", 60...99, -8),
        ]
        func evidence(_ seconds: Double) -> HearingEvidence {
            HearingEvidence(
                path: path, phones: phones, contrast: .init(decibels: 40, loudSeconds: seconds))
        }
        #expect(evidence(0.5).slowness == 0 && evidence(0).slowness == 0)
        #expect(abs(evidence(1).slowness - 0.693) < 0.001)
        #expect(evidence(1).confidence < evidence(0.5).confidence)
        #expect(evidence(100).slowness == 1.4)
    }

    @Test func `the contrast is that of speech and room, whatever their length`() {
        func contrast(_ parts: [(level: Int16, frames: Int)]) -> SoundContrast {
            SoundContrast(
                of: parts.flatMap { part in
                    (0..<part.frames * 160).map { $0 % 2 == 0 ? part.level : -part.level }
                })
        }
        #expect(abs(contrast([(100, 50), (10_000, 50)]).decibels - 40) < 0.01)
        #expect(contrast([(100, 50), (10_000, 50)]).loudSeconds == 0.5)
        #expect(abs(contrast([(10_000, 15), (1_000, 30)]).decibels - 20) < 0.01)
        #expect(contrast([(10_000, 15), (1_000, 30)]).loudSeconds == 0.15)
        #expect(contrast([(5_000, 30)]) == SoundContrast(decibels: 0, loudSeconds: 0))
        #expect(contrast([(0, 10)]) == SoundContrast(decibels: 0, loudSeconds: 0))
        #expect(SoundContrast(of: [Int16](repeating: .min, count: 1_600)).decibels.isFinite)
        #expect(SoundContrast(of: []) == SoundContrast(of: [1, 2, 3]))
    }
}
