import ArgumentParser
import Foundation
import HubAdmin

/// The wake words of the house.
struct WakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wake", abstract: "Shows, adds, tries, makes and hands out wake words.",
        discussion: """
            A wake word is a microWakeWord model with its manifest, or one that `loqa wake train` has made. `add` puts it on \
            the hub's shelf, `use` gives it to the relays of some rooms, `status` shows how it fares there.
            """,
        subcommands: [
            List.self, Add.self, Remove.self, Use.self, Drop.self, Status.self, Try.self, Test.self,
            Train.self, False.self,
        ])

    struct List: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the wake words on the hub's shelf.")
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .wakeWords(let list) = try client.ask(.wakeWords) else {
                throw AdminClientError.unexpected
            }
            try show(list) { Tables.wakeWords(list, width: Output.tableWidth) }
        }
    }

    struct Remove: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a wake word off the shelf, and away from all relays.")
        @Argument(help: "Its name, as `loqa wake list` shows it.") var word: String
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let word = try client.wakeWord(.wakeRemove(word: word))
            try show(word) { "\"\(word.phrase)\" (\(word.name)) is gone." }
        }
    }

    struct Use: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a wake word to the relays of some rooms, or of all.",
            discussion: """
                Relays listen for all words that they are given, at most eight, and for none of their own any more. Once \
                every word is dropped they go back to their own.
                """)
        @Argument(help: "Its name, as `loqa wake list` shows it.") var word: String
        @Option(help: "A room; may be given several times (default: all).") var room: [String] = []
        @Option(help: "How willingly it fires: low, normal or high.") var sensitivity = "normal"
        @Option(help: "Only from this time of the day on, as in 07:30; needs --to.") var from: DayTime?
        @Option(help: "Only until this time; before --from it is on the next day.") var to: DayTime?
        @OptionGroup var admin: AdminOptions

        func validate() throws {
            guard (from == nil) == (to == nil) else {
                throw ValidationError("--from and --to need each other")
            }
            guard from != to || from == nil else {
                throw ValidationError("--from and --to are the same time")
            }
            guard ["low", "normal", "high"].contains(sensitivity) else {
                throw ValidationError("--sensitivity is low, normal or high")
            }
        }

        func perform(_ client: AdminClient) throws {
            let word = try client.wakeWord(
                .wakeUse(
                    word: word, rooms: room, sensitivity: sensitivity, from: from?.minute, to: to?.minute))
            try show(word) { Tables.wakeUse(word) }
        }
    }

    struct Drop: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a wake word away from the relays of some rooms, or of all.")
        @Argument(help: "Its name, as `loqa wake list` shows it.") var word: String
        @Option(help: "A room; may be given several times (default: all).") var room: [String] = []
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let word = try client.wakeWord(.wakeDrop(word: word, rooms: room))
            try show(word) { Tables.wakeUse(word) }
        }
    }

    struct Status: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows how the wake words fare at each relay, over the last 24 hours.",
            discussion: """
                REJECTED is what the hub judged once more and let fall, FALSE what you marked so, NEAR what came close, TESTS \
                the relays' self-tests and how many of them failed. --json has it hour by hour.
                """)
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let relays: [AdminWakeRelay] = try client.list({ .wakeRelays(from: $0) }) { response in
                if case .wakeRelays(let page) = response { page } else { nil }
            }
            try show(relays) { Tables.wakeRelays(relays, width: Output.tableWidth) }
        }
    }

    struct False: AdminCommand {
        static let configuration = CommandConfiguration(
            commandName: "false", abstract: "Marks the newest wake as one that nobody meant.",
            discussion:
                "Its sound is kept, encrypted, if the hub runs with --keep-false-wakes. Saying \"that was not for you\" does the same."
        )
        @Option(help: "The relay that woke (default: the one that woke last).") var relay: String?
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .wakeMarked(let event, let isKept) = try client.ask(.wakeFalse(relay: relay)) else {
                throw AdminClientError.unexpected
            }
            try show(event) {
                "Marked the wake of \(event.relay), \(Wording.ago(event.at, now: .now))"
                    + (isKept ? "; its sound is kept for the next training." : ".")
            }
        }
    }
}

extension AdminClient {
    /// Asks for something that is answered by a wake word.
    func wakeWord(_ request: AdminRequest) throws(AdminClientError) -> AdminWakeWord {
        guard case .wakeWord(let word) = try ask(request) else { throw .unexpected }
        return word
    }
}

/// A time of the day, as typed: 07:30.
struct DayTime: ExpressibleByArgument, Equatable {
    /// Since midnight.
    let minute: Int

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hour = Int(parts[0]), let rest = Int(parts[1]), hour < 24, rest < 60
        else { return nil }
        minute = hour * 60 + rest
    }

    /// As people write it.
    static func text(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }
}
