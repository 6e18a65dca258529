import HubCore
import LoqaBase
import LoqaTestKit
import LoqaWire
import Testing

/// The hub's side of one turn on a made-up clock.
struct HubTurnTests {
    @Test func `T19: a wake word that was none ends the turn before anything is done, and no later`() {
        var turn = HubTurn()
        _ = turn.claimed(claim(1), at: ms(0))
        #expect(turn.rejected(TurnID(9)) == [])
        let end = TurnEnd(turn: TurnID(1), outcome: .notMeant)
        #expect(
            turn.rejected(TurnID(1)) == [.stopListening, .send(.turnEnd(end)), .closed(TurnID(1), .notMeant)])
        #expect(turn.isIdle)
        _ = turn.claimed(claim(2), at: ms(1_000))
        _ = turn.speechEnded(.endpoint, at: ms(2_000))
        #expect(turn.rejected(TurnID(2)).contains(.closed(TurnID(2), .notMeant)))
        _ = turn.claimed(claim(3), at: ms(3_000))
        _ = turn.paused()
        _ = turn.recognised(HubTurn.Recognition(text: "lights", scorePerFrame: 1), attempt: 2)
        _ = turn.speechEnded(.endpoint, at: ms(4_000))
        #expect(turn.rejected(TurnID(3)) == [])
        #expect(turn.turn == TurnID(3))
    }

    @Test func `T5, T6, T8: a turn runs from claim to drained, and the pause's recognition is used`() {
        var turn = HubTurn()
        #expect(turn.claimed(claim(1), at: ms(0)) == [grant(1), .startListening(claim(1))])
        turn.packetArrived(at: ms(900))
        #expect(turn.paused() == [.recognise(attempt: 1)])
        #expect(turn.recognised(said, attempt: 1) == [.weigh(said)])
        #expect(
            turn.speechEnded(.endpoint, at: ms(1_000)) == [
                .stopListening, .send(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint))),
                .interpret(said),
            ])
        let start = AnswerStart(turn: TurnID(1), stream: StreamID(1), expectsReply: false)
        #expect(
            turn.replied("Yes.", expectsReply: false, at: ms(1_001))
                == [.send(.answerStart(start)), .startSpeaking("Yes.", StreamID(1))])
        #expect(
            turn.answerSent(StreamID(1), packetCount: 9, remaining: .seconds(1), at: ms(1_200)) == [
                .send(.streamEnd(StreamEnd(stream: StreamID(1), packetCount: 9))),
                .send(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered))),
            ])
        let report = Drained(stream: StreamID(1), playedCount: 9, concealedCount: 0)
        #expect(turn.drained(report) == [.closed(TurnID(1), .answered)])
        #expect(turn.isIdle)
    }

    @Test func `T9: somebody who has to think is waited for, but not longer than the relay waits`() {
        #expect(HubTurn.Tuning.deliberationMax < WireLimits.answerDeadline)
        var turn = interpreting()
        #expect(turn.deadline == nil)
        turn.deliberates(at: ms(1_000))
        #expect(turn.deadline == ms(1_000) + HubTurn.Tuning.deliberationMax)
        #expect(turn.replied("Yes.", expectsReply: false, at: ms(5_000)).count == 2)
        var late = interpreting()
        late.deliberates(at: ms(1_000))
        #expect(late.tick(at: ms(7_499)) == [])
        #expect(
            late.tick(at: ms(7_500)) == [
                .send(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .failed))), .closed(TurnID(1), .failed),
            ])
        #expect(late.replied("Yes.", expectsReply: false, at: ms(7_501)) == [])
        var gone = interpreting()
        gone.deliberates(at: ms(1_000))
        #expect(
            gone.cancelled(TurnCancel(turn: TurnID(1), reason: .muted)) == [.closed(TurnID(1), .cancelled)])
        gone.deliberates(at: ms(1_100))
        #expect(gone.isIdle)
    }

    private func interpreting() -> HubTurn {
        var turn = listening()
        _ = turn.paused()
        _ = turn.recognised(said, attempt: 1)
        _ = turn.speechEnded(.endpoint, at: ms(900))
        return turn
    }

    @Test func `a talker who goes on makes the attempt void, and its late result changes nothing`() {
        var turn = listening()
        _ = turn.paused()
        turn.resumed()
        #expect(turn.recognised(said, attempt: 1) == [])
        #expect(turn.staleCount == 1)
        _ = turn.paused()
        #expect(turn.speechEnded(.endpoint, at: ms(500)).count == 2)
        #expect(turn.recognised(said, attempt: 1) == [])
        #expect(turn.recognised(nil, attempt: 2) == [.interpret(nil)])
    }

    @Test func `silence after the wake word ends the turn without a word`() {
        var turn = listening()
        #expect(
            turn.speechEnded(.noSpeech, at: ms(4_000)) == [
                .stopListening, .send(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .noSpeech))),
                .send(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .silence))), .closed(TurnID(1), .silence),
            ])
    }

    @Test
    func `an engine that fails during a pause is asked again at the end, and its last failure ends the turn`()
    {
        var turn = listening()
        _ = turn.paused()
        #expect(turn.recognitionFailed(attempt: 1) == [])
        #expect(turn.speechEnded(.endpoint, at: ms(500)).last == .recognise(attempt: 2))
        #expect(
            turn.recognitionFailed(attempt: 2) == [
                .send(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .failed))), .closed(TurnID(1), .failed),
            ])
    }

    @Test func `T14, T15: a barge-in stops the answer and opens a new turn`() {
        var turn = answering()
        #expect(
            turn.cancelled(TurnCancel(turn: TurnID(1), reason: .bargeIn)) == [
                .stopSpeaking(StreamID(1)), .closed(TurnID(1), .cancelled),
            ])
        #expect(turn.claimed(claim(2), at: ms(9)) == [grant(2), .startListening(claim(2))])
    }

    @Test func `T2: a claim beside an open turn, or with a number that does not rise, is denied`() {
        var turn = listening()
        let denied = HubTurn.Action.send(.deny(Deny(turn: TurnID(2), reason: .invalid)))
        #expect(turn.claimed(claim(2), at: ms(9)) == [denied])
        _ = turn.cancelled(TurnCancel(turn: TurnID(1), reason: .muted))
        #expect(turn.claimed(claim(1), at: ms(9)) == [.send(.deny(Deny(turn: TurnID(1), reason: .invalid)))])
        #expect(turn.claimed(claim(2), at: ms(9)).first == grant(2))
    }

    @Test func `T14: a wake word into an answer that was sent in full opens a new turn`() {
        var turn = answering()
        _ = turn.answerSent(StreamID(1), packetCount: 5, remaining: .seconds(2), at: ms(200))
        #expect(turn.claimed(claim(2), at: ms(300)).first == .closed(TurnID(1), .answered))
        #expect(turn.turn == TurnID(2))
    }

    @Test func `a relay that falls silent in mid-sentence ends the turn by itself`() {
        var turn = listening()
        #expect(turn.deadline == ms(1_500))
        #expect(
            turn.tick(at: ms(1_500)) == [
                .stopListening, .send(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .failed))),
                .closed(TurnID(1), .failed),
            ])
        var later = listening()
        _ = later.paused()
        _ = later.recognised(said, attempt: 1)
        #expect(later.tick(at: ms(1_500)).last == .interpret(said))
    }

    /// Every event in every state, early, late and twice: nothing traps, and time alone brings each back to idle.
    @Test func `from every state, by every event, the deadline leads back to idle`() {
        for (stateName, make) in states {
            for (eventName, event) in events {
                var turn = make()
                event(&turn)
                event(&turn)
                var now = ms(60_000)
                for _ in 0..<8 {
                    guard let deadline = turn.deadline else { break }
                    now = max(now, deadline)
                    // The shell interprets at once; do the same.
                    if turn.tick(at: now).contains(where: { if case .interpret = $0 { true } else { false } })
                    {
                        _ = turn.replied("", expectsReply: false, at: now)
                    }
                }
                if turn.deadline == nil { _ = turn.replied("", expectsReply: false, at: now) }
                #expect(turn.isIdle, "\(stateName) after \(eventName)")
            }
        }
    }

    private var states: [(String, () -> HubTurn)] {
        [
            ("idle", { HubTurn() }), ("listening", listening),
            (
                "attempt running",
                {
                    var turn = listening()
                    _ = turn.paused()
                    return turn
                }
            ),
            (
                "recognising",
                {
                    var turn = listening()
                    _ = turn.speechEnded(.endpoint, at: ms(100))
                    return turn
                }
            ),
            (
                "interpreting",
                {
                    var turn = listening()
                    _ = turn.speechEnded(.endpoint, at: ms(100))
                    _ = turn.recognised(said, attempt: 1)
                    return turn
                }
            ), ("answering", answering),
            (
                "draining",
                {
                    var turn = answering()
                    _ = turn.answerSent(StreamID(1), packetCount: 5, remaining: .zero, at: ms(200))
                    return turn
                }
            ),
        ]
    }

    private var events: [(String, (inout HubTurn) -> Void)] {
        [
            ("claim", { _ = $0.claimed(claim(7), at: ms(300)) }),
            ("cancel", { _ = $0.cancelled(TurnCancel(turn: TurnID(1), reason: .muted)) }),
            ("stale cancel", { _ = $0.cancelled(TurnCancel(turn: TurnID(99), reason: .muted)) }),
            ("packet", { $0.packetArrived(at: ms(300)) }), ("pause", { _ = $0.paused() }),
            ("resume", { $0.resumed() }), ("end", { _ = $0.speechEnded(.endpoint, at: ms(300)) }),
            ("no speech", { _ = $0.speechEnded(.noSpeech, at: ms(300)) }),
            ("result", { _ = $0.recognised(said, attempt: 1) }),
            ("engine failure", { _ = $0.recognitionFailed(attempt: 1) }),
            ("reply", { _ = $0.replied("Yes.", expectsReply: true, at: ms(300)) }),
            ("silent reply", { _ = $0.replied("", expectsReply: false, at: ms(300)) }),
            ("progress", { $0.answerProgressed(StreamID(1), at: ms(300)) }),
            (
                "sent",
                { _ = $0.answerSent(StreamID(1), packetCount: 3, remaining: .seconds(1), at: ms(300)) }
            ), ("synthesis failure", { _ = $0.synthesisFailed(StreamID(1)) }),
            (
                "drained",
                { _ = $0.drained(Drained(stream: StreamID(1), playedCount: 1, concealedCount: 0)) }
            ), ("relay lost", { _ = $0.relayLost() }), ("early tick", { _ = $0.tick(at: ms(0)) }),
            ("late tick", { _ = $0.tick(at: ms(90_000)) }),
        ]
    }

    private let said = HubTurn.Recognition(text: "turn on the lights", scorePerFrame: -20)

    private func listening() -> HubTurn {
        var turn = HubTurn()
        _ = turn.claimed(claim(1), at: ms(0))
        return turn
    }

    private func answering() -> HubTurn {
        var turn = listening()
        _ = turn.speechEnded(.endpoint, at: ms(100))
        _ = turn.recognised(said, attempt: 1)
        _ = turn.replied("Yes.", expectsReply: false, at: ms(110))
        return turn
    }

    private func claim(_ turn: UInt32) -> Claim {
        Claim(
            turn: TurnID(turn), stream: StreamID(turn), cause: .wakeWord, wakeStart: 4_800, wakeEnd: 16_000,
            level: DecibelsFullScale(clamping: -25), noiseFloor: DecibelsFullScale(clamping: -55))
    }

    private func grant(_ turn: UInt32) -> HubTurn.Action { .send(.grant(Grant(turn: TurnID(turn)))) }
    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
}
