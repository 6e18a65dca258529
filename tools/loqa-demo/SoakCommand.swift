import ArgumentParser
import Foundation

/// Breaks a house of real processes at random moments and requires that every relay hears again.
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Kills, freezes and unplugs parts of a talking house, and counts deaf relays.",
        discussion: """
            A session: somebody says a sentence; at a random moment something fails and comes right again; within two \
            seconds the relay must be armed, and a test sentence must be answered aloud. Exit codes: 0 no relay was deaf or \
            late and nothing crashed, 1 otherwise, 69 the house did not start, 130 interrupted.
            """)

    /// How soon a relay must be armed after the cause went away.
    static let rearmLimit = Duration.seconds(2)
    static let sentences = [
        "turn on the lights", "turn off the lights", "what time is it", "set a timer for ten minutes",
        "cancel the timer",
        "set the lights to forty percent", "what can i say", "",
    ]

    @Option(help: "Stop after this many sessions.") var sessions: Int?
    @Option(help: "Stop after this many minutes.") var minutes: Double?
    @Option(help: "Relays that run at the same time.") var relays = 3
    @OptionGroup var house: HouseOptions

    func validate() throws {
        guard (1...8).contains(relays) else { throw ValidationError("--relays must be in 1...8") }
    }

    func run() throws {
        let folder = try RunFolder(keep: house.keep)
        try running(keepingOnFailure: folder) {
            let names = (0..<relays).map { index in
                let room = Conversation.rooms[index % Conversation.rooms.count]
                return (relay: index < Conversation.rooms.count ? room : "\(room)\(index + 1)", room: room)
            }
            let building = try House(
                options: .init(programs: house.findPrograms(), home: house.home, folder: folder.path),
                rooms: house.makeRooms(names, in: folder))
            defer { building.stop() }
            try building.start()
            building.childrenMayEnd = true
            var soak = Soak(house: building, talkers: (0..<relays).map(house.talker), seed: house.seed)
            let end = minutes.map { MonotonicClock.now(plus: .seconds($0 * 60)) } ?? .max
            let count = sessions ?? (minutes == nil ? 20 : .max)
            do {
                while soak.report.sessions < count, MonotonicClock.now() < end { try soak.session() }
            } catch DemoError.interrupted {
                print(soak.report.text)
                throw DemoError.interrupted
            }
            print(soak.report.text)
            return soak.report.isGood
        }
    }
}

/// The sessions of a soak run, one after the other.
struct Soak {
    let house: House
    let talkers: [Talker]
    private var random: SeededRandom
    private(set) var report = SoakReport()

    init(house: House, talkers: [Talker], seed: UInt64) {
        (self.house, self.talkers) = (house, talkers)
        random = SeededRandom(seed: seed)
    }

    mutating func session() throws {
        report.sessions += 1
        let subject = Int.random(in: 0..<house.rooms.count, using: &random)
        let fault = SoakFault.allCases[Int.random(in: 0..<SoakFault.allCases.count, using: &random)]
        let sentence = SoakCommand.sentences[Int.random(in: 0..<SoakCommand.sentences.count, using: &random)]
        let delay = Duration.milliseconds(Int.random(in: 0...6_000, using: &random))
        let story =
            "session \(report.sessions), \(house.rooms[subject].relay): \"\(sentence)\", \(fault.rawValue) after \(delay)"
        print(story)
        fflush(nil)

        // Half of the time somebody else talks too.
        for (index, room) in house.rooms.enumerated()
        where index == subject || (relayTalksToo() && !fault.isLocal) {
            room.board?.say(try talkers[index].sound(wakingWith: sentence))
        }
        try house.run(atMost: delay)
        if let causeGone = try fault.strike(house, house.rooms[subject]) {
            report.faults[fault, default: 0] += 1
            let affected = fault.isLocal ? [house.rooms[subject]] : house.rooms
            for room in affected {
                try requireArmed(room, since: causeGone, mayFinish: fault.leavesTurns, story)
            }
        }
        try requireAnswer(subject, story)
        try restartEnded(story)
    }

    private mutating func relayTalksToo() -> Bool { Bool.random(using: &random) }

    /// Armed: idle, or already in a turn that began after the cause was gone. Sound in the room extends the time, as a
    /// turn that survived the fault may finish first; with `mayFinish` it may take as long as turns may.
    private mutating func requireArmed(
        _ room: House.Room, since causeGone: Int64, mayFinish: Bool, _ story: String
    ) throws {
        if room.isIdle, room.process?.isRunning == true { return }
        func isArmed() -> Bool {
            room.isIdle
                || house.events.reversed().prefix { $0.time > causeGone }
                    .contains { $0.relay == room.relay && $0.name == "turn.opened" }
        }
        let limit = MonotonicClock.nanoseconds(SoakCommand.rearmLimit)
        var isLate = false
        try house.run(atMost: .seconds(30)) {
            let start = max(causeGone, room.lastSoundEnded)
            if !mayFinish, !room.hearsSound, MonotonicClock.now() > start + limit { isLate = true }
            return isArmed()
        }
        let start = max(causeGone, min(room.lastSoundEnded, MonotonicClock.now()))
        if !mayFinish { report.rearmSeconds.append(Double(max(0, MonotonicClock.now() - start)) / 1e9) }
        if isLate { report.late.append("\(room.relay), \(story)") }
    }

    /// A test sentence must be answered aloud. The wake word gets a second chance, as it may be missed without a fault.
    private mutating func requireAnswer(_ index: Int, _ story: String) throws {
        let room = house.rooms[index]
        room.board?.hush()
        for attempt in 1...2 {
            try house.run(atMost: .seconds(15)) { room.isIdle && house.hasGrammar && !room.hearsSound }
            let turn = try Conductor(house: house).say("what time is it", with: talkers[index], in: room)
            if turn.isClosed, turn.speakerStarted != nil {
                if attempt > 1 { report.missedWakes += 1 }
                return
            }
        }
        let last = house.events.filter { $0.relay == room.relay }.suffix(12).map { "\($0.source).\($0.name)" }
        report.deaf.append(
            "\(room.relay), \(story); state \"\(room.state)\"; last: \(last.joined(separator: " "))")
        room.process?.stop()
    }

    /// Restarts what ended, as a supervisor would; that it ended is a fault of ours.
    private mutating func restartEnded(_ story: String) throws {
        if let hub = house.hub, !hub.isRunning {
            report.crashes.append("\(hub.name) (\(hub.ending)), \(story)\n\(hub.logTail())")
            hub.stop()
            try house.startHub()
        }
        for room in house.rooms {
            guard let relay = room.process, !relay.isRunning else { continue }
            if !report.deaf.contains(where: { $0.hasPrefix("\(room.relay), \(story)") }) {
                report.crashes.append("\(relay.name) (\(relay.ending)), \(story)\n\(relay.logTail())")
            }
            relay.stop()
            try house.startRelay(room)
            try house.waitForArmed(room)
        }
    }
}
