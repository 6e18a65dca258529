import HubGrammar
import HubLanguage
import Testing

struct JoinedNetworkTests {
    private static func plain(_ sentences: [String]) -> WordNetwork {
        var arcs: [WordNetwork.WordArc] = []
        var states = 2
        for sentence in sentences {
            let words = sentence.split(separator: " ").map(String.init)
            var place = 0
            for (index, word) in words.enumerated() {
                let next = index == words.count - 1 ? 1 : states
                if next == states { states += 1 }
                arcs.append(.init(from: place, to: next, word: word))
                place = next
            }
        }
        return WordNetwork(stateCount: states, end: 1, arcs: arcs)
    }

    @Test func `joined networks have the sentences of each and no mixture`() throws {
        let joined = WordNetwork.joined([
            .init(Self.plain(["ring the bell", "sweep the hearth"]), share: 1),
            .init(try SmallLanguage.network(), share: 1),
        ])
        for sentence in ["ring the bell", "sweep the hearth", "what time is it", "turn on the floor lamp"] {
            #expect(joined.takes(sentence), "\(sentence)")
        }
        for sentence in ["ring the floor lamp", "sweep the", "", "turn on the hearth"] {
            #expect(!joined.takes(sentence), "\(sentence)")
        }
        #expect(joined.progress("sweep the") == .partial)
        #expect(joined.words == joined.words.sorted() && Set(joined.words).count == joined.words.count)
    }

    @Test func `the ways on of every state share all of its probability`() throws {
        let joined = WordNetwork.joined([
            .init(Self.plain(["ring the bell", "ring out"]), share: 3),
            .init(try SmallLanguage.network(), share: 0.5),
        ])
        var sums: [Int32: Double] = [:]
        for arc in joined.arcs { sums[arc.from, default: 0] += arc.probability }
        #expect(sums.count == joined.stateCount - 1 && sums[joined.end] == nil)
        for (state, sum) in sums { #expect(abs(sum - 1) < 1e-9, "state \(state)") }
    }

    @Test func `a part that is seldom said is seldom drawn`() throws {
        let joined = WordNetwork.joined([
            .init(Self.plain(["ring"]), share: 0.9), .init(Self.plain(["ring out"]), share: 0.1),
        ])
        #expect(joined.progress("ring") == .complete(endShare: 0.9))
    }

    @Test func `a sentence that only answers a question stands where one is open`() throws {
        var block = SmallLanguage.block(["certainly"])
        block.requires = [ContextRule(key: "awaiting", allowed: [.text("choice"), .text("slot")])]
        let intents = [("Yes", [block]), ("Time", [SmallLanguage.block(["what time is it"])])]
        let plain = try SmallLanguage.network(intents)
        #expect(!plain.takes("certainly") && plain.takes("what time is it"))
        for (context, isTaken) in [("choice", true), ("slot", true), ("nothing", false)] {
            var options = NetworkBuilder.Options()
            options.context = ["awaiting": .text(context), "unheard of": .text("x")]
            let network = try SmallLanguage.network(intents, options: options)
            #expect(network.takes("certainly") == isTaken && network.takes("what time is it"), "\(context)")
        }
    }
}
