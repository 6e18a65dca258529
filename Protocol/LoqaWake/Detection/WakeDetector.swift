package import LoqaBase

/// Listens for several phrases at once behind one front end.
///
/// 16 kHz mono, 16 bit, blocks of any length. Memory is taken in `init`; only a firing allocates. One thread.
package final class WakeDetector {
    /// What passed since the start.
    package struct Counts: Sendable, Equatable {
        /// Phrases that were reported as heard.
        package var firings = 0
        /// Phrases that came close; see ``PhraseDecision/Rule/nearMissThreshold``.
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
    private var frontEnd: MicroFrontEnd
    private var block = [Int16](repeating: 0, count: MicroFrontEnd.blockSampleCount)
    private var blockCount = 0

    package init(_ words: [WakeWord]) {
        self.words = words
        decisions = words.map { PhraseDecision($0.rule) }
        frontEnd = MicroFrontEnd(
            hasMelFeatures: words.contains { $0.networks.contains { $0.features == .logMel } })
        counts = words.map { _ in Counts() }
    }

    /// Bytes that the networks hold.
    package var byteCount: Int { words.reduce(0) { $0 + $1.byteCount } }

    /// Mean score of the newest window of a word; nil until it is full.
    package func mean(of word: Int) -> Float? { decisions[word].mean }

    /// Means of a word so far.
    package func scoreCount(of word: Int) -> Int { decisions[word].meanCount }

    /// Forgets what it heard, as after a gap in the sound.
    package func reset() {
        blockCount = 0
        frontEnd.reset()
        for index in words.indices {
            for network in words[index].networks { network.network.reset() }
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
            guard let score = score(of: words[index]) else { continue }
            let verdict = decisions[index].push(score)
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

    /// What a word's networks make of the newest features; nil until all of a step are there.
    private func score(of word: WakeWord) -> Float? {
        var probability: UInt8?
        var sum: Float = 0
        for network in word.networks {
            let features = network.features == .micro ? frontEnd.features : frontEnd.melFeatures
            probability = network.network.push(features.span)
            sum += network.weight * network.network.logit
        }
        return probability.map { word.score == .logit ? sum : Float($0) / 256 }
    }

    private func firing(_ index: Int, score: Float, isNearMiss: Bool) -> WakeFiring {
        WakeFiring(
            phrase: words[index].phrase, role: words[index].role, position: position, score: score,
            isNearMiss: isNearMiss)
    }
}
