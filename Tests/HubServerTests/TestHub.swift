import HubCore
import HubDialogue
import HubFallback
import HubHome
import HubServer
import HubSkills
import HubSpeech
import HubWake
import Logging
import LoqaBase
import LoqaCrypto
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

    /// The hub's own key.
    static let key = PrivateKey.from(seed: [UInt8](repeating: 9, count: 32))
    /// The registry's relays by name, each with its room; "a" and "b" are in the kitchen, "c" in the bedroom.
    static let relays = ["a": "kitchen", "b": "kitchen", "c": "bedroom"]

    /// The key of a relay of the registry, or of a stranger.
    static func key(of relay: String) -> PrivateKey {
        // Not at the front: X25519 ignores the lowest bits.
        PrivateKey.from(seed: Array(("relay " + relay + String(repeating: "-", count: 32)).utf8.prefix(32)))
    }

    let hub: Hub
    let listener: HubListener
    let group: MultiThreadedEventLoopGroup
    let recogniser: ScriptedRecogniser
    let saved = Saved<HouseState>()
    /// The registries that it wanted kept.
    let registries = Saved<RegistryContents>()

    /// What the hub wanted kept.
    final class Saved<State: Sendable>: Sendable {
        private let states = Mutex<[State]>([])
        func add(_ state: State) { states.withLock { $0.append(state) } }
        var all: [State] { states.withLock { $0 } }
    }

    init(
        hears sentences: [String?] = ["turn on the lights"],
        recogniserFails: Bool = false, refuses: String? = nil, voiceFails: Bool = false,
        makeHearing: MakeHearing? = nil, fallback: (any OpenFallback)? = nil,
        port: Int = 0, host: String = "127.0.0.1", relays: [String: String] = TestHub.relays,
        unsentByteCountMax: Int = HubListener.unsentByteCountMax,
        kernelByteCountMax: Int = HubListener.kernelByteCountMax, wake: WakeShelf? = nil,
        falseWakes: FalseWakeStore? = nil
    ) async throws {
        let moment = Moment(
            instant: MonotonicClock.now(), wallMilliseconds: 0,
            civil: CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 7, minute: 20))
        let assistant = try Assistant(
            home: try HomeFile.read(Self.home, file: "home.yaml"), state: HouseState(),
            wakePhrases: ["hey computer"],
            now: moment)
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let recogniser = ScriptedRecogniser(
            sentences, fails: recogniserFails, refuses: refuses)
        self.recogniser = recogniser
        let saved = saved
        var contents = RegistryContents()
        contents.entries = relays.sorted { $0.key < $1.key }.map {
            RelayRegistry.Entry(
                key: Self.key(of: $0.key).publicKey, name: $0.key, room: $0.value, enrolledAt: 1,
                state: .active)
        }
        let registries = registries
        let door = HubDoor(
            registry: try RelayRegistry(rooms: ["kitchen", "bedroom"], contents: contents), keys: [Self.key],
            save: { registries.add($0) },
            makeKey: { PrivateKey.from(seed: [UInt8](repeating: 8, count: 32)) },
            dropOldKey: {}, address: { .ip4([127, 0, 0, 1]) })
        hub = Hub(
            HubParts(
                assistant: assistant, wakePhrases: ["hey computer"], makeHearing: makeHearing,
                synthesiser: ToneSynthesiser(fails: voiceFails),
                makeRecogniser: { recogniser }, door: door,
                now: {
                    var now = moment
                    now.instant = MonotonicClock.now()
                    return now
                },
                save: { saved.add($0) }, fallback: fallback, trace: try Trace(path: nil, source: "hub"),
                capture: try WireCapture(path: nil),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), wake: wake,
                falseWakes: falseWakes),
            on: group.next())
        listener = try await HubListener(
            hub, host: host, port: port, on: group.next(), unsentByteCountMax: unsentByteCountMax,
            kernelByteCountMax: kernelByteCountMax)
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
    private let refuses: String?
    /// The grammars that it was given, as they come.
    let grammars: AsyncStream<SpeechGrammar>
    private let given: AsyncStream<SpeechGrammar>.Continuation

    /// - Parameter refuses: a word; grammars that have it are refused.
    init(_ sentences: [String?], fails: Bool, refuses: String?) {
        self.sentences = Mutex(sentences)
        (self.fails, self.refuses) = (fails, refuses)
        (grammars, given) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    func loadGrammar(_ grammar: SpeechGrammar) async throws(EngineFailure) -> [String] {
        given.yield(grammar)
        if let refuses, grammar.words.contains(refuses) { throw .refused("on purpose") }
        return []
    }

    func recognise(_ utterance: [Int16]) async throws(EngineFailure) -> Hypothesis? {
        if fails { throw .ended("on purpose") }
        let text = sentences.withLock { sentences in
            sentences.count > 1 ? sentences.removeFirst() : sentences.first ?? nil
        }
        return text.map { Hypothesis(text: $0, scorePerFrame: -10, words: []) }
    }

    func stop() async {}
}

/// Answers what it is asked with the same text, or never.
final class ScriptedFallback: OpenFallback {
    let summary = "a script"
    private let text: String?
    private let state = Mutex<(asked: [OpenQuestion], cancelledCount: Int)>(([], 0))

    init(says text: String?) { self.text = text }

    var asked: [OpenQuestion] { state.withLock { $0.asked } }
    var cancelledCount: Int { state.withLock { $0.cancelledCount } }

    func answer(
        _ question: OpenQuestion, in home: DialogueHome,
        perform: @escaping @Sendable ([Reading]) async -> ChatDeeds
    ) async -> ChatOutcome {
        state.withLock { $0.asked.append(question) }
        if let text { return .say(text) }
        while !Task.isCancelled { await Task.yield() }
        state.withLock { $0.cancelledCount += 1 }
        return .failed(.useless)
    }
}

/// Speaks a second of something like a voice: a tone that swings, which Opus does not take for the noise of a room.
struct ToneSynthesiser: SpeechSynthesiser {
    var fails = false

    func speak(_ text: String, receive: @escaping @Sendable ([Int16]) -> Bool) async throws(EngineFailure) {
        if fails { throw .ended("on purpose") }
        for piece in 0..<10 {
            let samples = (0..<1_600).map { offset -> Int16 in
                let index = offset + piece * 1_600
                let saw: Int = index * 140 % 16_000 - 8_000
                let swing: Int = abs(index * 9 % 16_000 - 8_000)
                return Int16(saw * (60 + swing / 100) / 150)
            }
            guard receive(samples) else { return }
        }
    }

    func stop() async {}
}
