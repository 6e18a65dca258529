import HubSpeech
import LoqaBase
import LoqaTestKit
import SpeechFrames
import Testing

/// Every decision about an engine, on a made-up clock and without a process.
struct EngineDeskTests {
    private let grammar = SpeechGrammar(network: "#JSGF V1.0;", words: ["yes"])

    @Test
    func `requests wait until the engine is ready and go to it one at a time, the newest utterance first`() {
        var desk = EngineDesk()
        #expect(desk.begin(at: ms(0)) == [.start])
        #expect(desk.submit(utterance(1), at: ms(1)) == [])
        #expect(desk.submit(utterance(2), at: ms(2)) == [])
        #expect(desk.receive(.ready(engine: "x"), at: ms(3)) == [.send(.recognise(id: 2, utterance: [2]))])
        #expect(
            desk.receive(.noHypothesis(id: 2), at: ms(4)) == [
                .answer(2, .noHypothesis(id: 2)), .send(.recognise(id: 1, utterance: [1])),
            ])
        #expect(desk.receive(.noHypothesis(id: 1), at: ms(5)) == [.answer(1, .noHypothesis(id: 1))])
        #expect(desk.deadline == nil)
    }

    @Test func `of more than two waiting utterances the oldest gives way`() {
        var desk = readyDesk()
        for id in 1...3 { _ = desk.submit(utterance(UInt32(id)), at: ms(0)) }
        #expect(desk.submit(utterance(4), at: ms(0)) == [.fail(2, .busy)])
    }

    @Test func `of more than eight waiting texts the newest is refused`() {
        var desk = readyDesk()
        for id in 1...9 { _ = desk.submit(text(UInt32(id)), at: ms(0)) }
        #expect(desk.submit(text(10), at: ms(0)) == [.fail(10, .busy)])
    }

    @Test func `a grammar goes before utterances and is loaded again after a restart`() {
        var desk = readyDesk()
        let load = EngineDesk.Action.send(.loadGrammar(id: 1, network: grammar.network, words: grammar.words))
        #expect(desk.submit(.init(id: 1, work: .grammar(grammar)), at: ms(0)) == [load])
        let loaded = SpeechFrame.grammarLoaded(id: 1, unknownWords: [])
        #expect(desk.receive(loaded, at: ms(1)) == [.answer(1, loaded)])
        #expect(desk.processEnded("crash", at: ms(2)) == [.start])
        #expect(desk.submit(utterance(2), at: ms(3)) == [])
        let again = EngineDesk.Action.send(
            .loadGrammar(id: 0, network: grammar.network, words: grammar.words))
        #expect(desk.receive(.ready(engine: "x"), at: ms(4)) == [again])
        #expect(
            desk.receive(.grammarLoaded(id: 0, unknownWords: []), at: ms(5)) == [
                .send(.recognise(id: 2, utterance: [2]))
            ])
    }

    @Test func `a grammar that was refused is not loaded again`() {
        var desk = readyDesk()
        _ = desk.submit(.init(id: 1, work: .grammar(grammar)), at: ms(0))
        let failed = SpeechFrame.failed(id: 1, reason: "no")
        #expect(desk.receive(failed, at: ms(0)) == [.answer(1, failed)])
        _ = desk.processEnded("crash", at: ms(0))
        #expect(desk.receive(.ready(engine: "x"), at: ms(0)) == [])
    }

    @Test func `a crash fails every request, the next start is at once, later ones after longer and longer`()
    {
        var desk = readyDesk()
        _ = desk.submit(utterance(1), at: ms(0))
        _ = desk.submit(utterance(2), at: ms(0))
        #expect(
            desk.processEnded("x", at: ms(10)) == [.fail(1, .ended("x")), .fail(2, .ended("x")), .start])
        var (now, rests) = (ms(10), [Int64]())
        for _ in 0..<5 {
            #expect(desk.processEnded("x", at: now) == [])
            guard let until = desk.deadline else { return #expect(Bool(false)) }
            #expect(desk.timePassed(at: until - .nanoseconds(1)) == [])
            #expect(desk.timePassed(at: until) == [.start])
            rests.append((until - now).milliseconds)
            now = until
        }
        #expect(rests == [250, 500, 1_000, 1_000, 1_000])
        _ = desk.receive(.ready(engine: "x"), at: now)
        _ = desk.submit(utterance(3), at: now)
        _ = desk.receive(.noHypothesis(id: 3), at: now)
        #expect(desk.processEnded("x", at: now) == [.start])
    }

    @Test func `an engine that is not ready in time is unavailable`() {
        var desk = EngineDesk()
        _ = desk.begin(at: ms(0))
        _ = desk.submit(text(1), at: ms(0))
        #expect(desk.timePassed(at: ms(2_999)) == [])
        #expect(
            desk.timePassed(at: ms(3_000)) == [
                .kill, .fail(1, .unavailable("it was not ready in time")), .start,
            ])
    }

    @Test func `an utterance has 4 s, a text 3 s for each piece of sound`() {
        var desk = readyDesk()
        _ = desk.submit(utterance(1), at: ms(0))
        #expect(desk.deadline == ms(4_000))
        #expect(desk.timePassed(at: ms(4_000)) == [.kill, .fail(1, .timedOut), .start])
        desk = readyDesk()
        _ = desk.submit(text(1), at: ms(0))
        let sound = SpeechFrame.sound(id: 1, samples: [1])
        #expect(desk.receive(sound, at: ms(2_999)) == [.answer(1, sound)])
        #expect(desk.timePassed(at: ms(5_998)) == [])
        #expect(desk.timePassed(at: ms(5_999)) == [.kill, .fail(1, .timedOut), .start])
    }

    @Test func `a withdrawn request ends at once, whether it waits or runs`() {
        var desk = readyDesk()
        _ = desk.submit(text(1), at: ms(0))
        _ = desk.submit(text(2), at: ms(0))
        #expect(desk.withdraw(2) == [.withdrawn(2)])
        #expect(desk.withdraw(1) == [.withdrawn(1), .send(.cancel(id: 1))])
        #expect(desk.withdraw(1) == [])
        #expect(desk.receive(.sound(id: 1, samples: [1]), at: ms(1)) == [])
        #expect(desk.submit(text(3), at: ms(1)) == [])
        #expect(desk.receive(.spoken(id: 1), at: ms(2)) == [.send(.speak(id: 3, text: "3"))])
        #expect(desk.withdraw(99) == [])
    }

    @Test func `an answer that nobody asked for ends the engine`() {
        for frame in [SpeechFrame.spoken(id: 1), .sound(id: 1, samples: [1]), .noHypothesis(id: 9)] {
            var desk = readyDesk()
            _ = desk.submit(utterance(1), at: ms(0))
            let actions = desk.receive(frame, at: ms(0))
            #expect(actions.first == .kill && actions.last == .start && actions.count == 3)
        }
    }

    @Test func `after the stop nothing is started and every request fails`() {
        var desk = readyDesk()
        _ = desk.submit(utterance(1), at: ms(0))
        let stopped = EngineFailure.unavailable("it was stopped")
        #expect(desk.stop() == [.fail(1, stopped), .kill])
        #expect(desk.processEnded("x", at: ms(0)) == [])
        #expect(desk.submit(text(2), at: ms(0)) == [.fail(2, stopped)])
        #expect(desk.deadline == nil)
    }

    /// Whatever happens, each request gets exactly one final answer.
    @Test(arguments: UInt64(0)..<200) func `every request ends once`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var desk = EngineDesk()
        var (now, id, open, sent) = (ms(0), UInt32(0), Set<UInt32>(), SpeechFrame.cancel(id: 0))
        func account(_ actions: [EngineDesk.Action]) {
            for action in actions {
                switch action {
                case .fail(let id, _), .withdrawn(let id): #expect(open.remove(id) != nil)
                case .answer(let id, .sound): #expect(open.contains(id))
                case .answer(let id, _): #expect(open.remove(id) != nil)
                case .send(let frame): sent = frame
                case .start, .kill: break
                }
            }
        }
        account(desk.begin(at: now))
        for _ in 0..<300 {
            now = now + .milliseconds(Int.random(in: 0...900, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1, 2:
                id += 1
                open.insert(id)
                let jobs = [utterance(id), text(id), .init(id: id, work: .grammar(grammar))]
                account(desk.submit(jobs[Int.random(in: 0..<3, using: &random)], at: now))
            case 3: account(desk.withdraw(UInt32.random(in: 0...id, using: &random)))
            case 4: account(desk.processEnded("x", at: now))
            case 5: account(desk.receive(.ready(engine: "x"), at: now))
            case 6, 7, 8: account(desk.receive(answer(to: sent), at: now))
            case _: account(desk.timePassed(at: now))
            }
        }
        account(desk.stop())
        #expect(open.isEmpty)
    }

    private func answer(to frame: SpeechFrame) -> SpeechFrame {
        switch frame {
        case .loadGrammar(let id, _, _): .grammarLoaded(id: id, unknownWords: [])
        case .recognise(let id, _): .noHypothesis(id: id)
        case .speak(let id, _), .cancel(let id): .spoken(id: id)
        case .ready, .grammarLoaded, .hypothesis, .noHypothesis, .sound, .spoken, .failed: frame
        }
    }

    private func ms(_ count: Int) -> HubInstant { HubInstant(sinceOrigin: .milliseconds(count)) }
    private func utterance(_ id: UInt32) -> EngineDesk.Job { .init(id: id, work: .utterance([Int16(id)])) }
    private func text(_ id: UInt32) -> EngineDesk.Job { .init(id: id, work: .text("\(id)")) }

    private func readyDesk() -> EngineDesk {
        var desk = EngineDesk()
        _ = desk.begin(at: ms(0))
        _ = desk.receive(.ready(engine: "x"), at: ms(0))
        return desk
    }
}
