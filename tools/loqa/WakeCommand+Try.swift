import ArgumentParser
import Foundation
import HubAdmin

extension WakeCommand {
    struct Try: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows each wake as it happens: say the word, and see.",
            discussion: """
                With a word it is given to the relays of the room until you stop (Ctrl-C) or the time is up, and is taken back \
                then. MARGIN is how surely the hub's second opinion took it for the word; below 0 it lets it fall.
                """)
        @Argument(help: "A word to try, as `loqa wake list` shows it.") var word: String?
        @Option(help: "The room to try it in (default: all).") var room: String?
        @Option(help: "How willingly it fires: low, normal or high.") var sensitivity = "normal"
        @Option(help: "How long, in seconds.") var seconds = 60
        @OptionGroup var admin: AdminOptions

        func validate() throws {
            guard (1...3_600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3600") }
        }

        func perform(_ client: AdminClient) throws {
            let rooms = room.map { [$0] } ?? []
            var isOurs = false
            if let word {
                let before = try client.words().first { $0.name == word }
                // What is listened for already stays afterwards.
                isOurs = before?.rules.allSatisfy { $0.room != room } ?? false
                _ = try client.wakeWord(
                    .wakeUse(word: word, rooms: rooms, sensitivity: sensitivity, from: nil, to: nil))
            }
            let isAsked = Interruption.isAsked
            var last = try client.events(after: 0).last?.number ?? 0
            Output.note("Say the word. Ctrl-C ends it.")
            let end = ContinuousClock.now + .seconds(seconds)
            while !isAsked(), ContinuousClock.now < end {
                for event in try client.events(after: last) {
                    last = event.number
                    try tell(event)
                }
                Thread.sleep(forTimeInterval: 0.3)
            }
            if let word, isOurs { _ = try client.wakeWord(.wakeDrop(word: word, rooms: rooms)) }
        }

        private func tell(_ event: AdminWakeEvent) throws {
            Output.text(admin.json ? try Output.json(event, isPretty: false) : Tables.wakeEvent(event))
            fflush(nil)
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says which of your recordings would wake a relay.",
            discussion:
                "For recordings that hold the word, and for such as should not wake it. Needs no running hub."
        )
        @Argument(help: "A manifest (.json), or a folder with one.") var model: String
        @Argument(help: "A folder of recordings (WAV, 16 kHz).") var folder: String
        @Option(help: "How willingly it fires: low, normal or high.") var sensitivity = "normal"
        @Flag(help: "Print JSON, for programs.") var json = false

        /// What a recording came to.
        struct Found: Codable, Equatable {
            var file: String
            var heard: Int
            var near: Int
        }

        func run() throws {
            let manager = FileManager.default
            let names = try manager.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".wav") }
                .sorted()
            guard !names.isEmpty else {
                Output.note("loqa: no recording (.wav) lies in \(folder)")
                throw ExitCode(66)
            }
            let paths = names.map { "\(folder)/\($0)" }
            let detector = Tool.sibling("loqa-relay")
            let result = try Tool.run(
                detector,
                ["detect", "--model", model, "--near-misses", "--sensitivity", sensitivity] + paths)
            guard result.status == 0 else {
                Output.note("loqa: \(result.errors.suffix(400))")
                throw ExitCode(65)
            }
            let found = try Self.found(result.output, paths)
            if json { return Output.text(try Output.json(found)) }
            let woken = found.count { $0.heard > 0 }
            for file in found {
                Output.text(
                    file.heard > 0
                        ? "\(file.file): heard \(file.heard) times"
                        : "\(file.file): not heard\(file.near > 0 ? ", but nearly" : "")")
            }
            Output.text("\(woken) of \(found.count) recordings would wake the relay.")
        }

        /// Counts the detector's lines by file.
        static func found(_ output: Data, _ paths: [String]) throws -> [Found] {
            struct Line: Decodable {
                var file: String
                var near_miss: Bool?
            }
            var counts: [String: (heard: Int, near: Int)] = [:]
            for text in output.split(separator: UInt8(ascii: "\n")) {
                let line = try JSONDecoder().decode(Line.self, from: text)
                if line.near_miss == true {
                    counts[line.file, default: (0, 0)].near += 1
                } else {
                    counts[line.file, default: (0, 0)].heard += 1
                }
            }
            return paths.map { Found(file: $0, heard: counts[$0]?.heard ?? 0, near: counts[$0]?.near ?? 0) }
        }
    }
}

extension AdminClient {
    fileprivate func words() throws(AdminClientError) -> [AdminWakeWord] {
        guard case .wakeWords(let list) = try ask(.wakeWords) else { throw .unexpected }
        return list
    }

    fileprivate func events(after number: Int) throws(AdminClientError) -> [AdminWakeEvent] {
        guard case .wakeEvents(let list) = try ask(.wakeEvents(after: number)) else { throw .unexpected }
        return list
    }
}

/// Whether Ctrl-C was pressed, for a command that has something to put back.
enum Interruption {
    /// From now on Ctrl-C no longer ends the program; the closure says whether it was pressed.
    static var isAsked: () -> Bool {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        return {
            var pending = sigset_t()
            sigpending(&pending)
            return sigismember(&pending, SIGINT) == 1
        }
    }
}
