import HubHome
import HubServer
import HubSkills
import HubSpeech
import Logging
import LoqaBase
import LoqaSystem
import NIOCore
import NIOPosix
import Synchronization

/// A real hub on loopback with engines that do as they are told.
struct TestHub {
    static let home = """
        house: Test house
        rooms:
          - name: kitchen
            devices:
              - {name: ceiling lights, kind: light, dimmable: true}
          - name: bedroom
            devices:
              - {name: reading lamp, kind: light}
        """

    let hub: Hub
    let listener: HubListener
    let group: MultiThreadedEventLoopGroup
    let saved = Saved()

    /// The states that the hub wanted kept.
    final class Saved: Sendable {
        private let states = Mutex<[HouseState]>([])
        func add(_ state: HouseState) { states.withLock { $0.append(state) } }
        var all: [HouseState] { states.withLock { $0 } }
    }

    init(
        hears sentences: [String?] = ["turn on the lights"], recogniserFails: Bool = false,
        voiceFails: Bool = false,
        port: Int = 0
    ) async throws {
        let moment = Moment(
            instant: MonotonicClock.now(), wallMilliseconds: 0,
            civil: CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 7, minute: 20))
        let assistant = try Assistant(
            home: try HomeFile.read(Self.home, file: "home.yaml"), state: HouseState(),
            wakePhrases: ["hey computer"],
            now: moment)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let recogniser = ScriptedRecogniser(sentences, fails: recogniserFails)
        let saved = saved
        hub = Hub(
            HubParts(
                assistant: assistant, wakePhrases: ["hey computer"],
                synthesiser: ToneSynthesiser(fails: voiceFails),
                makeRecogniser: { _ in recogniser },
                now: {
                    var now = moment
                    now.instant = MonotonicClock.now()
                    return now
                },
                save: { saved.add($0) }, trace: try Trace(path: nil, source: "hub"),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })),
            on: group.next())
        listener = try await HubListener(hub, host: "127.0.0.1", port: port, on: group.next())
        await hub.start()
    }

    func stop() async throws {
        await hub.stop()
        try await listener.close()
        try await group.shutdownGracefully()
    }
}

/// Hears the given sentences, one for each utterance; the last one again and again.
final class ScriptedRecogniser: SpeechRecogniser {
    private let sentences: Mutex<[String?]>
    private let fails: Bool

    init(_ sentences: [String?], fails: Bool) {
        self.sentences = Mutex(sentences)
        self.fails = fails
    }

    func loadGrammar(_ grammar: SpeechGrammar) async throws(EngineFailure) -> [String] { [] }

    func recognise(_ utterance: [Int16]) async throws(EngineFailure) -> Hypothesis? {
        if fails { throw .ended("on purpose") }
        let text = sentences.withLock { sentences in
            sentences.count > 1 ? sentences.removeFirst() : sentences.first ?? nil
        }
        return text.map { Hypothesis(text: $0, scorePerFrame: -10, words: []) }
    }

    func stop() async {}
}

/// Speaks a second of tone.
struct ToneSynthesiser: SpeechSynthesiser {
    var fails = false

    func speak(_ text: String, receive: @escaping @Sendable ([Int16]) -> Bool) async throws(EngineFailure) {
        if fails { throw .ended("on purpose") }
        for piece in 0..<10 {
            let samples = (0..<1_600).map { Int16(($0 + piece * 1_600) % 64 * 100) }
            guard receive(samples) else { return }
        }
    }

    func stop() async {}
}
