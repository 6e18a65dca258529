import LoqaBase
import LoqaTestKit
import LoqaWire
import RelayCore
import Testing

/// Every event in every state, and long random lives: the relay is never deaf for longer than its deadlines allow.
struct RelaySessionSweepTests {
    private typealias Event = (
        name: String, apply: (inout RelaySession, RelayInstant) -> [RelaySession.Action]
    )

    @Test func `from every state, after every pair of events, time alone brings the relay back to armed`() {
        for (stateName, make) in states {
            for first in events {
                for second in events {
                    var session = make()
                    _ = first.apply(&session, ms(1_000))
                    _ = second.apply(&session, ms(1_001))
                    expectRest(of: &session, "\(stateName), \(first.name), \(second.name)")
                }
            }
        }
    }

    @Test(arguments: UInt64(0)..<300)
    func `whatever a life brings, sound is taken and given back in pairs and a wake is answered`(seed: UInt64)
    {
        var random = SeededGenerator(seed: seed)
        var session = RelaySession()
        var now = ms(0)
        var (uplinks, playbacks, captureStopped) = (Set<StreamID>(), Set<StreamID>(), false)
        for _ in 0..<400 {
            now = now + .milliseconds(Int.random(in: 0...900, using: &random))
            let event = events[Int.random(in: 0..<events.count, using: &random)]
            for action in event.apply(&session, now) {
                switch action {
                case .startUplink(let stream, _): uplinks.insert(stream)
                case .endUplink(let stream): #expect(uplinks.remove(stream) != nil, "\(event.name)")
                case .startPlayback(let stream, _): playbacks.insert(stream)
                case .stopPlayback(let stream): #expect(playbacks.remove(stream) != nil, "\(event.name)")
                case .stopCapture:
                    #expect(!captureStopped)
                    captureStopped = true
                case .startCapture:
                    #expect(captureStopped)
                    captureStopped = false
                case .send, .startRing, .stopRing, .play: break
                }
            }
            #expect(uplinks.count <= 1)
            if case .muted = session.state { #expect(captureStopped) } else { #expect(!captureStopped) }
            if case .speaking = session.state {} else { playbacks.removeAll() }
        }
        expectRest(of: &session, "seed \(seed)")
    }

    /// Lets time pass until nothing is due, restores what was switched off, and then wakes the relay.
    private func expectRest(of session: inout RelaySession, _ story: String) {
        for _ in 0..<64 {
            guard let deadline = session.deadline else { break }
            _ = session.tick(at: deadline)
        }
        #expect(session.deadline == nil, "\(story)")
        _ = session.muteChanged(false)
        _ = session.linkUp(at: ms(9_000_000))
        _ = session.tick(at: ms(9_001_000))
        _ = session.hearingChanged(true)
        #expect(session.state == .idle, "\(story)")
        #expect(session.light == .idle, "\(story)")
        let actions = session.wakeHeard(wake, at: ms(10_000_000))
        #expect(actions.contains { if case .startUplink = $0 { true } else { false } }, "\(story)")
    }

    private var events: [Event] {
        let frames: [(String, ControlFrame)] = [
            ("grant", .grant(Grant(turn: TurnID(1)))), ("stale grant", .grant(Grant(turn: TurnID(77)))),
            ("deny", .deny(Deny(turn: TurnID(1), reason: .busy))),
            ("speech end", .speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint))),
            ("answer", .answerStart(answer(turn: TurnID(1), expectsReply: false))),
            ("question", .answerStart(answer(turn: TurnID(1), expectsReply: true))),
            ("announcement", .answerStart(answer(turn: .none, expectsReply: false))),
            ("turn end", .turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered))),
            ("wake not meant", .turnEnd(TurnEnd(turn: TurnID(1), outcome: .notMeant))),
            ("failed turn", .turnEnd(TurnEnd(turn: TurnID(1), outcome: .failed))),
            ("ring", .ringStart(RingStart(ring: RingID(1)))),
            ("ring stop", .ringStop(RingStop(ring: RingID(1)))),
            ("ping", .ping(Probe(number: 1))),
        ]
        let report = Drained(stream: StreamID(1), playedCount: 1, concealedCount: 0)
        let own: [Event] = [
            ("link up", { session, now in session.linkUp(at: now) }),
            ("link down", { session, _ in session.linkDown() }),
            ("wake", { session, now in session.wakeHeard(wake, at: now) }),
            ("stop word", { session, _ in session.stopHeard() }),
            ("mute", { session, _ in session.muteChanged(true) }),
            ("unmute", { session, _ in session.muteChanged(false) }),
            ("deaf", { session, _ in session.hearingChanged(false) }),
            ("hearing", { session, _ in session.hearingChanged(true) }),
            ("dumb", { session, _ in session.speakingChanged(false) }),
            ("drained", { session, now in session.drained(report, position: SampleCount(99_000), at: now) }),
            (
                "media",
                { session, now in
                    session.mediaArrived(StreamID(1), at: now)
                    return []
                }
            ),
            (
                "complete",
                { session, now in
                    session.answerComplete(StreamID(1), remaining: .seconds(2), at: now)
                    return []
                }
            ), ("tick", { session, now in session.tick(at: now) }),
            ("late tick", { session, now in session.tick(at: now + .seconds(1_000)) }),
        ]
        return own + frames.map { name, frame in (name, { session, now in session.receive(frame, at: now) }) }
    }

    private var states: [(String, () -> RelaySession)] {
        let steps: [(String, (inout RelaySession) -> Void)] = [
            ("idle", { _ = $0.linkUp(at: ms(0)) }), ("claimed", { _ = $0.wakeHeard(wake, at: ms(0)) }),
            ("streaming", { _ = $0.receive(.grant(Grant(turn: TurnID(1))), at: ms(1)) }),
            (
                "waiting",
                { _ = $0.receive(.speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint)), at: ms(2)) }
            ),
            (
                "speaking",
                { _ = $0.receive(.answerStart(answer(turn: TurnID(1), expectsReply: true)), at: ms(3)) }
            ),
        ]
        var made: [(String, () -> RelaySession)] = [("offline", { start() })]
        for count in 1...steps.count {
            made.append(
                (
                    steps[count - 1].0,
                    {
                        var session = start()
                        for step in steps.prefix(count) { step.1(&session) }
                        return session
                    }
                ))
        }
        for isOnline in [false, true] {
            made.append(
                (
                    "muted",
                    {
                        var session = start()
                        if isOnline { _ = session.linkUp(at: ms(0)) }
                        _ = session.muteChanged(true)
                        return session
                    }
                ))
        }
        return made
    }

    private func start() -> RelaySession {
        var session = RelaySession()
        _ = session.hearingChanged(true)
        _ = session.speakingChanged(true)
        return session
    }

    private func answer(turn: TurnID, expectsReply: Bool) -> AnswerStart {
        AnswerStart(turn: turn, stream: StreamID(1), expectsReply: expectsReply)
    }

    private var wake: Wake {
        Wake(
            start: SampleCount(20_000), end: SampleCount(28_000), oldest: SampleCount(0),
            level: DecibelsFullScale(clamping: -25), noiseFloor: DecibelsFullScale(clamping: -55))
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
