import ArgumentParser

/// Loqa's benchmark of the hub's end of the link.
@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-bench", abstract: "Measures what relays cost the hub.",
        subcommands: [RunCommand.self, HubCommand.self], defaultSubcommand: RunCommand.self)
}
