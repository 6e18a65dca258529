import LoqaBase
import LoqaWire
import RelayCore
import Testing

/// The relay's side of a turn, on a made-up clock.
struct RelaySessionTests {
    @Test func `T1, T3: a wake word claims the turn and streams at once, from before the word`() {
        var session = idle()
        let actions = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(0))
        #expect(actions == [.send(.claim(claim(1))), .startUplink(StreamID(1), from: SampleCount(4_000))])
        #expect(session.light == .idle)
        #expect(session.deadline == ms(1_000))
        _ = session.receive(.grant(Grant(turn: TurnID(1))), at: ms(5))
        #expect(session.light == .listening)
    }

    @Test func `T6, T8, T10: speech end, answer and drained lead back to idle`() {
        var session = streaming()
        let end = SpeechEnd(turn: TurnID(1), reason: .endpoint)
        #expect(session.receive(.speechEnd(end), at: ms(200)) == [.endUplink(StreamID(1))])
        #expect(session.light == .thinking)
        #expect(
            session.receive(.answerStart(answer()), at: ms(300)) == [
                .startPlayback(StreamID(1), presentAt: nil)
            ])
        let turnEnd = TurnEnd(turn: TurnID(1), outcome: .answered)
        #expect(session.receive(.turnEnd(turnEnd), at: ms(400)) == [])
        #expect(session.light == .speaking)
        #expect(
            session.drained(report, position: SampleCount(90_000), at: ms(900)) == [.send(.drained(report))])
        #expect(session.state == .idle)
    }

    @Test func `T4, T13: a question opens the microphone on the relay's own drained, and not before`() {
        var session = waiting()
        _ = session.receive(.answerStart(answer(expectsReply: true)), at: ms(300))
        #expect(session.receive(.turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered)), at: ms(310)) == [])
        let actions = session.drained(report, position: SampleCount(90_000), at: ms(900))
        #expect(actions.count == 3)
        #expect(actions[0] == .send(.drained(report)))
        #expect(actions[2] == .startUplink(StreamID(2), from: SampleCount(86_800)))
        guard case .send(.claim(let claim)) = actions[1] else {
            Issue.record("no claim followed the question")
            return
        }
        #expect(claim.cause == .followUp)
        #expect((claim.wakeStart, claim.wakeEnd) == (0, 0))
        #expect(claim.turn == TurnID(2))
    }

    @Test func `T14: a wake word during an answer stops it and claims a new turn`() {
        var session = speaking()
        let actions = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(5_000))
        #expect(actions[0] == .stopPlayback(StreamID(1)))
        #expect(actions[1] == .send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .bargeIn))))
        #expect(session.turn == TurnID(2))
    }

    @Test func `T18: a stop word ends the answer without a turn, and is nothing while nothing sounds`() {
        var session = speaking()
        #expect(session.isSounding)
        #expect(
            session.stopHeard() == [
                .stopPlayback(StreamID(1)),
                .send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .stopWord))),
            ])
        #expect(session.state == .idle)
        #expect(session.counters.stopCount == 1)
        for session in [idle(), idleAfterWake(), streaming(), waiting(), RelaySession(), session] {
            var session = session
            let before = session.state
            #expect(!session.isSounding)
            #expect(session.stopHeard() == [])
            #expect(session.state == before)
        }
    }

    @Test func `T18: a stop word ends an announcement, which has no turn to cancel`() {
        var session = idle()
        let announcement = AnswerStart(turn: .none, stream: StreamID(4), expectsReply: true)
        _ = session.receive(.answerStart(announcement), at: ms(0))
        #expect(session.stopHeard() == [.stopPlayback(StreamID(4))])
        // What was cut short does not drain, so its question is not listened for.
        let late = Drained(stream: StreamID(4), playedCount: 1, concealedCount: 0)
        #expect(session.drained(late, position: SampleCount(9_000), at: ms(9)) == [])
    }

    @Test func `a button opens a turn without a wake word, and ends what sounds`() {
        var session = idle()
        let actions = session.buttonPressed(position: SampleCount(90_000), at: ms(0))
        guard case .send(.claim(let claim))? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect((claim.cause, claim.wakeEnd) == (.button, 0))
        #expect(actions.last == .startUplink(StreamID(1), from: SampleCount(86_800)))
        #expect(session.buttonPressed(position: SampleCount(99_000), at: ms(1)) == [])
        var speaking = speaking()
        let stopped = speaking.buttonPressed(position: SampleCount(0), at: ms(900))
        #expect(stopped.first == .stopPlayback(StreamID(1)))
        #expect(speaking.state == .idle)
    }

    @Test func `R5: a stop word ends every ring here, and the hub learns of each`() {
        var session = idle()
        for ring in 1...2 as ClosedRange<UInt32> {
            _ = session.receive(.ringStart(RingStart(ring: RingID(ring))), at: ms(0))
        }
        #expect(
            session.stopHeard() == [
                .stopRing, .send(.ringSilenced(RingSilenced(ring: RingID(1)))),
                .send(.ringSilenced(RingSilenced(ring: RingID(2)))),
            ])
        #expect(!session.isRinging)
        _ = session.receive(.ringStart(RingStart(ring: RingID(3))), at: ms(0))
        _ = session.linkDown()
        #expect(session.stopHeard() == [.stopRing])
    }

    @Test func `T19: a wake word that was none ends the turn without a sound, and is not claimed again`() {
        for var session in [idleAfterWake(), streaming(), waiting()] {
            let wasStreaming = session.light != .thinking
            let end = TurnEnd(turn: TurnID(1), outcome: .notMeant)
            let actions = session.receive(.turnEnd(end), at: ms(300))
            #expect(actions == (wasStreaming ? [.endUplink(StreamID(1))] : []))
            #expect(session.state == .idle)
            #expect(session.counters.rejectedWakeCount == 1)
            _ = session.linkDown()
            #expect(session.linkUp(at: ms(400)).count == 1)
        }
    }

    @Test func `T7, T9, T11, T12: each wait has its deadline, after which the relay cancels and is armed`() {
        let waits: [(RelaySession, Int)] = [
            (idleAfterWake(), 1_000), (streaming(), 15_000), (waiting(), 8_200), (speaking(), 2_300),
        ]
        for (session, deadline) in waits {
            var session = session
            #expect(session.tick(at: ms(deadline - 1)).isEmpty)
            let actions = session.tick(at: ms(deadline))
            #expect(actions.contains(.send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .deadline)))))
            #expect(session.state == .idle)
            #expect(session.counters.deadlineCount == 1)
        }
    }

    @Test func `T11: each packet of an answer gives it more time, and its known end as much as it takes`() {
        var session = speaking()
        session.mediaArrived(StreamID(1), at: ms(2_000))
        #expect(session.deadline == ms(4_000))
        session.answerComplete(StreamID(1), remaining: .seconds(3), at: ms(3_000))
        #expect(session.deadline == ms(8_000))
        session.mediaArrived(StreamID(9), at: ms(5_000))
        #expect(session.deadline == ms(8_000))
    }

    @Test func `T16: frames about what is over or unknown change nothing and are counted`() {
        var session = streaming()
        let stale: [ControlFrame] = [
            .grant(Grant(turn: TurnID(9))), .deny(Deny(turn: TurnID(9), reason: .busy)),
            .speechEnd(SpeechEnd(turn: TurnID(9), reason: .endpoint)), .answerStart(answer()),
            .turnEnd(TurnEnd(turn: TurnID(9), outcome: .answered)), .ringStop(RingStop(ring: RingID(9))),
        ]
        let before = session.state
        for frame in stale { #expect(session.receive(frame, at: ms(20)) == []) }
        #expect(session.state == before)
        #expect(session.counters.staleFrameCount == stale.count)
    }

    @Test func `T17: an announcement is played when nobody is served, and ignored otherwise`() {
        let announcement = AnswerStart(turn: .none, stream: StreamID(4), expectsReply: false)
        var session = idle()
        #expect(
            session.receive(.answerStart(announcement), at: ms(0)) == [
                .startPlayback(StreamID(4), presentAt: nil)
            ])
        session = streaming()
        #expect(session.receive(.answerStart(announcement), at: ms(20)) == [])
    }

    @Test func `S1: the hub is told what works after each welcome and after each change, and not otherwise`()
    {
        var session = RelaySession()
        #expect(session.hearingChanged(true) == [])
        let first = Status(isMuted: false, canHear: true, canSpeak: false)
        #expect(session.linkUp(at: ms(0)) == [.send(.status(first))])
        #expect(session.hearingChanged(true) == [])
        #expect(
            session.speakingChanged(true)
                == [.send(.status(Status(isMuted: false, canHear: true, canSpeak: true)))])
    }

    @Test func `T7: the time to stream counts from the claim, however late the grant`() {
        var session = idle()
        _ = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(0))
        _ = session.receive(.grant(Grant(turn: TurnID(1))), at: ms(900))
        #expect(session.deadline == ms(15_000))
    }

    @Test func `T14, T17: an announcement that is cut short cancels no turn, whatever cuts it`() {
        let announcement = AnswerStart(turn: .none, stream: StreamID(4), expectsReply: false)
        var session = idle()
        _ = session.receive(.answerStart(announcement), at: ms(0))
        let (playing, stop) = (session, RelaySession.Action.stopPlayback(StreamID(4)))
        #expect(session.tick(at: ms(2_000)) == [stop])
        session = playing
        let muted = Status(isMuted: true, canHear: true, canSpeak: true)
        #expect(session.muteChanged(true) == [.stopCapture, stop, .send(.status(muted))])
        session = playing
        let actions = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(5))
        #expect(actions.first == stop)
        #expect(actions.dropFirst().first == .send(.claim(claim(1))))
    }

    @Test func `the same word heard twice is one wake`() {
        var session = idle()
        _ = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(0))
        #expect(session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(500)) == [])
        #expect(session.counters.refractoryWakeCount == 1)
    }

    @Test func `the pre-roll never reaches before the oldest sample held`() {
        var session = idle()
        var early = wake(start: 3_000, end: 9_000)
        #expect(
            session.wakeHeard(early, at: ms(0)).last == .startUplink(StreamID(1), from: SampleCount(0)))
        session = idle()
        early.oldest = SampleCount(4_000)
        let actions = session.wakeHeard(early, at: ms(0))
        #expect(actions.last == .startUplink(StreamID(1), from: SampleCount(4_000)))
        guard case .send(.claim(let claim)) = actions[0] else { return }
        #expect(claim.wakeStart == 0)
        #expect(claim.wakeEnd == 5_000)
    }

    @Test func `mute stops the capture device, cancels the turn, and is shown whatever else happens`() {
        var session = streaming()
        let actions = session.muteChanged(true)
        #expect(
            actions == [
                .stopCapture, .endUplink(StreamID(1)),
                .send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .muted))),
                .send(.status(Status(isMuted: true, canHear: true, canSpeak: true))),
            ])
        #expect(session.wakeHeard(wake(start: 1, end: 2), at: ms(9_000)) == [])
        _ = session.linkDown()
        _ = session.hearingChanged(false)
        #expect(session.light == .muted)
        _ = session.linkUp(at: ms(0))
        #expect(session.muteChanged(false).first == .startCapture)
        #expect(session.state == .idle)
    }

    @Test func `a relay that cannot hear never shows idle`() {
        var session = idle()
        _ = session.hearingChanged(false)
        #expect(session.light == .cannotHear)
        _ = session.linkDown()
        #expect(session.light == .cannotHear)
        _ = session.hearingChanged(true)
        #expect(session.light == .offline)
    }

    @Test func `a microphone lost in mid-sentence cancels the turn and says so`() {
        var session = streaming()
        let actions = session.hearingChanged(false)
        #expect(actions.contains(.send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .microphoneLost)))))
        #expect(actions.contains(.play(.failed)))
        #expect(session.state == .idle)
    }

    @Test func `R1, R2, R3: a ring is started once, survives the link, and ends by itself`() {
        var session = idle()
        let start = ControlFrame.ringStart(RingStart(ring: RingID(4)))
        #expect(session.receive(start, at: ms(0)) == [.startRing])
        #expect(session.receive(start, at: ms(1)) == [])
        #expect(session.light == .ringing)
        _ = session.linkDown()
        #expect(session.isRinging)
        #expect(session.tick(at: ms(899_999)) == [])
        #expect(session.tick(at: ms(900_000)) == [.stopRing])
        #expect(!session.isRinging)
    }

    @Test func `R4: after a reconnect a ring that the hub does not name again stops`() {
        var session = idle()
        for ring in 1...2 as ClosedRange<UInt32> {
            _ = session.receive(.ringStart(RingStart(ring: RingID(ring))), at: ms(0))
        }
        _ = session.linkDown()
        _ = session.linkUp(at: ms(5_000))
        #expect(session.receive(.ringStart(RingStart(ring: RingID(2))), at: ms(5_010)) == [])
        #expect(session.deadline == ms(6_000))
        #expect(session.tick(at: ms(6_000)) == [])
        #expect(session.isRinging)
        #expect(session.receive(.ringStop(RingStop(ring: RingID(2))), at: ms(6_100)) == [.stopRing])
    }

    @Test func `rings beyond the limit are refused and counted`() {
        var session = idle()
        for ring in 1...9 as ClosedRange<UInt32> {
            _ = session.receive(.ringStart(RingStart(ring: RingID(ring))), at: ms(0))
        }
        #expect(session.counters.refusedRingCount == 1)
        for ring in 1...8 as ClosedRange<UInt32> {
            let actions = session.receive(.ringStop(RingStop(ring: RingID(ring))), at: ms(1))
            #expect(actions == (ring == 8 ? [.stopRing] : []))
        }
    }

    @Test func `N5, L4: a lost link voids the turn, and numbers begin again with each connection`() {
        var session = streaming()
        _ = session.receive(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint)), at: ms(20))
        #expect(session.linkDown() == [])
        _ = session.linkUp(at: ms(0))
        #expect(
            session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(9_000)).first
                == .send(.claim(claim(1))))
    }

    @Test func `L8: a talker who is cut off is heard from the wake word on, when the link is back in time`() {
        for (back, isHeard) in [(500, true), (2_999, true), (3_000, false)] {
            var session = streaming()
            #expect(session.linkDown() == [.endUplink(StreamID(1))])
            let actions = session.linkUp(at: ms(back))
            #expect(actions.contains(.send(.claim(claim(1)))) == isHeard, "\(back) ms")
            #expect(actions.contains { if case .startUplink = $0 { true } else { false } } == isHeard)
        }
    }

    @Test func `L8: a wake word without a link waits for it, and fails aloud when it does not come`() {
        var session = idle()
        _ = session.linkDown()
        #expect(session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(0)) == [])
        #expect(session.deadline == ms(3_000))
        var waiting = session
        #expect(waiting.linkUp(at: ms(2_000)).contains(.send(.claim(claim(1)))))
        #expect(session.tick(at: ms(3_000)) == [.play(.failed)])
        #expect(session.linkUp(at: ms(3_100)).count == 1)
    }

    @Test func `L8: a turn that was heard to its end, denied or muted is not claimed again`() {
        var heard = streaming()
        _ = heard.receive(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint)), at: ms(20))
        var denied = idleAfterWake()
        _ = denied.receive(.deny(Deny(turn: TurnID(1), reason: .busy)), at: ms(20))
        var muted = streaming()
        _ = muted.muteChanged(true)
        for var session in [heard, denied, muted] {
            _ = session.linkDown()
            #expect(session.linkUp(at: ms(100)).count == 1)
        }
    }
}

// MARK: - Helpers

extension RelaySessionTests {
    private func idle() -> RelaySession {
        var session = RelaySession()
        _ = session.hearingChanged(true)
        _ = session.speakingChanged(true)
        _ = session.linkUp(at: ms(0))
        return session
    }

    private func idleAfterWake() -> RelaySession {
        var session = idle()
        _ = session.wakeHeard(wake(start: 20_000, end: 28_000), at: ms(0))
        return session
    }

    private func streaming() -> RelaySession {
        var session = idleAfterWake()
        _ = session.receive(.grant(Grant(turn: TurnID(1))), at: ms(10))
        return session
    }

    private func waiting() -> RelaySession {
        var session = streaming()
        _ = session.receive(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint)), at: ms(200))
        return session
    }

    private func speaking() -> RelaySession {
        var session = waiting()
        _ = session.receive(.answerStart(answer()), at: ms(300))
        return session
    }

    private var report: Drained { Drained(stream: StreamID(1), playedCount: 20, concealedCount: 0) }

    private func answer(expectsReply: Bool = false) -> AnswerStart {
        AnswerStart(turn: TurnID(1), stream: StreamID(1), expectsReply: expectsReply)
    }

    private func wake(start: Int64, end: Int64) -> Wake {
        Wake(
            start: SampleCount(start), end: SampleCount(end), oldest: SampleCount(0),
            level: DecibelsFullScale(clamping: -25), noiseFloor: DecibelsFullScale(clamping: -55))
    }

    private func claim(_ number: UInt32) -> Claim {
        Claim(
            turn: TurnID(number), stream: StreamID(number), cause: .wakeWord, wakeStart: 16_000,
            wakeEnd: 24_000,
            level: DecibelsFullScale(clamping: -25), noiseFloor: DecibelsFullScale(clamping: -55))
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
