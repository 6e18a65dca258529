package import LoqaBase
package import LoqaWire

/// One relay's turn as the hub conducts it: listen, recognise, interpret, answer, and back to idle.
///
/// A pure value, one for each connected relay: it reads no clock and runs no engine. Tell it what happened and when,
/// carry out the actions it returns, in order, and call ``tick(at:)`` at ``deadline``. Every state but `idle` has a
/// deadline, so a dead engine or a silent relay never holds a turn open. The rules it obeys are in PROTOCOL.md, "Turns" (T).
///
///     idle --claim--> listening --speech end--> recognising --reply--> answering --all sent--> draining --drained--> idle
///
/// While the talker pauses, the hub already recognises what was said so far (an *attempt*). If the talker goes on, the
/// attempt is dropped; if not, its result is used, and the pause has cost nothing.
package struct HubTurn: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Longest time without a packet while listening: the relay or its network is gone.
        package static let packetGap: Duration = .milliseconds(1_500)
        /// Longest listening, a little more than the relay streams (T4).
        package static let listeningMax: Duration = .seconds(16)
        /// Longest recognition.
        package static let recognitionMax: Duration = .seconds(4)
        /// Longest wait for somebody who has to think: a chat model. The relay waits 8 s (T9), recognition included.
        package static let deliberationMax: Duration = .milliseconds(6_500)
        /// Longest time without a piece of an unfinished answer from the synthesiser.
        package static let synthesisGap: Duration = .seconds(3)
        /// Longest wait for "drained" once everything was sent, beyond the sound still to be played.
        package static let drainMargin: Duration = .seconds(3)
    }

    /// What a recogniser made of the sound; `nil` text is kept apart from an engine's failure.
    package struct Recognition: Sendable, Equatable {
        /// The words in small letters, one space between them.
        package var text: String
        /// Path score per frame of 10 ms; higher is surer.
        package var scorePerFrame: Double
        /// How likely it is that this, or any sentence, was said at all, 0...1; 1 if the engine cannot tell.
        package var confidence: Double
        package init(text: String, scorePerFrame: Double, confidence: Double = 1) {
            (self.text, self.scorePerFrame, self.confidence) = (text, scorePerFrame, confidence)
        }
    }

    /// What the caller does, in order.
    package enum Action: Sendable, Equatable {
        case send(ControlFrame)
        /// Take the packets of this claim's stream, decode them and watch for the end of speech.
        case startListening(Claim)
        /// Forget the stream of the turn.
        case stopListening
        /// Recognise what was said so far; report with ``recognised(_:attempt:at:)``.
        case recognise(attempt: Int)
        /// The talker pauses and this is what was said so far: tell the endpointer how complete it is.
        case weigh(Recognition?)
        /// Find out what it means and do it; report with ``replied(_:expectsReply:at:)``.
        case interpret(Recognition?)
        /// Speak into this downlink stream.
        case startSpeaking(String, StreamID)
        case stopSpeaking(StreamID)
        /// The turn is over; for the log.
        case closed(TurnID, TurnEnd.Outcome)
    }

    /// The best result for the pause the talker is in.
    private enum Attempt: Sendable, Equatable {
        case none
        case running(Int)
        case done(Recognition?)
    }

    private enum State: Sendable {
        case idle
        case listening(TurnID, Attempt, opened: HubInstant, lastPacket: HubInstant)
        case recognising(TurnID, attempt: Int, deadline: HubInstant)
        case interpreting(TurnID)
        case deliberating(TurnID, deadline: HubInstant)
        case answering(TurnID, StreamID, deadline: HubInstant)
        case draining(TurnID, StreamID, deadline: HubInstant)
    }

    /// Frames and results that came too late to matter.
    package private(set) var staleCount = 0
    private var state = State.idle
    private var lastAttempt = 0
    private var nextStream = StreamID(1)
    private var lastTurn = TurnID.none
    private var lastUplink = StreamID.none

    package init() {}
}

// MARK: - Reading

extension HubTurn {
    /// The instant at which ``tick(at:)`` must be called, if there is one.
    package var deadline: HubInstant? {
        switch state {
        case .idle, .interpreting: nil
        case .listening(_, _, let opened, let lastPacket):
            min(opened + Tuning.listeningMax, lastPacket + Tuning.packetGap)
        case .recognising(_, _, let deadline), .deliberating(_, let deadline), .answering(_, _, let deadline),
            .draining(_, _, let deadline):
            deadline
        }
    }

    /// The turn in progress.
    package var turn: TurnID? {
        switch state {
        case .idle: nil
        case .listening(let turn, _, _, _), .recognising(let turn, _, _), .interpreting(let turn),
            .deliberating(let turn, _), .answering(let turn, _, _), .draining(let turn, _, _):
            turn
        }
    }

    /// Nothing is going on: an announcement may be spoken.
    package var isIdle: Bool { turn == nil }
}

// MARK: - What the relay says

extension HubTurn {
    /// A relay claims a turn. T2: one at a time, and numbers only go up.
    package mutating func claimed(_ claim: Claim, at now: HubInstant) -> [Action] {
        guard isOpenToClaims, claim.turn.value > lastTurn.value, claim.stream.value > lastUplink.value else {
            return [.send(.deny(Deny(turn: claim.turn, reason: .invalid)))]
        }
        (lastTurn, lastUplink) = (claim.turn, claim.stream)
        // An answer that was sent in full is over for the talker who speaks into it (T14).
        let given = abandon(.answered, tellsRelay: false)
        state = .listening(claim.turn, .none, opened: now, lastPacket: now)
        return given + [.send(.grant(Grant(turn: claim.turn))), .startListening(claim)]
    }

    /// The relay gave the turn up.
    package mutating func cancelled(_ cancel: TurnCancel) -> [Action] {
        guard turn == cancel.turn else { return stale() }
        return abandon(.cancelled, tellsRelay: false)
    }

    /// A packet of the turn's stream arrived.
    package mutating func packetArrived(at now: HubInstant) {
        guard case .listening(let turn, let attempt, let opened, _) = state else { return }
        state = .listening(turn, attempt, opened: opened, lastPacket: now)
    }

    /// The relay has played the answer.
    package mutating func drained(_ report: Drained) -> [Action] {
        guard case .draining(let turn, let stream, _) = state, stream == report.stream else { return stale() }
        state = .idle
        return [.closed(turn, .answered)]
    }

    /// The connection to the relay is gone.
    package mutating func relayLost() -> [Action] {
        abandon(.cancelled, tellsRelay: false)
    }
}

// MARK: - What the endpointer and the engines say

extension HubTurn {
    /// The talker pauses: see what the words so far amount to.
    package mutating func paused() -> [Action] {
        guard case .listening(let turn, _, let opened, let lastPacket) = state else { return stale() }
        lastAttempt += 1
        state = .listening(turn, .running(lastAttempt), opened: opened, lastPacket: lastPacket)
        return [.recognise(attempt: lastAttempt)]
    }

    /// The talker goes on: the attempt of this pause is void.
    package mutating func resumed() {
        guard case .listening(let turn, _, let opened, let lastPacket) = state else { return }
        state = .listening(turn, .none, opened: opened, lastPacket: lastPacket)
    }

    /// The endpointer found the end of the talker's speech, or that there was none.
    package mutating func speechEnded(_ reason: SpeechEnd.Reason, at now: HubInstant) -> [Action] {
        guard case .listening(let turn, let attempt, _, _) = state else { return stale() }
        let ended: [Action] = [.stopListening, .send(.speechEnd(SpeechEnd(turn: turn, reason: reason)))]
        switch reason {
        case .noSpeech:
            state = .idle
            return ended + [
                .send(.turnEnd(TurnEnd(turn: turn, outcome: .silence))), .closed(turn, .silence),
            ]
        case .endpoint, .tooLong: break
        }
        switch attempt {
        case .done(let recognition):
            state = .interpreting(turn)
            return ended + [.interpret(recognition)]
        case .running(let number):
            state = .recognising(turn, attempt: number, deadline: now + Tuning.recognitionMax)
            return ended
        case .none:
            lastAttempt += 1
            state = .recognising(turn, attempt: lastAttempt, deadline: now + Tuning.recognitionMax)
            return ended + [.recognise(attempt: lastAttempt)]
        }
    }

    /// The wake word was judged once more and was not said (T19). Once the sentence is interpreted it is too late: then
    /// somebody has said one.
    package mutating func rejected(_ turn: TurnID) -> [Action] {
        switch state {
        case .listening(turn, _, _, _), .recognising(turn, _, _): abandon(.notMeant, tellsRelay: true)
        case .idle, .listening, .recognising, .interpreting, .deliberating, .answering, .draining: stale()
        }
    }

    /// The recogniser finished an attempt; `nil` if no sentence fitted.
    package mutating func recognised(_ recognition: Recognition?, attempt: Int) -> [Action] {
        switch state {
        case .listening(let turn, .running(attempt), let opened, let lastPacket):
            state = .listening(turn, .done(recognition), opened: opened, lastPacket: lastPacket)
            return [.weigh(recognition)]
        case .recognising(let turn, attempt, _):
            state = .interpreting(turn)
            return [.interpret(recognition)]
        case .idle, .listening, .recognising, .interpreting, .deliberating, .answering, .draining:
            return stale()
        }
    }

    /// The recogniser failed on an attempt. A later attempt of the same turn may do better.
    package mutating func recognitionFailed(attempt: Int) -> [Action] {
        switch state {
        case .listening(let turn, .running(attempt), let opened, let lastPacket):
            state = .listening(turn, .none, opened: opened, lastPacket: lastPacket)
            return []
        case .recognising(_, attempt, _): return abandon(.failed, tellsRelay: true)
        case .idle, .listening, .recognising, .interpreting, .deliberating, .answering, .draining:
            return stale()
        }
    }

    /// The sentence was handed to somebody who takes a while; ``replied(_:expectsReply:at:)`` must follow.
    package mutating func deliberates(at now: HubInstant) {
        guard case .interpreting(let turn) = state else { return }
        state = .deliberating(turn, deadline: now + Tuning.deliberationMax)
    }

    /// The sentence was carried out, or asked about. An empty answer ends the turn without a word.
    package mutating func replied(_ text: String, expectsReply: Bool, at now: HubInstant) -> [Action] {
        let turn: TurnID
        switch state {
        case .interpreting(let open), .deliberating(let open, _): turn = open
        case .idle, .listening, .recognising, .answering, .draining: return stale()
        }
        guard !text.isEmpty else {
            state = .idle
            return [
                .send(.turnEnd(TurnEnd(turn: turn, outcome: .answered))), .closed(turn, .answered),
            ]
        }
        let stream = nextStream
        nextStream = stream.next
        state = .answering(turn, stream, deadline: now + Tuning.synthesisGap)
        let start = AnswerStart(turn: turn, stream: stream, expectsReply: expectsReply)
        return [.send(.answerStart(start)), .startSpeaking(text, stream)]
    }

    /// An announcement is to be spoken, so that its first sample leaves the loudspeaker at an instant (T17, K4).
    ///
    /// - Returns: its stream and what to do; nil while the relay serves somebody.
    package mutating func announced(
        presentAt: HubInstant, at now: HubInstant
    ) -> (stream: StreamID, actions: [Action])? {
        guard case .idle = state else { return nil }
        let stream = nextStream
        nextStream = stream.next
        state = .answering(.none, stream, deadline: max(presentAt, now) + Tuning.synthesisGap)
        let start = AnswerStart(
            turn: .none, stream: stream, expectsReply: false, presentAt: presentAt.microseconds)
        return (stream, [.send(.answerStart(start))])
    }

    /// A piece of the answer was synthesised or sent.
    package mutating func answerProgressed(_ stream: StreamID, at now: HubInstant) {
        guard case .answering(let turn, stream, _) = state else { return }
        state = .answering(turn, stream, deadline: now + Tuning.synthesisGap)
    }

    /// The whole answer was sent; `remaining` of it is still to be played.
    package mutating func answerSent(
        _ stream: StreamID, packetCount: UInt32, remaining: Duration, at now: HubInstant
    ) -> [Action] {
        guard case .answering(let turn, stream, _) = state else { return stale() }
        state = .draining(turn, stream, deadline: now + remaining + Tuning.drainMargin)
        let end = Action.send(.streamEnd(StreamEnd(stream: stream, packetCount: packetCount)))
        return turn == .none ? [end] : [end, .send(.turnEnd(TurnEnd(turn: turn, outcome: .answered)))]
    }

    /// The synthesiser failed before the answer was complete.
    package mutating func synthesisFailed(_ stream: StreamID) -> [Action] {
        guard case .answering(_, stream, _) = state else { return stale() }
        return abandon(.failed, tellsRelay: true)
    }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: HubInstant) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .idle, .interpreting: return []
        case .listening(_, let attempt, _, _):
            // The relay fell silent in mid-sentence. What was understood before is worth an answer; nothing is not.
            switch attempt {
            case .done, .running: return speechEnded(.endpoint, at: now)
            case .none: return abandon(.failed, tellsRelay: true)
            }
        case .recognising, .deliberating, .answering: return abandon(.failed, tellsRelay: true)
        case .draining: return abandon(.answered, tellsRelay: false)
        }
    }
}

// MARK: - Helpers

extension HubTurn {
    /// Ends the turn in progress, if there is one, and stops what runs for it.
    private mutating func abandon(_ outcome: TurnEnd.Outcome, tellsRelay: Bool) -> [Action] {
        guard let turn else { return [] }
        var actions: [Action] = []
        switch state {
        case .idle, .recognising, .interpreting, .deliberating, .draining: break
        case .listening: actions.append(.stopListening)
        case .answering(_, let stream, _): actions.append(.stopSpeaking(stream))
        }
        state = .idle
        if tellsRelay, turn != .none {
            actions.append(.send(.turnEnd(TurnEnd(turn: turn, outcome: outcome))))
        }
        return actions + [.closed(turn, outcome)]
    }

    private var isOpenToClaims: Bool {
        switch state {
        case .idle, .draining, .answering(.none, _, _): true
        case .listening, .recognising, .interpreting, .deliberating, .answering: false
        }
    }

    private mutating func stale() -> [Action] {
        staleCount += 1
        return []
    }
}
