import HubCore
import HubSkills
import HubSpeech
import HubUnderstanding
import Logging
import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire

/// What the turn machine of a relay wants done.
extension Hub {
    /// Tells the turn of a relay what happened, and carries out what it wants done.
    func advance(_ connection: RelayConnection, _ event: (inout HubTurn) -> [HubTurn.Action]) {
        guard var turn = connection.member?.turn else { return }
        let actions = event(&turn)
        connection.member?.turn = turn
        for action in actions { perform(action, on: connection) }
    }

    func claimed(_ claim: Claim, on connection: RelayConnection) {
        let now = now
        guard takeRecogniser(for: connection) else {
            return send(.deny(Deny(turn: claim.turn, reason: .busy)), to: connection)  // T2
        }
        advance(connection) { $0.claimed(claim, at: now) }
        guard connection.member?.turn.turn == claim.turn, let room = connection.member?.room else { return }
        record(
            "turn.opened", connection,
            [
                ("room", .text(room.value)), ("cause", .text("\(claim.cause)")),
                ("level_dbfs", .number(Double(claim.level.value))),
                ("noise_floor_dbfs", .number(Double(claim.noiseFloor.value))),
            ])
    }

    private func perform(_ action: HubTurn.Action, on connection: RelayConnection) {
        switch action {
        case .send(let frame): send(frame, to: connection)
        case .startListening(let claim): startListening(claim, on: connection)
        case .stopListening: break  // The sound is kept until the words are known.
        case .recognise(let attempt): recognise(attempt, on: connection)
        case .weigh(let recognition): weigh(recognition, on: connection)
        case .interpret(let recognition): interpret(recognition, on: connection)
        case .startSpeaking(let text, let stream): startSpeaking(text, stream, on: connection)
        case .stopSpeaking(let stream): stopSpeaking(stream, on: connection)
        case .closed(let turn, let outcome): closed(turn, outcome, on: connection)
        }
    }

    private func closed(_ turn: TurnID, _ outcome: TurnEnd.Outcome, on connection: RelayConnection) {
        connection.closeUplink()
        connection.member?.deliberation?.cancel()
        connection.member?.deliberation = nil
        if let lane = connection.member?.lane { recognisers.giveBack(lane) }
        connection.member?.lane = nil
        guard let name = connection.member?.relay.name else { return }
        record(
            "turn.closed",
            [("relay", .text(name)), ("turn", .integer(Int64(turn.value))), ("outcome", .text("\(outcome)"))])
    }
}

// MARK: - Recognising

extension Hub {
    private func recognise(_ attempt: Int, on connection: RelayConnection) {
        guard let member = connection.member, let uplink = member.uplink, let turn = member.turn.turn,
            let recogniser = member.lane?.recogniser
        else { return }
        let range = uplink.endpointer.utterance
        let samples = uplink.samples
        // With its wake word before it a short command is normalised better: it is heard surer, and no first word is cut.
        let first = min(max(0, Int(min(range.lowerBound, uplink.start).value)), samples.count)
        let last = min(max(first, Int(range.upperBound.value)), samples.count)
        let utterance = Array(samples[first..<last])
        let started = now
        Task {
            do {
                let hypothesis = try await recogniser.recognise(utterance)
                recognised(hypothesis, attempt, turn, since: started, on: connection)
            } catch {
                parts.logger.error(
                    "recognition failed", metadata: ["relay": "\(member.relay.name)", "error": "\(error)"])
                guard connection.member?.turn.turn == turn else { return }
                advance(connection) { $0.recognitionFailed(attempt: attempt) }
                rearm(for: connection, at: now)
            }
        }
    }

    private func recognised(
        _ hypothesis: Hypothesis?, _ attempt: Int, _ turn: TurnID, since started: HubInstant,
        on connection: RelayConnection
    ) {
        guard connections[connection.id] != nil, connection.member?.turn.turn == turn else { return }
        record(
            "heard", connection,
            [
                ("text", .text(hypothesis?.text ?? "")), ("score", .number(hypothesis?.scorePerFrame ?? 0)),
                ("confidence", .number(hypothesis?.confidence ?? 0)),
                ("ms", .integer((now - started).milliseconds)), ("attempt", .integer(Int64(attempt))),
            ])
        let recognition = hypothesis.map {
            HubTurn.Recognition(
                text: $0.text, scorePerFrame: $0.scorePerFrame,
                confidence: CalledConfidence.confidence($0.confidence))
        }
        advance(connection) { $0.recognised(recognition, attempt: attempt) }
        rearm(for: connection, at: now)
    }

    /// Tells the endpointer how complete the words before the pause are.
    private func weigh(_ recognition: HubTurn.Recognition?, on connection: RelayConnection) {
        guard let recognition, recognition.scorePerFrame >= Assistant.scorePerFrameMinUsual,
            recognition.confidence >= assistant.confidenceMin
        else { return }
        let isAnswer = connection.member?.question.map { now < $0.until } ?? false
        let completeness = Endpointer.Completeness(
            builtIn: assistant.completeness(of: recognition.text),
            network: hearing?.progress(of: recognition.text, isAnswer: isAnswer))
        if let event = connection.member?.uplink?.endpointer.weigh(completeness) {
            heard(event, on: connection)
        }
    }
}

// MARK: - Acting

extension Hub {
    private func interpret(_ recognition: HubTurn.Recognition?, on connection: RelayConnection) {
        guard let member = connection.member else { return }
        let moment = parts.now()
        let question = member.question.flatMap { moment.instant < $0.until ? $0.asked : nil }
        let text = recognition?.text ?? ""
        let reply = assistant.hear(
            text, scorePerFrame: recognition?.scorePerFrame, confidence: recognition?.confidence,
            from: member.relay.id, room: member.room, at: moment, awaiting: question)
        took(reply, on: connection)
        if let fallback = parts.fallback, member.status.canSpeak,
            let words = assistant.wordsForChat(
                text, scorePerFrame: recognition?.scorePerFrame, confidence: recognition?.confidence,
                after: reply)
        {
            return deliberate(on: words, with: fallback, on: connection)
        }
        finish(reply.answer, question: reply.question, on: connection)
    }

    /// Writes down what came of a sentence, rings, and keeps the state.
    func took(_ reply: Reply, on connection: RelayConnection) {
        record(
            "understood", connection,
            [
                ("intent", .text(reply.intent?.name ?? "none")),
                ("slots", .object(reply.slots.map { ($0.name, $0.value) })),
                ("outcome", .text(Self.word(for: reply.understood))),
            ])
        for change in reply.changes {
            record(
                "changed", connection,
                [
                    ("device", .text(change.name)), ("was", .text("\(change.from)")),
                    ("is", .text("\(change.to)")),
                ])
        }
        perform(reply.effects)
        if reply.changedState { parts.save(assistant.state) }
    }

    /// Answers the turn.
    func finish(_ text: String, question: PendingQuestion?, on connection: RelayConnection) {
        ask(question, on: connection)
        guard let canSpeak = connection.member?.status.canSpeak else { return }
        record("answered", connection, [("text", .text(text))])
        let now = now
        // S2: nothing is said to a relay that cannot speak.
        advance(connection) {
            $0.replied(canSpeak ? text : "", expectsReply: question != nil && canSpeak, at: now)
        }
    }

    /// Remembers what was asked, and lets the recogniser hear the answers to it.
    private func ask(_ question: PendingQuestion?, on connection: RelayConnection) {
        connection.member?.question = question.map { ($0, until: now + Tuning.questionTime) }
    }

    private static func word(for understood: Reply.Understood) -> String {
        switch understood {
        case .yes: "yes"
        case .asked: "asked"
        case .no: "no"
        }
    }
}
