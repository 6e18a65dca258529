import HubCore
import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire

/// What the turn machine of a relay wants done, and what the engines come out with.
extension HubHost {
    func advance(_ connection: HubConnection, _ event: (inout HubTurn) -> [HubTurn.Action]) {
        guard var turn = connection.member?.turn else { return }
        let wanted = event(&turn)
        connection.member?.turn = turn
        for action in wanted { perform(action, on: connection) }
    }

    func claimed(_ claim: Claim, on connection: HubConnection) {
        let now = now
        let busy = connections.count { $0 !== connection && $0.member?.holdsRecogniser == true }
        guard busy < house.plan.recogniserCount else {
            connection.member?.holdsRecogniser = false
            return send(.deny(Deny(turn: claim.turn, reason: .busy)), to: connection)  // T2
        }
        connection.member?.holdsRecogniser = true
        advance(connection) { $0.claimed(claim, at: now) }
    }

    private func perform(_ action: HubTurn.Action, on connection: HubConnection) {
        let link = connection.link.number
        switch action {
        case .send(let frame):
            house.inspector.sent(frame, link: link)
            if case .grant(let grant) = frame {
                note("grants turn", Int(grant.turn.value))
                house.inspector.granted(grant.turn, link: link)
            }
            send(frame, to: connection)
        case .startListening(let claim): startListening(claim, on: connection)
        case .stopListening: break
        case .recognise(let attempt): recognise(attempt, on: connection)
        case .weigh: break
        case .interpret: interpret(on: connection)
        case .startSpeaking(_, let stream): startSpeaking(stream, on: connection)
        case .stopSpeaking(let stream): stopSpeaking(stream, on: connection)
        case .closed(let turn, let outcome):
            note("closes turn", Int(turn.value))
            house.inspector.closed(turn, outcome, link: link)
            connection.closeUplink()
            connection.member?.holdsRecogniser = false
        }
    }

    private func recognise(_ attempt: Int, on connection: HubConnection) {
        guard let turn = connection.member?.turn.turn else { return }
        guard !random.chance(perMille: house.plan.engineHangsPerMille) else { return }
        let fails = random.chance(perMille: house.plan.engineFailsPerMille)
        let isSlow = random.chance(perMille: house.plan.engineIsSlowPerMille)
        let text = random.chance(perMille: 850) ? "turn on the light" : nil
        house.world.plan(
            .engine(
                .recognised(
                    link: connection.link.number, turn: turn.value, attempt: attempt, text: text, fails: fails
                )),
            on: 0, after: .milliseconds(50) + random.duration(upTo: .milliseconds(isSlow ? 6_000 : 900)))
    }

    private func interpret(on connection: HubConnection) {
        guard let member = connection.member else { return }
        let answer = member.status.canSpeak && !random.chance(perMille: 100) ? "it is on" : ""
        let expectsReply = member.status.canSpeak && random.chance(perMille: 200)
        let now = now
        advance(connection) { $0.replied(answer, expectsReply: expectsReply, at: now) }
    }

    func handle(_ engine: SimEngine) {
        switch engine {
        case .recognised(let link, let number, let attempt, let text, let fails):
            guard let connection = connections.first(where: { $0.link.number == link }),
                connection.member?.turn.turn?.value == number
            else { return }
            advance(connection) { turn in
                guard !fails else { return turn.recognitionFailed(attempt: attempt) }
                return turn.recognised(
                    text.map { HubTurn.Recognition(text: $0, scorePerFrame: -1) }, attempt: attempt)
            }
        case .spoke(let link, let stream, let blockCount, let isLast, let fails):
            guard let connection = connections.first(where: { $0.link.number == link }),
                connection.member?.downlink?.stream.value == stream
            else { return }
            guard !fails else { return advance(connection) { $0.synthesisFailed(StreamID(stream)) } }
            spoke(blockCount, isLast: isLast, on: connection)
        }
    }
}
