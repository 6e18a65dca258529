import HubSpeech
import Synchronization
import Testing

struct GrammarKeeperTests {
    private struct Refusal: Error {}

    @Test func `the old grammar serves until the new one is made, and after one that fails`() async {
        let keeper = GrammarKeeper<String, SpeechGrammar> { name in
            if name == "bad" { throw Refusal() }
            return SpeechGrammar(network: name, words: [])
        }
        #expect(await keeper.current == nil)
        #expect(await keeper.change(to: "one") == .replaced)
        #expect(await keeper.change(to: "bad") == .failed("Refusal()"))
        #expect(await keeper.current?.network == "one")
        #expect(await keeper.change(to: "two") == .replaced)
        #expect(await keeper.current?.network == "two")
    }

    @Test func `of many changes at once the newest is in force, and not all are made`() async {
        let gate = Mutex<[Int]>([])
        let keeper = GrammarKeeper<Int, SpeechGrammar> { number in
            gate.withLock { $0.append(number) }
            return SpeechGrammar(network: "\(number)", words: [])
        }
        let outcomes = await withTaskGroup(of: GrammarKeeper<Int, SpeechGrammar>.Outcome.self) { group in
            for number in 0..<50 { group.addTask { await keeper.change(to: number) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == .replaced }.count >= 1)
        #expect(outcomes.allSatisfy { $0 == .replaced || $0 == .superseded })
        let made = gate.withLock { $0 }
        #expect(await keeper.current?.network == made.last.map { "\($0)" })
    }
}
