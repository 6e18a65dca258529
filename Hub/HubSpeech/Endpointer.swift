package import LoqaBase
package import LoqaWire

/// Finds the start and the end of a talker's command in the sound of one turn.
///
/// Every 10 ms are judged by their energy over the room's (``EndpointerActivity``); on these judgements
/// stand the rules of time below. How long a pause must be depends on what was said before it: the hub
/// recognises the words so far as soon as the talker pauses, and ``weigh(_:)`` tells whether they are a
/// whole sentence. So a complete command ends 200 to 300 ms after its last sound, and a talker who hesitates
/// in the middle of one is waited for (R. Maas et al., "Combining acoustic embeddings and decoding features
/// for end-of-utterance detection in real-time far-field speech recognition systems", ICASSP 2018, do the
/// same with learned weights).
///
///     waiting --120 ms of speech--> speaking --200 ms silent--> pausing --silent for long enough--> ended
///                                       ^------60 ms of speech-----'
///
/// A pure value of fixed size: it reads no clock, allocates nothing, and ends after ``Tuning/turnMax`` of
/// sound at the latest.
package struct Endpointer: Sendable {
    /// What may be changed freely. Times are in frames of 10 ms where a count is meant.
    package enum Tuning {
        /// Silence that is told as a pause. Stop closures and slow speech hold 150 ms at most.
        package static let pause = SampleCount(.milliseconds(200))
        /// Silence after a sentence that is complete but may go on ("turn on the lights" ... "in the
        /// kitchen").
        package static let continuablePause = SampleCount(.milliseconds(450))
        /// Silence after the beginning of a sentence that is not over ("set a timer for" ... "ten minutes"): who stops
        /// there is thinking.
        package static let partialPause = SampleCount(.milliseconds(1_200))
        /// Silence after what is no sentence, or not known to be one. Hesitations of 600 ms are common.
        package static let unknownPause = SampleCount(.milliseconds(800))
        /// Time to begin after the wake word.
        package static let beginMax = SampleCount(.seconds(4))
        /// Longest stream; the relay stops at 15 s.
        package static let turnMax = SampleCount(.seconds(14))
        /// How far off the wake word's end may be, either way.
        package static let wakeTolerance = SampleCount(.milliseconds(100))
        /// Frames of speech that make a start: 120 ms, of which smoothing is 20. Coughs and clicks are
        /// shorter than 80 ms, "yes" is
        /// longer than 200.
        package static let startCount = 12
        /// The same for sound that goes on without a gap from the wake word: its last vowel may still ring.
        package static let continuedStartCount = 18
        /// Of a start, frames that must be strong.
        package static let strongStartCount = 6
        /// Quiet frames that make a start void: longer than a stop closure.
        package static let startGapCount = 15
        /// Frames in a row that prolong speech before a pause: 30 ms, which a click does not reach.
        package static let prolongCount = 3
        /// Strong frames that end a pause: 60 ms; a dropped spoon does not reach it.
        package static let resumeCount = 6
        /// Quiet frames after which sound within a silence is forgotten.
        package static let burstGapCount = 3
        /// What the level's smoothing adds after the last sound.
        package static let smoothingDelay = SampleCount(.milliseconds(10))
        /// Sound kept before the first speech: a weak first word may lie up to 250 ms before what was found.
        package static let marginBefore = SampleCount(.milliseconds(300))
        /// Sound kept after the last speech: weak consonants, and silence for the recogniser to settle.
        package static let marginAfter = SampleCount(.milliseconds(200))
        /// Over how much sound a level is smoothed.
        package static let smoothing = SampleCount(.milliseconds(30))
    }

    /// How far the words so far are a sentence, as the understanding judges them.
    package enum Completeness: Sendable, Equatable {
        /// No sentence, or none recognised.
        case unknown
        /// A sentence begins like this and is not over.
        case partial
        /// A sentence. `canContinue`: more words could still belong to it.
        case complete(canContinue: Bool)
    }

    /// What was found. Positions count from the stream's first sample.
    package enum Event: Sendable, Equatable {
        case speechStarted(at: SampleCount)
        /// The talker is silent: see what was said so far, and ``weigh(_:)`` it.
        case paused(endOfSpeech: SampleCount)
        /// The talker goes on.
        case resumed
        /// The command is over; nothing follows. `endOfSpeech` is the wake word's end if nothing was said.
        case ended(SpeechEnd.Reason, endOfSpeech: SampleCount)
    }

    private enum Phase: Sendable {
        case waiting(Start)
        case speaking
        case pausing(Completeness)
        case ended
    }

    /// Sound that may become the start of speech.
    private struct Start: Sendable {
        /// Where it begins; `nil` while it is quiet.
        var onset: SampleCount?
        var activeCount = 0
        var strongCount = 0
        var quietCount = 0
        /// It has gone on without a gap since before the command could begin.
        var isContinued = false

        static let none = Start()
    }

    private let wakeEnd: SampleCount
    private var activity = EndpointerActivity()
    private var phase = Phase.waiting(.none)
    /// Sound taken so far.
    private var position = SampleCount(0)
    private var onset: SampleCount
    private var endOfSpeech: SampleCount
    /// Sound within a silence, not yet long enough to be speech again.
    private var burstCount = 0
    private var burstQuietCount = 0
    /// The quietest point shortly before the wake word's supposed end: if that is late, the command begins
    /// there.
    private var seam: (level: Float, at: SampleCount)

    /// - Parameter wakeEnd: Where the wake word ends in the turn's stream, give or take
    ///   ``Tuning/wakeTolerance``; 0 for a turn without one. Best preceded by 300 ms of the room before
    ///   the wake word.
    package init(wakeEnd: SampleCount) {
        self.wakeEnd = wakeEnd
        (onset, endOfSpeech) = (wakeEnd, wakeEnd)
        seam = (.infinity, wakeEnd)
    }
}

// MARK: - Calls

extension Endpointer {
    /// Takes the next 20 ms.
    ///
    /// - Precondition: `block` has 320 samples.
    package mutating func take(_ block: Span<Int16>) -> Event? {
        precondition(block.count == SampleCount.perPacket.value, "a block has 20 ms")
        var event: Event?
        for start in stride(from: 0, to: block.count, by: EndpointerActivity.frameLength) {
            let judgement = activity.judge(block, from: start)
            position += SampleCount(Int64(EndpointerActivity.frameLength))
            // Two events within 20 ms are a start or a resumption and the longest turn's end: the end is
            // what counts.
            event = step(judgement) ?? event
        }
        return event
    }

    /// The understanding's word on what was said up to the pause the talker is in. Without a pause it means
    /// nothing.
    ///
    /// - Returns: the end, if the silence has already been long enough for such a sentence.
    package mutating func weigh(_ completeness: Completeness) -> Event? {
        guard case .pausing = phase else { return nil }
        phase = .pausing(completeness)
        return endIfSilentEnough(completeness)
    }

    /// The stream has ended. What was said is the command.
    ///
    /// - Returns: `nil` if the end was told before.
    package mutating func streamEnded() -> Event? {
        switch phase {
        case .waiting: end(.noSpeech)
        case .speaking, .pausing: end(.endpoint)
        case .ended: nil
        }
    }

    /// The sound worth recognising, within what was taken so far: the command without the wake word, with
    /// a margin on both sides where there is room. Empty while nothing was said.
    package var utterance: Range<SampleCount> {
        guard endOfSpeech > onset else { return onset..<onset }
        let earliest = wakeEnd.value > 0 ? seam.at : SampleCount(0)
        return max(onset - Tuning.marginBefore, earliest)..<min(endOfSpeech + Tuning.marginAfter, position)
    }
}

// MARK: - Steps

extension Endpointer {
    private mutating func step(_ judgement: EndpointerActivity.Judgement) -> Event? {
        switch phase {
        case .waiting(let start):
            noteSeam()
            return endIfOverdue(.noSpeech) ?? wait(start, judgement)
        case .speaking:
            return endIfOverdue(.tooLong) ?? speak(judgement)
        case .pausing(let completeness):
            return endIfOverdue(.tooLong) ?? pause(completeness, judgement)
        case .ended: return nil
        }
    }

    private mutating func wait(_ start: Start, _ judgement: EndpointerActivity.Judgement) -> Event? {
        var start = start
        let isBeforeCommand =
            position <= wakeEnd + (wakeEnd.value > 0 ? Tuning.wakeTolerance : SampleCount(0))
        if judgement == .quiet {
            start.isContinued = false
            start.quietCount += 1
            if start.quietCount > Tuning.startGapCount || isBeforeCommand { start = .none }
        } else if isBeforeCommand {
            start.isContinued = true
            start.onset = max(wakeEnd, start.onset ?? position)
        } else {
            start.onset = start.onset ?? position - SampleCount(Int64(EndpointerActivity.frameLength))
            start.activeCount += 1
            start.strongCount += judgement == .strong ? 1 : 0
            start.quietCount = 0
        }
        phase = .waiting(start)

        let needed = start.isContinued ? Tuning.continuedStartCount : Tuning.startCount
        if let onset = start.onset, start.activeCount >= needed, start.strongCount >= Tuning.strongStartCount
        {
            (self.onset, endOfSpeech) = (onset, position)
            phase = .speaking
            return .speechStarted(at: onset)
        }
        let isOverdue = position >= wakeEnd + Tuning.beginMax && start.activeCount == 0
        return isOverdue ? end(.noSpeech) : nil
    }

    private mutating func speak(_ judgement: EndpointerActivity.Judgement) -> Event? {
        countBurst(judgement >= .weak)
        if burstCount >= Tuning.prolongCount { endOfSpeech = position - Tuning.smoothingDelay }
        guard position - endOfSpeech >= Tuning.pause else { return nil }
        phase = .pausing(.unknown)
        return .paused(endOfSpeech: endOfSpeech)
    }

    private mutating func pause(
        _ completeness: Completeness, _ judgement: EndpointerActivity.Judgement
    ) -> Event? {
        countBurst(judgement == .strong)
        guard burstCount >= Tuning.resumeCount else { return endIfSilentEnough(completeness) }
        endOfSpeech = position - Tuning.smoothingDelay
        phase = .speaking
        return .resumed
    }

    /// Counts the frames of a sound within a silence, over gaps that are shorter than
    /// ``Tuning/burstGapCount``.
    private mutating func countBurst(_ isActive: Bool) {
        if isActive {
            burstCount += 1
            burstQuietCount = 0
        } else {
            burstQuietCount += 1
            if burstQuietCount >= Tuning.burstGapCount { burstCount = 0 }
        }
    }

    /// Ends the command unless the talker has just made a sound that may be its next word.
    private mutating func endIfSilentEnough(_ completeness: Completeness) -> Event? {
        let needed =
            switch completeness {
            case .unknown: Tuning.unknownPause
            case .partial: Tuning.partialPause
            case .complete(canContinue: true): Tuning.continuablePause
            case .complete(canContinue: false): Tuning.pause
            }
        guard burstCount == 0, position - endOfSpeech >= needed else { return nil }
        return end(.endpoint)
    }

    private mutating func endIfOverdue(_ reason: SpeechEnd.Reason) -> Event? {
        position >= Tuning.turnMax ? end(reason) : nil
    }

    private mutating func end(_ reason: SpeechEnd.Reason) -> Event {
        phase = .ended
        return .ended(reason, endOfSpeech: endOfSpeech)
    }

    private mutating func noteSeam() {
        guard position > wakeEnd - Tuning.wakeTolerance, position <= wakeEnd else { return }
        if activity.level < seam.level {
            seam = (activity.level, max(position - Tuning.smoothing, SampleCount(0)))
        }
    }
}
