import Glibc
package import LoqaBase
import LoqaSystem
package import LoqaWake

/// A wake engine in a process of its own, kept running.
///
/// For the main loop's thread; nothing here waits. Sound goes into the engine's pipe; an engine that does not keep up
/// loses blocks, which are counted, and one that ends is started again, at once for the first time and then more slowly.
package final class WakeEngineProcess {
    /// What may be changed freely.
    package enum Tuning {
        /// Wait before each further start, doubled up to a second while the engine does not get ready.
        package static let restMin: Duration = .milliseconds(125)
        package static let restMax: Duration = .seconds(1)
        /// Sound that may wait in the pipe: half a second. More would only make a wake late.
        package static let pipeByteCount = 16_384
    }

    /// Blocks that the engine was too slow for. Each moves its count of samples; see ``origin``.
    package private(set) var droppedBlockCount = 0
    /// Output lines that were no event.
    package var badLineCount: Int { reader.badLineCount }
    /// A self-test's clip ended in a phrase, or in something like it, since it was begun.
    package private(set) var hasHeardClip = false
    private var program: String
    private var arguments: [String]
    private var child: ChildProcess?
    private var reader = WakeLineReader()
    private var rest = Duration.zero
    private var nextStart: RelayInstant?
    private var pending: [WakeEngineEvent] = []
    /// Where on the capture clock the engine's count of samples began, and how many it was given.
    private var origin: SampleCount?
    private var fed = SampleCount(0)
    /// Samples that were left out, by the engine's own count: later positions are that much further on.
    private var gaps: [(at: SampleCount, length: SampleCount)] = []
    /// The engine's own counts between which it was given a clip, and where what is heard in it may still be told.
    private var clip: Range<Int64>?

    /// - Parameters:
    ///   - program: path of the engine.
    ///   - arguments: for it, beyond its own name.
    package init(program: String, arguments: [String]) {
        (self.program, self.arguments) = (program, arguments)
    }

    /// Readable when the engine has said something; `nil` while it does not run.
    package var outputDescriptor: Int32? { child?.output }
    /// The instant at which ``tick(at:)`` must be called.
    package var deadline: RelayInstant? { nextStart }

    /// Starts the engine, or starts it anew.
    package func start(at now: RelayInstant) {
        child = nil
        (reader, origin, fed, gaps) = (WakeLineReader(), nil, SampleCount(0), [])
        (clip, hasHeardClip) = (nil, false)
        nextStart = nil
        do {
            child = try ChildProcess(program, arguments: arguments, pipeByteCount: Tuning.pipeByteCount)
        } catch {
            fail(error.description, at: now)
        }
    }

    /// Starts another engine, or this one with other arguments.
    package func start(program: String, with arguments: [String], at now: RelayInstant) {
        (self.program, self.arguments) = (program, arguments)
        start(at: now)
    }

    /// Ends the engine for good.
    package func stop() { (child, nextStart) = (nil, nil) }

    /// Gives the engine a block that begins at a position of the capture clock.
    ///
    /// - Returns: whether the engine took it.
    @discardableResult
    package func feed(_ block: Span<Int16>, at position: SampleCount) -> Bool {
        guard child != nil else { return false }
        guard offer(block, at: position) else {
            droppedBlockCount += 1
            return false
        }
        return true
    }

    /// The same for a block that may come again: one that the engine has no room for is no loss.
    package func offer(_ block: Span<Int16>, at position: SampleCount) -> Bool {
        guard let child else { return false }
        let origin = origin ?? position
        self.origin = origin
        noteGap(before: position, origin)
        let byteCount = block.count * 2
        let written = block.withUnsafeBytes { write(child.input, $0.baseAddress, byteCount) }
        // A pipe takes a block whole or not at all: it is smaller than PIPE_BUF.
        guard written == byteCount else { return false }
        fed += SampleCount(Int64(block.count))
        return true
    }

    /// Gives the engine a block that the room did not make, for a self-test: what it hears there is no wake word, see
    /// ``hasHeardClip``. - Returns: whether the engine took it.
    package func feedClip(_ block: Span<Int16>) -> Bool {
        guard let child, origin != nil else { return false }
        let byteCount = block.count * 2
        let written = block.withUnsafeBytes { write(child.input, $0.baseAddress, byteCount) }
        guard written == byteCount else { return false }
        let tail = SampleCount(.milliseconds(300)).value
        if clip == nil || fed.value > (clip?.upperBound ?? 0) {
            hasHeardClip = false
            clip = fed.value..<fed.value
        }
        gaps.append((at: fed, length: SampleCount(-Int64(block.count))))
        fed += SampleCount(Int64(block.count))
        clip = (clip?.lowerBound ?? 0)..<fed.value + tail
        mergeGaps()
        return true
    }

    /// Takes what the engine has said, positions on the capture clock. Call it when ``outputDescriptor`` is readable,
    /// and after ``tick(at:)``.
    package func readEvents(at now: RelayInstant) -> [WakeEngineEvent] {
        defer { pending = [] }
        guard let child else { return pending }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(child.output, &bytes, bytes.count)
        guard count != 0 else {
            fail("it \(child.lastWords)", at: now)
            return pending
        }
        for event in reader.take(bytes[..<max(count, 0)]) {
            switch event {
            case .ready:
                rest = .zero
                pending.append(event)
            case .wake(let heard), .stop(let heard), .nearMiss(let heard):
                if let clip, clip.contains(heard.end.value) {
                    hasHeardClip = true
                } else {
                    pending.append(captured(event))
                }
            case .listening(let position): pending.append(.listening(captured(position)))
            case .failed: pending.append(event)
            }
        }
        return pending
    }

    /// Starts the engine again when its rest is over, and says whether it did.
    package func tick(at now: RelayInstant) -> Bool {
        guard let nextStart, now >= nextStart else { return false }
        start(at: now)
        return true
    }

    private func fail(_ reason: String, at now: RelayInstant) {
        child = nil
        pending.append(.failed(reason))
        nextStart = now + rest
        rest = min(max(rest * 2, Tuning.restMin), Tuning.restMax)
    }

    /// Notes samples that were lost between what the engine was given and this position.
    private func noteGap(before position: SampleCount, _ origin: SampleCount) {
        let expected = captured(fed)
        guard position > expected else { return }
        gaps.append((at: fed, length: position - expected))
        mergeGaps()
    }

    /// Wakes are told within a few seconds; gaps older than that are one.
    private func mergeGaps() {
        while gaps.count > 256 {
            let second = gaps.remove(at: 1)
            gaps[0] = (at: second.at, length: gaps[0].length + second.length)
        }
    }

    private func captured(_ event: WakeEngineEvent) -> WakeEngineEvent {
        switch event {
        case .wake(let heard): .wake(captured(heard))
        case .stop(let heard): .stop(captured(heard))
        case .nearMiss(let heard): .nearMiss(captured(heard))
        case .ready, .listening, .failed: event
        }
    }

    private func captured(_ event: WakeEvent) -> WakeEvent {
        WakeEvent(start: captured(event.start), end: captured(event.end), phrase: event.phrase)
    }

    /// A position of the engine's count on the capture clock.
    private func captured(_ position: SampleCount) -> SampleCount {
        let lost = gaps.prefix { $0.at <= position }.reduce(SampleCount(0)) { $0 + $1.length }
        return (origin ?? SampleCount(0)) + position + lost
    }
}
