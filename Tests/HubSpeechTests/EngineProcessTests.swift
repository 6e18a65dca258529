import Glibc
import HubSpeech
import Logging
import LoqaSystem
import SpeechFrames
import Synchronization
import Testing

/// The real worker program, and shell scripts that fail in every way a worker can.
@Suite(.serialized) struct EngineProcessTests {
    private static let grammar = SpeechGrammar(
        network: """
            FSG_BEGIN home
            NUM_STATES 6
            START_STATE 0
            FINAL_STATE 5
            TRANSITION 0 1 1.0 turn
            TRANSITION 1 2 0.5 on
            TRANSITION 1 2 0.5 off
            TRANSITION 2 3 1.0 the
            TRANSITION 3 4 0.25 kitchen
            TRANSITION 3 4 0.25 bedroom
            TRANSITION 3 4 0.25 zoidberg
            TRANSITION 3 4 0.25 日本
            TRANSITION 4 5 0.5 light
            TRANSITION 4 5 0.5 lights
            FSG_END

            """,
        words: ["turn", "on", "off", "the", "kitchen", "bedroom", "zoidberg", "日本", "light", "lights"])

    @Test func `what the synthesiser speaks is what the recogniser hears, with an unknown word named`()
        async throws
    {
        let speaker = try ProcessSynthesiser(program: worker(), logger: logger)
        let recogniser = try ProcessRecogniser(program: worker(), logger: logger)
        #expect(try await recogniser.loadGrammar(Self.grammar) == ["日本"])
        for sentence in ["turn on the kitchen lights", "turn off the zoidberg light"] {
            let sound = Mutex<[Int16]>([])
            try await speaker.speak(sentence) { piece in
                sound.withLock { $0 += piece }
                return true
            }
            let utterance = sound.withLock { $0 }
            // The first sound is there within 10 ms of the start.
            #expect(utterance.prefix(161).contains { abs(Int($0)) > 100 })
            let hypothesis = try #require(try await recogniser.recognise(utterance))
            #expect(hypothesis.text == sentence)
            #expect(hypothesis.words.map(\.text).joined(separator: " ") == sentence)
            #expect((-60...0).contains(hypothesis.scorePerFrame))
        }
        await speaker.stop()
        await recogniser.stop()
    }

    @Test func `speech ends early when the receiver wants no more, and the next text is spoken`() async throws
    {
        let speaker = try ProcessSynthesiser(program: worker(), logger: logger)
        let long = String(repeating: "It is ten past nine in the evening. ", count: 40)
        let counts = Mutex((first: 0, second: 0))
        try await speaker.speak(long) { _ in
            counts.withLock { counts in
                counts.first += 1
                return counts.first < 3
            }
        }
        try await speaker.speak("Yes.") { _ in
            counts.withLock { $0.second += 1 }
            return true
        }
        #expect(counts.withLock { $0.first } == 3)
        #expect(counts.withLock { $0.second } > 3)
        await speaker.stop()
        await #expect(throws: EngineFailure.unavailable("it was stopped")) {
            try await speaker.speak("No.") { _ in true }
        }
    }

    @Test func `a cancelled task ends its speech without an error`() async throws {
        let speaker = try ProcessSynthesiser(program: worker(), logger: logger)
        let long = String(repeating: "It is ten past nine in the evening. ", count: 50)
        let (pieces, arrival) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let task = Task {
            defer { arrival.finish() }
            try await speaker.speak(long) { piece in
                arrival.yield(piece.count)
                return true
            }
        }
        for await _ in pieces { break }
        task.cancel()
        try await task.value
        await speaker.stop()
    }

    @Test func `utterances without a grammar and too long ones are refused`() async throws {
        let recogniser = try ProcessRecogniser(program: worker(), logger: logger)
        await #expect(throws: EngineFailure.refused("no grammar has been loaded")) {
            try await recogniser.recognise(Array(repeating: 0, count: 16_000))
        }
        await #expect(throws: EngineFailure.self) {
            try await recogniser.recognise(Array(repeating: 0, count: 320_001))
        }
        let bad = SpeechGrammar(network: "no grammar at all", words: ["yes"])
        await #expect(throws: EngineFailure.refused("pocketsphinx refused the grammar")) {
            try await recogniser.loadGrammar(bad)
        }
        _ = try await recogniser.loadGrammar(Self.grammar)
        #expect(try await recogniser.recognise([]) == nil)
        await recogniser.stop()
    }

    @Test func `a missing program, one that ends at once and one that is never ready are unavailable`()
        async throws
    {
        let programs: [(String, [String])] = [
            ("/no/such/worker", []), ("/bin/sh", ["-c", "exit 3"]), ("/bin/sh", ["-c", "exec sleep 100"]),
            ("/bin/sh", ["-c", "echo garbage; exec cat"]),
        ]
        for (program, arguments) in programs {
            let recogniser = try ProcessRecogniser(
                program: program, arguments: arguments, tuning: hasty, logger: logger)
            do throws(EngineFailure) {
                _ = try await recogniser.recognise(Array(repeating: 0, count: 1_600))
                Issue.record("\(program) \(arguments) answered")
            } catch {
                guard case .unavailable(let reason) = error else { throw error }
                #expect(!reason.isEmpty)
            }
            await recogniser.stop()
        }
    }

    /// What the script does with its first request; it is a whole worker from its second start on.
    enum Fault: String, CaseIterable { case crash, exit, hang, garbage, closedOutput }

    @Test(arguments: Fault.allCases) func `a fault fails its request and the next one works again`(
        fault: Fault
    ) async throws {
        let folder = try temporaryFolder()
        defer { remove(folder) }
        let (action, expected): (String, @Sendable (EngineFailure) -> Bool) =
            switch fault {
            case .crash: ("kill -SEGV $$", { $0 == .ended("it was ended by signal 11") })
            case .exit: ("exit 5", { $0 == .ended("it ended with code 5") })
            case .hang: ("exec sleep 100", { $0 == .timedOut })
            case .garbage:
                (
                    "printf '\\000\\000\\000\\001\\115x'; exec sleep 100",
                    {
                        $0 == .ended("it sent a frame of unknown kind 77: is the worker of the same version?")
                    }
                )
            case .closedOutput:
                ("exec 1>&-; exec sleep 100", { if case .ended = $0 { true } else { false } })
            }
        // First start: load the grammar with the real worker's answer, then fail at the first utterance.
        let script = """
            if mkdir \(folder)/once 2>/dev/null; then
              printf '\\000\\000\\000\\005\\201\\000\\000\\000\\001x'
              dd bs=1 count=5 of=/dev/null 2>/dev/null
              \(action)
            fi
            exec "$0" recognise
            """
        let recogniser = try ProcessRecogniser(
            program: "/bin/sh", arguments: ["-c", script, try worker()], tuning: patient, logger: logger)
        do throws(EngineFailure) {
            _ = try await recogniser.recognise(Array(repeating: 0, count: 1_600))
            Issue.record("\(fault) answered")
        } catch {
            #expect(expected(error), "\(fault): \(error)")
        }
        #expect(try await recogniser.loadGrammar(Self.grammar) == ["日本"])
        // What silence is heard as does not matter here.
        _ = try await recogniser.recognise(Array(repeating: 0, count: 16_000))
        await recogniser.stop()
    }

    @Test func `the grammar is loaded again after the worker was killed`() async throws {
        let folder = try temporaryFolder()
        defer { remove(folder) }
        let script = "echo $$ > \(folder)/pid; exec \"$0\" recognise"
        let recogniser = try ProcessRecogniser(
            program: "/bin/sh", arguments: ["-c", script, try worker()], logger: logger)
        _ = try await recogniser.loadGrammar(Self.grammar)
        let text = String(
            decoding: try contents(of: "\(folder)/pid", byteCountMax: 20), as: UTF8.self)
        kill(try #require(Int32(text.filter(\.isNumber))), SIGKILL)
        let noise = (0..<16_000).map { Int16(truncatingIfNeeded: $0 &* 7_919) / 64 }
        // The kill may meet the request or come before it; the one after it is served by the new process.
        do throws(EngineFailure) {
            _ = try await recogniser.recognise(noise)
        } catch {
            guard case .ended = error else { throw error }
        }
        _ = try await recogniser.recognise(noise)
        await recogniser.stop()
    }

    private var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// A hang is known sooner than usual, but a slow machine is none.
    private var patient: EngineTuning {
        var tuning = EngineTuning()
        tuning.utterancePatience = .milliseconds(2_500)
        return tuning
    }

    private var hasty: EngineTuning {
        var tuning = EngineTuning()
        tuning.readyPatience = .milliseconds(1_000)
        return tuning
    }

    /// The worker lies beside the test bundle.
    private func worker() throws -> String {
        for argument in CommandLine.arguments where argument.contains(".xctest") {
            let bundle = argument.split(separator: "/", omittingEmptySubsequences: false)
            let end = bundle.firstIndex { $0.hasSuffix(".xctest") } ?? bundle.count
            return (bundle[..<end] + ["loqa-speech"]).joined(separator: "/")
        }
        return try programPath("loqa-speech")
    }

    private func temporaryFolder() throws -> String {
        var template = Array("/tmp/loqa-speech-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("make a folder") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func remove(_ folder: String) {
        rmdir("\(folder)/once")
        unlink("\(folder)/pid")
        rmdir(folder)
    }
}
