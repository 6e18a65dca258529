import ArgumentParser
import Foundation

/// One relay on the real sound card; a person talks until Ctrl-C.
struct MicrophoneDemo {
    let command: DemoCommand

    func run() throws {
        guard Self.hasSoundCard else {
            FileHandle.standardError.write(
                Data(
                    """
                    loqa-demo: this machine has no sound card (/proc/asound/cards lists none).
                        Without --mic the demo plays a conversation through a virtual one.

                    """.utf8))
            throw ExitCode(69)
        }
        let folder = try RunFolder(keep: command.house.keep)
        try running(keepingOnFailure: folder) { try listen(in: folder) }
    }

    static var hasSoundCard: Bool {
        guard let cards = FileHandle(forReadingAtPath: "/proc/asound/cards") else { return false }
        let text = String(decoding: cards.readDataToEndOfFile(), as: UTF8.self)
        return text.contains("[")
    }

    private func listen(in folder: RunFolder) throws -> Bool {
        let room = House.Room(relay: command.room, room: command.room, board: nil)
        let house = try House(
            options: .init(
                programs: command.house.findPrograms(), home: command.house.home, folder: folder.path),
            rooms: [room])
        defer { house.stop() }
        try house.start()
        let terminal = Terminal()
        terminal.line(terminal.styled("Loqa listens in the \(command.room). Ctrl-C ends.", .bold))
        terminal.line(
            "Say \"\(Talker.wakePhrase)\", then for example \"turn on the lights\" or \"what can I say\".")
        let printer = TimelinePrinter(terminal: terminal)
        var timeline = Timeline()
        do {
            while true {
                let turn = try Conductor(house: house).listen(in: room)
                let entry = Timeline.Entry(turn: turn, differences: [])
                timeline.entries.append(entry)
                terminal.line()
                printer.came(of: entry)
            }
        } catch DemoError.interrupted {
            printer.summary(timeline, files: [])
            try command.write(timeline)
            return true
        }
    }
}
