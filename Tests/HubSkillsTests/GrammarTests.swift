import Foundation
import HubSkills
import HubUnderstanding
import LoqaBase
import LoqaTestKit
import Testing

/// What the recogniser is told to listen for, against what is understood.
struct GrammarTests {
    private static let intents: [String] =
        HouseIntent.allCases.map(\.rawValue) + ClockIntent.allCases.map(\.rawValue)
        + TimerIntent.allCases.map(\.rawValue) + HelpIntent.allCases.map(\.rawValue)

    @Test func `sentences drawn from the grammar are understood with the intent they were drawn from`() throws
    {
        let assistant = try DemoHome.assistant()
        let grammar = assistant.grammar(wakePhrases: [], wake: .absent, awaiting: nil)
        let sampler = try GrammarSampler(grammar.jsgf)
        var random = SeededGenerator(seed: 1)
        for intent in Self.intents {
            for _ in 0..<150 {
                let words = sampler.sentence(from: "<\(intent)>", using: &random)
                let match = assistant.match(words)
                #expect(match?.intent == intent, "\(words.joined(separator: " "))")
                let completeness = assistant.completeness(of: words.joined(separator: " "))
                #expect(
                    completeness != .unknown && completeness != .partial, "\(words.joined(separator: " "))")
            }
        }
    }

    @Test func `the acceptor says the same sentences as the grammar`() throws {
        let assistant = try DemoHome.assistant()
        let grammar = assistant.grammar(wakePhrases: ["hey computer"], wake: .optional, awaiting: nil)
        let rules = try GrammarSampler(grammar.jsgf)
        let acceptor = assistant.acceptor(wakePhrases: ["hey computer"], wake: .optional, awaiting: nil)
        let network = NetworkSampler(acceptor.sphinxText)
        #expect(network.sums.values.allSatisfy { (0.999...1.0001).contains($0) })
        var random = SeededGenerator(seed: 6)
        for _ in 0..<500 {
            let said = rules.sentence(from: "<sentence>", using: &random)
            #expect(acceptor.accepts(said), "\(said.joined(separator: " "))")
            let heard = network.sentence(using: &random).joined(separator: " ")
            let completeness = assistant.completeness(of: heard)
            #expect(completeness != .unknown && completeness != .partial, "\(heard)")
        }
        #expect(!acceptor.accepts(["turn", "on", "the"]) && !acceptor.accepts(["banana"]))
    }

    @Test func `the acceptor of a home stays small enough to decode`() throws {
        let acceptor = try DemoHome.assistant()
            .acceptor(wakePhrases: ["hey computer"], wake: .optional, awaiting: nil)
        // Measured with pocketsphinx: 8,200 arcs decode at a tenth to a fifth of real time on one core.
        #expect(acceptor.arcCount < 9_000)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: dictionary)))
    func `the pronunciation dictionary knows every word of the demo's grammar`() throws {
        let text = try String(contentsOfFile: Self.dictionary, encoding: .utf8)
        let known = Set(text.split(separator: "\n").map { String($0.prefix { $0 != " " }) })
        let question = PendingQuestion(.timerLength(name: nil))
        let acceptor = try DemoHome.assistant()
            .acceptor(wakePhrases: ["hey computer"], wake: .optional, awaiting: question)
        #expect(acceptor.words.filter { !known.contains($0) } == [])
    }

    /// Of the Debian package pocketsphinx-en-us.
    private static let dictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"

    @Test func `every beginning of a sentence can go on`() throws {
        let assistant = try DemoHome.assistant()
        let sampler = try GrammarSampler(
            assistant.grammar(wakePhrases: [], wake: .absent, awaiting: nil).jsgf)
        var random = SeededGenerator(seed: 2)
        for _ in 0..<300 {
            let words = sampler.sentence(
                from: "<\(Self.intents.randomElement(using: &random)!)>", using: &random)
            for length in 1..<max(words.count, 2) where length < words.count {
                let beginning = words.prefix(length).joined(separator: " ")
                let completeness = assistant.completeness(of: beginning)
                let goesOn = completeness == .partial || completeness == .complete(canContinue: true)
                #expect(goesOn, "\(beginning) | \(words.joined(separator: " "))")
            }
        }
    }

    @Test(arguments: [
        ("turn", Completeness.partial), ("turn on the living", .partial), ("banana", .unknown),
        ("turn on the lights", .complete(canContinue: true)),
        ("turn on the kitchen lights", .complete(canContinue: false)),
        ("turn on the lights in the kitchen", .complete(canContinue: false)),
        ("hey computer what time is it", .complete(canContinue: true)),
        ("set a timer for twenty", .partial), ("set the lights to twenty", .complete(canContinue: true)),
        ("set the lights to twenty percent", .complete(canContinue: false)), ("", .unknown),
        ("turn on the dishwasher", .complete(canContinue: true)), ("turn on the flux capacitor", .unknown),
        ("stop", .complete(canContinue: true)), ("never mind", .complete(canContinue: false)),
    ])
    func `a text is complete if it is a sentence, and says whether it may go on`(
        text: String, expected: Completeness
    ) throws {
        #expect(try DemoHome.assistant().completeness(of: text) == expected)
    }

    @Test func `its words are spoken plainly, its rules all exist, and the acceptor knows the same words`()
        throws
    {
        let assistant = try DemoHome.assistant()
        for awaiting in [nil, PendingQuestion(.timerLength(name: nil))] {
            let wake = ["hey computer"]
            let grammar = assistant.grammar(wakePhrases: wake, wake: .optional, awaiting: awaiting)
            let acceptor = assistant.acceptor(wakePhrases: wake, wake: .optional, awaiting: awaiting)
            #expect(try GrammarSampler(grammar.jsgf).vocabulary() == Set(acceptor.words))
            #expect(acceptor.words == acceptor.words.sorted())
        }
    }

    @Test func `the wake phrase is absent, optional or mandatory as asked, and answers need a question`()
        throws
    {
        let assistant = try DemoHome.assistant()
        func grammar(_ wake: WakePhraseUse, _ awaiting: PendingQuestion? = nil) -> String {
            assistant.grammar(wakePhrases: ["hey computer"], wake: wake, awaiting: awaiting).jsgf
        }
        #expect(!grammar(.absent).contains("hey computer"))
        #expect(grammar(.optional).contains("= [hey computer] "))
        #expect(grammar(.mandatory).contains("= (hey computer) "))
        #expect(!grammar(.absent).contains("<Yes>"))
        #expect(grammar(.absent, PendingQuestion(.timerLength(name: nil))).contains("<ChooseLength>"))
    }
}
