import ArgumentParser
import Foundation

/// What all commands need to start a house.
struct HouseOptions: ParsableArguments {
    @Option(help: "The YAML file that describes the home.") var home = "tools/demo-home.yaml"
    @Option(help: "The folder with Loqa's built programs.") var programs: String?
    @Option(help: "For the room noise, and whatever is drawn at random.") var seed: UInt64 = 1
    @Option(
        help: "Folder with packs of the Home Assistant intents: the hub understands and hears all of them.")
    var intents: String?
    @Flag(help: "Keep the run's folder: traces, logs, recordings.") var keep = false

    /// Mean level of the noise in every room, dBFS.
    static let noiseLevel = -55.0

    /// How the hub is told of the packs.
    var hubArguments: [String] {
        intents.map { ["--sentences", "Hub/sentences", "--intents", $0] } ?? []
    }

    func findPrograms() throws -> Programs {
        guard FileManager.default.fileExists(atPath: home) else {
            throw DemoError.unavailable("\(home) is missing")
        }
        return try programs.map { Programs(folder: $0) } ?? .besideThisProgram()
    }

    /// A virtual room for each name, not yet started.
    func makeRooms(_ names: [(relay: String, room: String)], in folder: RunFolder) throws -> [House.Room] {
        try names.enumerated().map { index, name in
            let noise = RoomNoise.make(seconds: 20, level: Self.noiseLevel, seed: seed &+ UInt64(index))
            let board = try VirtualBoard(name: name.relay, folder: folder.path, noise: noise)
            return House.Room(relay: name.relay, room: name.room, board: board)
        }
    }

    /// Talkers by room: two voices, in turns.
    func talker(_ index: Int) -> Talker {
        let voices = Talker.Voice.allCases
        return Talker(voice: voices[index % voices.count], cacheFolder: ".build/loqa/talker")
    }
}

/// Runs `body` with Ctrl-C watched, prints errors in words, and turns them into the documented exit codes.
func running(keepingOnFailure folder: RunFolder, _ body: () throws -> Bool) throws {
    Interruption.watch()
    do {
        if try body() { return }
        folder.isKept = true
        FileHandle.standardError.write(Data("Traces and logs of this run: \(folder.path)\n".utf8))
        throw ExitCode(1)
    } catch let error as DemoError {
        if case .interrupted = error { throw ExitCode(error.exitCode) }
        folder.isKept = true
        FileHandle.standardError.write(
            Data("loqa-demo: \(error)\nTraces and logs of this run: \(folder.path)\n".utf8))
        throw ExitCode(error.exitCode)
    }
}

/// The scripted conversation, the user's own sentence, or a real microphone.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Plays a conversation in a house of two rooms and prints its timeline.",
        discussion: """
            Exit codes: 0 every turn was understood as intended, 1 a turn was not, 64 wrong arguments, \
            69 something needed is missing or did not start, 130 interrupted.
            """)

    @Option(help: "Say this sentence instead of the scripted conversation. Repeat for more.") var say:
        [String] = []
    @Option(help: "The room to say it in: \(Conversation.rooms.joined(separator: ", ")).") var room =
        "kitchen"
    @Flag(help: "Use the sound card's default microphone and speaker; you talk.") var mic = false
    @Option(help: "Write the timeline for machines into this file.") var json: String?
    @Option(help: "Where the WAV files go.") var recordings = ".build/loqa/demo"
    @OptionGroup var house: HouseOptions

    func validate() throws {
        guard Conversation.rooms.contains(room) else {
            throw ValidationError(
                "there is no room \(room); there are: \(Conversation.rooms.joined(separator: ", "))")
        }
        if mic, !say.isEmpty { throw ValidationError("--mic and --say exclude each other") }
    }

    func run() throws {
        if mic { return try MicrophoneDemo(command: self).run() }
        let folder = try RunFolder(keep: house.keep)
        try running(keepingOnFailure: folder) { try play(in: folder) }
        if house.keep { print("  \(folder.path)  traces and logs") }
    }

    private func play(in folder: RunFolder) throws -> Bool {
        let rooms = try house.makeRooms(Conversation.rooms.map { ($0, $0) }, in: folder)
        let building = try House(
            options: .init(
                programs: house.findPrograms(), home: house.home, hubArguments: house.hubArguments,
                folder: folder.path),
            rooms: rooms)
        defer { building.stop() }
        let printer = TimelinePrinter(terminal: Terminal())
        try building.start()
        printer.opening(rooms: Conversation.rooms)

        var timeline = Timeline()
        var recording = Recording()
        let steps = say.isEmpty ? Conversation.steps : say.map { .say(room: room, $0, .init()) }
        var missedRings = 0
        for step in steps {
            switch step {
            case .say(let name, let sentence, let expectation):
                guard let index = rooms.firstIndex(where: { $0.room == name }) else { continue }
                printer.said(sentence, room: name, number: timeline.entries.count + 1)
                let talker = house.talker(index)
                let turn = try Conductor(house: building).say(sentence, with: talker, in: rooms[index])
                let entry = Timeline.Entry(
                    turn: turn, differences: say.isEmpty ? expectation.differences(from: turn) : unclear(turn)
                )
                timeline.entries.append(entry)
                recording.addTalker(
                    try talker.sound(wakingWith: sentence), relay: turn.relay, startedAt: turn.talkerStarted)
                printer.came(of: entry)
            case .ring(let name, let duration):
                guard let ringing = rooms.first(where: { $0.room == name }) else { continue }
                let rang = try Conductor(house: building).waitForRing(in: ringing, atMost: duration)
                if !rang { missedRings += 1 }
                printer.rang(room: name, rang)
            }
        }
        recording.addAnswers(rooms.compactMap(\.board), events: building.events)
        let files = try recording.write(to: recordings, relays: rooms.map(\.relay))
        printer.summary(timeline, files: files)
        try write(timeline)
        return timeline.misunderstood == 0 && missedRings == 0
    }

    /// A sentence of the user's own is as meant if it was understood at all.
    private func unclear(_ turn: TurnRecord) -> [String] {
        guard turn.number != nil else { return ["the wake word was not heard"] }
        return turn.intent == nil && turn.outcome != "yes" ? ["not understood"] : []
    }

    func write(_ timeline: Timeline) throws {
        guard let json else { return }
        try TimelineJSON.data(timeline).write(to: URL(fileURLWithPath: json), options: .atomic)
    }
}
