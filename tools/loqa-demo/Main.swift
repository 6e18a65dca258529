import ArgumentParser

/// Loqa's demo, and the measurements that need a whole house of real processes.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-demo", abstract: "Talks to a Loqa house and shows what came of it.",
        subcommands: [DemoCommand.self, SoakCommand.self, IdleCommand.self, SoundsCommand.self],
        defaultSubcommand: DemoCommand.self)
}
