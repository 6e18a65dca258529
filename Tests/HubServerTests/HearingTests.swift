import HubGrammar
import HubHome
import HubServer
import HubSkills
import HubSpeech
import LoqaBase
import LoqaWire
import Testing

extension HubServerTests {
    /// What a hub gives its recogniser to hear, beside everything else it does.
    @Suite(.serialized)
    struct HearingTests {
        private struct TooLarge: Error {}

        /// One sentence that the built-in ones do not have.
        private static let make: MakeHearing = { assistant in
            func network(_ sentence: String) -> WordNetwork {
                let words = sentence.split(separator: " ").map(String.init)
                let arcs = words.enumerated().map {
                    WordNetwork.WordArc(from: $0.offset, to: $0.offset + 1, word: $0.element)
                }
                return WordNetwork(stateCount: words.count + 1, end: words.count, arcs: arcs)
            }
            let plain = WordNetwork.Part(network("brew some espresso"), share: 1)
            return Hearing(
                of: assistant, wakePhrases: ["hey computer"], plain: [plain],
                answering: [plain, .init(network("certainly"), share: 1)])
        }

        private func takes(_ network: WordNetwork, _ sentence: String) -> Bool {
            let progress = network.progress(of: sentence.split(separator: " ").map(String.init))
            return if case .complete = progress { true } else { false }
        }

        @Test func `the built-in sentences are heard until the whole grammar is made`() async throws {
            let house = try await TestHub(makeHearing: Self.make)
            var grammars = house.recogniser.grammars.makeAsyncIterator()
            let first = try #require(await grammars.next())
            #expect(first.words.contains("lights") && !first.words.contains("espresso"))
            let second = try #require(await grammars.next())
            #expect(second.words.contains("lights") && second.words.contains("espresso"))
            try await house.stop()
        }

        @Test
        func `a grammar that the recogniser refuses is not offered again, and the hub hears without it`()
            async throws
        {
            let house = try await TestHub(refuses: "espresso", makeHearing: Self.make)
            var grammars = house.recogniser.grammars.makeAsyncIterator()
            var offered: [Bool] = []
            for _ in 0..<3 { offered.append(try #require(await grammars.next()).words.contains("espresso")) }
            #expect(offered == [false, true, false])
            let relay = try TestRelay(port: house.listener.port)
            _ = try relay.join()
            try relay.speak(turn: 1)
            _ = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
            #expect(house.saved.all.count == 1)
            try await house.stop()
        }

        @Test func `a home whose grammar cannot be made is heard by the built-in sentences`() async throws {
            let house = try await TestHub(makeHearing: { _ in throw TooLarge() })
            let relay = try TestRelay(port: house.listener.port)
            _ = try relay.join()
            try relay.speak(turn: 1)
            _ = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
            #expect(house.saved.all.count == 1)
            try await house.stop()
        }

        @Test func `a home that changes is heard by its new names, and keeps its state`() async throws {
            let house = try await TestHub(hears: ["turn on the samovar"], makeHearing: Self.make)
            var grammars = house.recogniser.grammars.makeAsyncIterator()
            for _ in 0..<2 { _ = await grammars.next() }
            let text = TestHub.home.replacing("reading lamp, kind: light", with: "samovar, kind: switch")
            let home = try HomeFile.read(text, file: "home.yaml")
            try await house.hub.homeChanged(to: home, mind: nil, makeHearing: Self.make)
            let next = try #require(await grammars.next())
            #expect(next.words.contains("samovar") && !next.words.contains("reading"))
            let relay = try TestRelay(port: house.listener.port, as: "c")
            _ = try relay.join()
            try relay.speak(turn: 1)
            _ = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
            #expect(house.saved.all.count == 2)
            try await house.stop()
        }

        @Test func `answers are heard while a question is open, and not else`() throws {
            let assistant = try Assistant(
                home: try HomeFile.read(TestHub.home, file: "home.yaml"), state: HouseState(),
                wakePhrases: ["hey computer"],
                now: Moment(
                    instant: .origin, wallMilliseconds: 0,
                    civil: CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 7, minute: 20)))
            let hearing = try Self.make(assistant)
            for sentence in ["turn on the lights", "hey computer turn on the lights", "brew some espresso"] {
                #expect(takes(hearing.plain, sentence), "\(sentence)")
            }
            #expect(!takes(hearing.plain, "yes") && !takes(hearing.plain, "certainly"))
            #expect(takes(hearing.answering, "yes") && takes(hearing.answering, "certainly"))
        }
    }
}
