import ArgumentParser

/// Speaks to a running hub: who belongs to the house, how the links are, wake words, and announcements.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa", abstract: "Manages a Loqa house by speaking to its running hub.",
        discussion: """
            Exit codes: 0 done, 1 the hub refused or a question was answered with no, 64 wrong usage, 69 no hub is \
            running here, 75 the hub did not answer in time, 76 the hub is of another version, 77 no permission.
            """,
        subcommands: [
            RelayCommand.self, HubCommand.self, LinkCommand.self, AnnounceCommand.self, WakeCommand.self,
        ])
}
