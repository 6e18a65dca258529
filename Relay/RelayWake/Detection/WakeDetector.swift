package import LoqaBase

/// Listens for several phrases at once behind one front end.
///
/// 16 kHz mono, 16 bit, blocks of any length. Memory is taken in `init`; only a firing allocates. One thread.
package final class WakeDetector {
    /// What passed since the start.
    package struct Counts: Sendable, Equatable {
        package var firings = 0
        package var nearMisses = 0

        package init() {}
    }

    /// Samples taken so far.
    package private(set) var position = SampleCount(0)
    /// In the order of the words.
    package private(set) var counts: [Counts]
    /// Whether something sounds from this relay: stop words listen only then.
    package var isSounding = true

    private let words: [WakeWord]
    private var decisions: [PhraseDecision]
    private var frontEnd = MicroFrontEnd()
    private var block = [Int16](repeating: 0, count: MicroFrontEnd.blockSampleCount)
    private var blockCount = 0

    package init(_ words: [WakeWord]) {
        self.words = words
        decisions = words.map { PhraseDecision($0.rule) }
        counts = words.map { _ in Counts() }
    }

    /// Bytes that the networks hold.
    package var byteCount: Int { words.reduce(0) { $0 + $1.network.byteCount } }

    /// Forgets what it heard, as after a gap in the sound.
    package func reset() {
        blockCount = 0
        frontEnd.reset()
        for index in words.indices {
            words[index].network.reset()
            decisions[index].reset()
        }
    }

    /// Takes sound and reports each phrase that ends in it.
    package func push(_ samples: Span<Int16>, _ report: (WakeFiring) -> Void) {
        for index in samples.indices {
            block[blockCount] = samples[index]
            blockCount += 1
            guard blockCount == block.count else { continue }
            blockCount = 0
            position += SampleCount(Int64(block.count))
            listen(report)
        }
    }

    private func listen(_ report: (WakeFiring) -> Void) {
        guard frontEnd.push(block.span) else { return }
        for index in words.indices {
            guard let output = words[index].network.push(frontEnd.features.span) else { continue }
            let verdict = decisions[index].push(Float(output) / 256)
            if words[index].role == .stop, !isSounding { continue }
            switch verdict {
            case .nothing: continue
            case .fired(let mean):
                counts[index].firings += 1
                report(firing(index, score: mean, isNearMiss: false))
            case .nearMiss(let peak):
                counts[index].nearMisses += 1
                report(firing(index, score: peak, isNearMiss: true))
            }
        }
    }

    private func firing(_ index: Int, score: Float, isNearMiss: Bool) -> WakeFiring {
        WakeFiring(
            phrase: words[index].phrase, role: words[index].role, position: position, score: score,
            isNearMiss: isNearMiss)
    }
}
