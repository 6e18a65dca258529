package import LoqaBase
package import SpeechFrames

/// Decides what happens with a speech engine that runs in a process of its own: what it is given next, how long it may
/// take, who is told what, and when it is started again.
///
/// A pure value: tell it what happened and when, carry out the actions it returns, in order. The engine works on one
/// request at a time, so that a crash or a hang is known to be that request's.
///
///     resting -> starting --ready--> (reloading ->) idle <-> busy        any --ended or late--> resting
package struct EngineDesk: Sendable {
    /// What a request asks for.
    package enum Work: Sendable, Equatable {
        /// Kept, and loaded again whenever the engine is started again.
        case grammar(SpeechGrammar)
        case utterance([Int16])
        case text(String)
    }

    /// One request of the hub and the number by which the worker answers it.
    package struct Job: Sendable, Equatable {
        /// The request's own number, above 0.
        package var id: UInt32
        package var work: Work

        package init(id: UInt32, work: Work) { (self.id, self.work) = (id, work) }
    }

    /// What the caller does. Each job ends with exactly one `fail`, `withdrawn` or `answer` of a final frame.
    package enum Action: Sendable, Equatable {
        case start
        case send(SpeechFrame)
        case answer(UInt32, SpeechFrame)
        case fail(UInt32, EngineFailure)
        case withdrawn(UInt32)
        /// End the process, if there is one.
        case kill
    }

    private enum State {
        case stopped
        case resting(until: HubInstant)
        case starting(deadline: HubInstant)
        case reloading(deadline: HubInstant)
        case idle
        case busy(Job, deadline: HubInstant, isWanted: Bool)
    }

    /// The number of the desk's own request: the grammar after a start.
    private static let reloadID: UInt32 = 0

    private let tuning: EngineTuning
    private var state = State.stopped
    private var grammar: SpeechGrammar?
    private var nextGrammar: Job?
    private var utterances: [Job] = []
    private var texts: [Job] = []
    /// Ends of the process since it last served a request.
    private var endCount = 0

    package init(tuning: EngineTuning = EngineTuning()) { self.tuning = tuning }

    /// When ``timePassed(at:)`` must be called.
    package var deadline: HubInstant? {
        switch state {
        case .stopped, .idle: nil
        case .resting(let until): until
        case .starting(let deadline), .reloading(let deadline), .busy(_, let deadline, _): deadline
        }
    }

    /// Starts the engine for the first time.
    package mutating func begin(at now: HubInstant) -> [Action] {
        state = .starting(deadline: now + tuning.readyPatience)
        return [.start]
    }

    /// A request came. Of waiting utterances the oldest gives way, as nobody waits for it any more; of texts the newest.
    package mutating func submit(_ job: Job, at now: HubInstant) -> [Action] {
        if case .stopped = state { return [.fail(job.id, Self.stoppedFailure)] }
        var actions: [Action] = []
        switch job.work {
        case .grammar:
            if let old = nextGrammar { actions.append(.fail(old.id, .busy)) }
            nextGrammar = job
        case .utterance:
            if utterances.count >= tuning.utteranceCountMax {
                actions.append(.fail(utterances.removeFirst().id, .busy))
            }
            utterances.append(job)
        case .text:
            guard texts.count < tuning.textCountMax else { return [.fail(job.id, .busy)] }
            texts.append(job)
        }
        return actions + dispatch(at: now)
    }

    /// Nobody wants the answer any more. An unknown number is fine: the answer may just have gone out.
    package mutating func withdraw(_ id: UInt32) -> [Action] {
        let waitingCount = utterances.count + texts.count
        utterances.removeAll { $0.id == id }
        texts.removeAll { $0.id == id }
        if utterances.count + texts.count < waitingCount { return [.withdrawn(id)] }
        guard case .busy(let job, let deadline, isWanted: true) = state, job.id == id else { return [] }
        state = .busy(job, deadline: deadline, isWanted: false)
        switch job.work {
        case .text: return [.withdrawn(id), .send(.cancel(id: id))]
        case .utterance, .grammar: return [.withdrawn(id)]
        }
    }

    /// The engine said something.
    package mutating func receive(_ frame: SpeechFrame, at now: HubInstant) -> [Action] {
        switch (state, frame) {
        case (.stopped, _), (.resting, _): return []
        case (.starting, .ready):
            guard let grammar else { return becomeIdle(at: now) }
            state = .reloading(deadline: now + tuning.utterancePatience)
            return [.send(.loadGrammar(id: Self.reloadID, network: grammar.network, words: grammar.words))]
        case (.reloading, .grammarLoaded(Self.reloadID, _)): return becomeIdle(at: now)
        case (.reloading, .failed(Self.reloadID, _)):
            // It took this grammar before. Requests are refused by the engine until it is given another one.
            grammar = nil
            return becomeIdle(at: now)
        case (.busy(let job, _, let isWanted), _) where frame.id == job.id:
            guard let isFinal = Self.isFinal(frame, for: job.work) else { break }
            let answer: [Action] = isWanted ? [.answer(job.id, frame)] : []
            guard isFinal else {
                state = .busy(job, deadline: now + patience(for: job.work), isWanted: isWanted)
                return answer
            }
            if case (.grammar(let loaded), .grammarLoaded) = (job.work, frame) { grammar = loaded }
            endCount = 0
            return answer + becomeIdle(at: now)
        case (.starting, _), (.reloading, _), (.idle, _), (.busy, _): break
        }
        return [.kill] + rest(.ended("it sent a frame of kind \(frame.kind) that nobody asked for"), at: now)
    }

    /// The process could not be started, or ended, or what it sent made no sense. It is gone.
    package mutating func processEnded(_ reason: String, at now: HubInstant) -> [Action] {
        switch state {
        case .stopped, .resting: return []
        case .starting: return rest(.unavailable(reason), at: now)
        case .reloading, .idle, .busy: return rest(.ended(reason), at: now)
        }
    }

    /// The time of ``deadline`` has come. Too early is fine.
    package mutating func timePassed(at now: HubInstant) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .stopped, .idle: return []
        case .resting: return begin(at: now)
        case .starting: return [.kill] + rest(.unavailable("it was not ready in time"), at: now)
        case .reloading, .busy: return [.kill] + rest(.timedOut, at: now)
        }
    }

    /// Ends the engine for good.
    package mutating func stop() -> [Action] {
        let actions = failAll(Self.stoppedFailure)
        state = .stopped
        return actions + [.kill]
    }

    private static let stoppedFailure = EngineFailure.unavailable("it was stopped")

    private mutating func becomeIdle(at now: HubInstant) -> [Action] {
        state = .idle
        return dispatch(at: now)
    }

    /// Gives an idle engine its next request: a grammar first, then the newest utterance, then the oldest text.
    private mutating func dispatch(at now: HubInstant) -> [Action] {
        guard case .idle = state, let job = nextJob() else { return [] }
        state = .busy(job, deadline: now + patience(for: job.work), isWanted: true)
        switch job.work {
        case .grammar(let grammar):
            return [.send(.loadGrammar(id: job.id, network: grammar.network, words: grammar.words))]
        case .utterance(let samples): return [.send(.recognise(id: job.id, utterance: samples))]
        case .text(let text): return [.send(.speak(id: job.id, text: text))]
        }
    }

    private mutating func nextJob() -> Job? {
        if let job = nextGrammar {
            nextGrammar = nil
            return job
        }
        return utterances.popLast() ?? (texts.isEmpty ? nil : texts.removeFirst())
    }

    private func patience(for work: Work) -> Duration {
        switch work {
        case .grammar, .utterance: tuning.utterancePatience
        case .text: tuning.soundPatience
        }
    }

    /// Whether a frame ends a request; `nil` if it does not belong to it at all.
    private static func isFinal(_ frame: SpeechFrame, for work: Work) -> Bool? {
        switch (work, frame) {
        case (.text, .sound): false
        case (.grammar, .grammarLoaded), (.utterance, .hypothesis), (.utterance, .noHypothesis),
            (.text, .spoken),
            (_, .failed):
            true
        case (.grammar, _), (.utterance, _), (.text, _): nil
        }
    }

    /// Fails everything and waits for the next start: none after the first end, then longer and longer.
    private mutating func rest(_ failure: EngineFailure, at now: HubInstant) -> [Action] {
        let actions = failAll(failure)
        defer { endCount = min(endCount + 1, 30) }
        guard endCount > 0 else { return actions + begin(at: now) }
        let pause = min(tuning.restMin * (1 << min(endCount - 1, 10)), tuning.restMax)
        state = .resting(until: now + pause)
        return actions
    }

    private mutating func failAll(_ failure: EngineFailure) -> [Action] {
        var jobs = utterances + texts
        if let nextGrammar { jobs.append(nextGrammar) }
        if case .busy(let job, _, isWanted: true) = state { jobs.insert(job, at: 0) }
        (utterances, texts, nextGrammar) = ([], [], nil)
        return jobs.map { .fail($0.id, failure) }
    }
}
