package import LoqaBase

/// Gives a wake engine the sound of the room, and for a self-test a clip in between.
///
/// While the clip runs, the room's blocks wait and follow behind it, faster than they came, so that a talker is heard even
/// then, a little later. For the main loop's thread.
package struct WakeFeed {
    /// What may be changed freely.
    package enum Tuning {
        /// Blocks that the engine is given for each one of the room, while it has something to catch up with.
        package static let blocksAtOnce = 4
        /// Blocks of the room that may wait: more than the longest clip needs.
        package static let waitingCountMax = 250
        /// Samples of a clip: 3 s.
        package static let clipSampleCountMax = 48_000
    }

    private var clip: [[Int16]] = []
    private var waiting: [(block: [Int16], position: SampleCount)] = []

    package init() {}

    /// The clip, or what waited meanwhile, is not through yet.
    package var isBusy: Bool { !clip.isEmpty || !waiting.isEmpty }

    /// Begins a self-test. What is longer than ``Tuning/clipSampleCountMax`` is cut.
    package mutating func begin(clip samples: [Int16]) {
        let count = min(samples.count, Tuning.clipSampleCountMax)
        clip = stride(from: 0, to: count - count % 320, by: 320).map { Array(samples[$0..<$0 + 320]) }
    }

    /// Forgets what waits, as when the engine starts anew.
    package mutating func reset() { (clip, waiting) = ([], []) }

    /// Takes a block of the room and passes on what is due.
    package mutating func take(_ block: Span<Int16>, at position: SampleCount, to engine: WakeEngineProcess) {
        guard isBusy else {
            engine.feed(block, at: position)
            return
        }
        waiting.append((block.withUnsafeBufferPointer { Array($0) }, position))
        // An engine that takes nothing for so long hangs; its watch starts it anew.
        if waiting.count > Tuning.waitingCountMax { waiting.removeFirst() }
        for _ in 0..<Tuning.blocksAtOnce {
            if let next = clip.first {
                guard engine.feedClip(next.span) else { return }
                clip.removeFirst()
            } else if let next = waiting.first {
                guard engine.offer(next.block.span, at: next.position) else { return }
                waiting.removeFirst()
            }
        }
    }
}
