import Dispatch
import Foundation
import HubChat
import HubGrammar
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
        let language = try language(in: home)
        var assistant = try Assistant(
            home: home, state: loaded.state, wakePhrases: [configuration.wakePhrase], now: HouseClock.now(),
            mind: language?.mind)
        assistant.privacy = Privacy(
            usesChat: configuration.chat != nil, leavesHouse: configuration.chat?.mayLeaveHouse ?? false,
            writesTrace: configuration.tracePath != nil, keepsFalseWakes: configuration.keepsFalseWakes)
        for timer in assistant.missedTimers {
            logger.warning("a timer ended too long ago to ring", metadata: ["room": "\(timer.room.value)"])
        }
        if let sentence = configuration.sentence {
            return try await AskProgram(configuration, logger).ask(sentence, &assistant)
        }
        if configuration.showsGrammar {
            if let hearing = try language?.makeHearing(assistant) { return print(hearing.plain.sphinxText) }
            return print(
                assistant.acceptor(wakePhrases: [configuration.wakePhrase], wake: .optional, awaiting: nil)
                    .sphinxText)
        }

        try await serve(assistant, language?.makeHearing, stateFile, logger)
    }

    /// The sentences of the whole language, if they are switched on.
    private func language(in home: Home) throws -> HubMind? {
        try configuration.sentencesPath.map { sentences in
            try HubMind(
                language: configuration.language, intents: configuration.intentsPath, sentences: sentences,
                home: home, wakePhrases: [configuration.wakePhrase])
        }
    }

    /// Opens the ports and serves relays until the end is asked for.
    private func serve(
        _ assistant: Assistant, _ makeHearing: MakeHearing?, _ stateFile: StateFile, _ logger: Logger
    ) async throws {
        let home = assistant.home
        let door = try HubStore(folder: configuration.stateFolder)
            .door(rooms: home.rooms.map(\.name), address: configuration.tokenAddress)
        let trace = try Trace(path: configuration.tracePath, source: "hub")
        let keeper = StateKeeper(stateFile, logger: logger)
        let speech = try programPath(configuration.speechProgram)
        let synthesiser = try ProcessSynthesiser(program: speech, logger: logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let chat = try await chatModel(on: group, logger)
        let hub = Hub(
            HubParts(
                assistant: assistant, wakePhrases: [configuration.wakePhrase], makeHearing: makeHearing,
                synthesiser: synthesiser,
                makeRecogniser: { () throws(EngineFailure) in
                    try ProcessRecogniser(program: speech, logger: logger)
                },
                recogniserCountMax: configuration.recogniserCountMax, door: door,
                now: HouseClock.now, save: keeper.save, fallback: chat, trace: trace,
                capture: try WireCapture(path: configuration.wireCapturePath), logger: logger,
                wake: try WakeShelf(path: "\(configuration.stateFolder)/wake"),
                falseWakes: try falseWakes()),
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

        await untilEndRequested { await reload(hub, known: home.rooms.map(\.name), logger) }
        logger.notice("the hub ends")
        await announcement.stop()
        await hub.stop()
        try await admin.close()
        try await listener.close()
        keeper.finish()
        try await group.shutdownGracefully()
    }

    /// The chat model, if the owner switched one on.
    private func chatModel(
        on group: MultiThreadedEventLoopGroup, _ logger: Logger
    ) async throws -> ChatFallback? {
        guard let chat = configuration.chat else { return nil }
        return try await HubChatModel.make(
            chat, language: configuration.language, on: group, logger: logger)
    }

    /// Where the sound of false wakes is kept, if the owner allows it.
    private func falseWakes() throws -> FalseWakeStore? {
        guard configuration.keepsFalseWakes else { return nil }
        return try FalseWakeStore(folder: "\(configuration.stateFolder)/false-wakes")
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

    /// Reads the home file again and goes on with what it says. One that is wrong, or has other rooms, changes nothing.
    private func reload(_ hub: Hub, known rooms: [String], _ logger: Logger) async {
        do {
            let home = try HomeFile.load(path: configuration.home)
            guard Set(home.rooms.map(\.name)) == Set(rooms) else {
                return logger.error(
                    "the home file has other rooms, which takes a restart; the hub goes on with the old ones")
            }
            let language = try language(in: home)
            try await hub.homeChanged(to: home, mind: language?.mind, makeHearing: language?.makeHearing)
            logger.notice("the home file was read again", metadata: ["devices": "\(home.devices.count)"])
        } catch {
            logger.error(
                "the home file cannot be used; the hub goes on with the old one",
                metadata: ["error": "\(error)"])
        }
    }

    /// Waits for SIGTERM or SIGINT, and calls `reload` for each SIGHUP meanwhile.
    private func untilEndRequested(reload: () async -> Void) async {
        let queue = DispatchQueue(label: "loqa-hub.signals")
        let (requests, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingNewest(4))
        let sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        for await number in requests {
            if number != SIGHUP { break }
            await reload()
        }
        for source in sources { source.cancel() }
    }
}
