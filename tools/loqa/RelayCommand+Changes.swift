import ArgumentParser
import HubAdmin

extension RelayCommand {
    struct Approve: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes in the waiting relay that shows or speaks these six digits.",
            discussion:
                "If the relay's digits are not among those of `loqa relay pending`, somebody is in between.")
        @Argument(help: "The six digits of the relay: 042117.") var code: String
        @Option(help: "The room that the relay is in (default: the one it names).") var room: String?
        @Option(help: "The relay's name (default: its own wish, else the room's).") var name: String?
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let relay = try client.relay(.approve(code: code, room: room, name: name))
            try show(relay) { "\"\(relay.name)\" in the room \"\(relay.room)\" belongs to the house." }
        }
    }

    struct Refuse: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Sends a waiting relay away.")
        @Argument(help: "The six digits, as `loqa relay pending` shows them.") var code: String
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .refused(let relay) = try client.ask(.refuse(code: code)) else {
                throw AdminClientError.unexpected
            }
            try show(relay) { "The relay \(relay.code) at \(relay.address) was sent away." }
        }
    }

    struct Revoke: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Strikes a relay off for good: it is dropped at once.",
            discussion: "It may return only after a factory reset, as a new relay.")
        @Argument(help: "The relay's name.") var relay: String
        @Flag(help: "Do not ask.") var yes = false
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let question = """
                Revoke the relay "\(relay)" for good? It is dropped at once and may return only after a factory reset.
                """
            guard Output.confirms(question, isAssured: yes) else { throw ExitCode(1) }
            let revoked = try client.relay(.revoke(relay: relay))
            try show(revoked) { "\"\(revoked.name)\" is revoked." }
        }
    }

    struct Rename: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Gives a relay another name.")
        @Argument(help: "The relay's name.") var relay: String
        @Argument(help: "Its new name.") var name: String
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let renamed = try client.relay(.rename(relay: relay, name: name))
            try show(renamed) { "\"\(relay)\" is called \"\(renamed.name)\" now." }
        }
    }

    struct Move: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Puts a relay into another room.")
        @Argument(help: "The relay's name.") var relay: String
        @Argument(help: "Its new room.") var room: String
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let moved = try client.relay(.move(relay: relay, room: room))
            try show(moved) { "\"\(moved.name)\" is in the room \"\(moved.room)\" now." }
        }
    }
}

extension AdminClient {
    /// Asks what is answered with one relay.
    fileprivate func relay(_ request: AdminRequest) throws(AdminClientError) -> AdminRelay {
        guard case .relay(let relay) = try ask(request) else { throw .unexpected }
        return relay
    }
}
