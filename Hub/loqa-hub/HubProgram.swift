import Dispatch
import Foundation
import HubHome
import HubServer
import HubSkills
import HubSpeech
import HubUnderstanding
import HubWake
import Logging
import LoqaBase
import LoqaCrypto
import LoqaSystem
import LoqaWire
import NIOCore
import NIOPosix

/// One running hub: builds everything, in order, and ends it in reverse.
struct HubProgram {
    /// The port is taken or not allowed.
    struct PortUnavailable: Error, CustomStringConvertible {
        var description: String
    }

    let configuration: HubConfiguration

    init(_ configuration: HubConfiguration) { self.configuration = configuration }

    /// Runs until SIGTERM or SIGINT.
    func run() async throws {
        let home = try HomeFile.load(path: configuration.home)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "loqa-hub")
        try makeFolder(configuration.stateFolder)
        let stateFile = StateFile(path: "\(configuration.stateFolder)/house.json")
        let loaded = try stateFile.load()
        if let warning = loaded.warning { logger.warning("\(warning)") }
        let mind = try configuration.sentencesPath.map { sentences in
            try HubMind.make(
                language: configuration.language, intents: configuration.intentsPath, sentences: sentences,
                home: home, wakePhrases: [configuration.wakePhrase])
        }
        var assistant = try Assistant(
            home: home, state: loaded.state, wakePhrases: [configuration.wakePhrase], now: HouseClock.now(),
            mind: mind)
        for timer in assistant.missedTimers {
            logger.warning("a timer ended too long ago to ring", metadata: ["room": "\(timer.room.value)"])
        }
        if let sentence = configuration.sentence { return try ask(sentence, &assistant) }
        if configuration.showsGrammar {
            return print(
                assistant.acceptor(wakePhrases: [configuration.wakePhrase], wake: .optional, awaiting: nil)
                    .sphinxText)
        }

        try await serve(assistant, stateFile, logger)
    }

    /// Opens the ports and serves relays until the end is asked for.
    private func serve(_ assistant: Assistant, _ stateFile: StateFile, _ logger: Logger) async throws {
        let home = assistant.home
        let door = try HubStore(folder: configuration.stateFolder)
            .door(rooms: home.rooms.map(\.name), address: configuration.tokenAddress)
        let trace = try Trace(path: configuration.tracePath, source: "hub")
        let keeper = StateKeeper(stateFile, logger: logger)
        let speech = try programPath(configuration.speechProgram)
        let synthesiser = try ProcessSynthesiser(program: speech, logger: logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let hub = Hub(
            HubParts(
                assistant: assistant, wakePhrases: [configuration.wakePhrase], synthesiser: synthesiser,
                makeRecogniser: { () throws(EngineFailure) in
                    try ProcessRecogniser(program: speech, logger: logger)
                },
                recogniserCountMax: configuration.recogniserCountMax, door: door,
                now: HouseClock.now, save: keeper.save, trace: trace,
                capture: try WireCapture(path: configuration.wireCapturePath), logger: logger,
                wake: try WakeShelf(path: "\(configuration.stateFolder)/wake"),
                falseWakes: configuration.keepsFalseWakes
                    ? try FalseWakeStore(folder: "\(configuration.stateFolder)/false-wakes") : nil),
            on: group.next())
        let listener = try await listen(hub, on: group.next())
        let admin = try await AdminListener(
            hub, path: "\(configuration.stateFolder)/admin.sock", on: group.next())
        await hub.start()
        let announcement = ServiceAnnouncement(on: group.next(), logger: logger)
        if configuration.announces, !configuration.isLoopbackOnly {
            await announcement.announce(
                .init(
                    name: "Loqa \(home.name)", port: listener.port, version: WireVersion.current,
                    fingerprint: door.keys[0].publicKey.fingerprint))
        }
        if configuration.wireCapturePath != nil {
            logger.warning(
                "everything on the link is written to a file in clear, as asked: use it to find a fault only")
        }
        logger.notice(
            "the hub is ready; `loqa relay invite` makes a token for a relay",
            metadata: [
                "address": "\(configuration.address)", "port": "\(listener.port)",
                "key": "\(door.keys[0].publicKey.fingerprint)",
            ])
        trace.write("hub.ready", [("port", .integer(Int64(listener.port)))])

        await Self.endRequested()
        logger.notice("the hub ends")
        await announcement.stop()
        await hub.stop()
        try await admin.close()
        try await listener.close()
        keeper.finish()
        try await group.shutdownGracefully()
    }

    /// Makes the folder for the state, for this user's eyes only, if it is not there.
    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private func listen(_ hub: Hub, on loop: any EventLoop) async throws -> HubListener {
        do {
            return try await HubListener(
                hub, host: configuration.address, port: configuration.port, on: loop)
        } catch {
            throw PortUnavailable(description: error.description)
        }
    }

    /// Waits for SIGTERM or SIGINT.
    private static func endRequested() async {
        let queue = DispatchQueue(label: "loqa-hub.signals")
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        let (requests, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        for source in sources {
            source.setEventHandler { continuation.yield() }
            source.resume()
        }
        for await _ in requests { break }
        for source in sources { source.cancel() }
    }

    /// Understands one typed sentence and says what would come of it. Nothing is saved.
    private func ask(_ sentence: String, _ assistant: inout Assistant) throws {
        guard
            let room = configuration.room.map({ name in assistant.home.rooms.first { $0.name == name } })
                ?? assistant.home.rooms.first
        else { throw SystemError("find the room \(configuration.room ?? "") in the home file", code: ENOENT) }
        let reply = assistant.hear(sentence, from: RelayID(1), room: room.id, at: HouseClock.now())
        let slots = reply.slots.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        print("intent   \(reply.intent?.name ?? "none")")
        if !slots.isEmpty { print("slots    \(slots)") }
        for change in reply.changes { print("change   \(change.name): \(change.from) to \(change.to)") }
        print("answer   \(reply.answer)")
    }
}
