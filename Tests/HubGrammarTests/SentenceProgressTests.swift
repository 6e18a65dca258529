import HubGrammar
import Testing

struct SentenceProgressTests {
    @Test func `a sentence begins, is complete, and may go on`() throws {
        let network = try SmallLanguage.network([
            ("A", [SmallLanguage.block(["turn on the lamp [in the {area}]", "turn on the lamp quickly"])])
        ])
        #expect(network.progress("") == .partial)
        #expect(network.progress("turn on") == .partial)
        #expect(network.progress("turn the") == .none)
        #expect(network.progress("boiled") == .none)
        guard case .complete(let middle) = network.progress("turn on the lamp"),
            case .complete(let last) = network.progress("turn on the lamp in the kitchen please")
        else {
            Issue.record("neither is complete")
            return
        }
        #expect(middle > 0 && middle < 0.5)
        #expect(last == 1)
    }

    @Test func `of two readings of the same words both count`() throws {
        // "fan on" is all of the first template and the beginning of the second.
        let network = try SmallLanguage.network([
            ("A", [SmallLanguage.block(["fan on", "{area} on"])]),
            ("B", [SmallLanguage.block(["fan on the roof"])]),
        ])
        guard case .complete(let share) = network.progress("fan on") else {
            Issue.record("it is complete")
            return
        }
        #expect(share > 0 && share < 1)
    }
}
