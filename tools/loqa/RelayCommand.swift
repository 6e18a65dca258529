import ArgumentParser
import HubAdmin

/// Who belongs to the house.
struct RelayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Invites, adopts, lists, changes and revokes relays.",
        subcommands: [
            List.self, Invite.self, Invites.self, Withdraw.self, Pending.self, Approve.self, Refuse.self,
            Revoke.self, Rename.self, Move.self,
        ])

    struct List: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Shows every relay of the house.")
        @Flag(help: "Leave out the revoked ones.") var active = false
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let all: [AdminRelay] = try client.list({ .relays(from: $0) }) { response in
                if case .relays(let page) = response { page } else { nil }
            }
            let relays = active ? all.filter { $0.revokedAt == nil } : all
            try show(relays) { Tables.relays(relays, now: .now, width: Output.tableWidth) }
        }
    }

    struct Invite: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token that lets one relay into the house.",
            discussion: """
                The token alone goes to standard output. It is a secret until it is used: give it to the relay only. \
                It works once.
                """)
        @Option(help: "The room that the relay is in.") var room: String
        @Option(help: "The relay's name (default: its own wish, else the room's).") var name: String?
        @Option(help: ArgumentHelp("How long it is valid, 1m to 30d: 30m, 24h, 7d.", valueName: "time"))
        var valid = Validity.day
        @Option(
            help: ArgumentHelp(
                "Where the relay reaches the hub, as in 192.0.2.1 or 192.0.2.1:7580 (default: the hub knows).",
                valueName: "address"))
        var address: String?
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let response = try client.ask(
                .invite(room: room, name: name, validForSeconds: valid.seconds, address: address))
            guard case .invited(let token, let invite) = response else { throw AdminClientError.unexpected }
            struct Invited: Encodable {
                var token: String
                var invite: AdminInvite
            }
            try show(Invited(token: token, invite: invite)) { token }
            let name = invite.name.map { " as \"\($0)\"" } ?? ""
            Output.note(
                "Lets one relay into the room \"\(invite.room)\"\(name) within \(Wording.span(valid.seconds)). Keep it "
                    + "secret until then.\nTake it back with: loqa relay withdraw \(invite.id)")
        }
    }

    struct Invites: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the invites, without their secrets.")
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let invites: [AdminInvite] = try client.list({ .invites(from: $0) }) { response in
                if case .invites(let page) = response { page } else { nil }
            }
            try show(invites) { Tables.invites(invites, now: .now, width: Output.tableWidth) }
        }
    }

    struct Withdraw: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Takes back an invite that nobody used.")
        @Argument(help: "Its number, as `loqa relay invites` shows it.") var id: String
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .withdrawn(let invite) = try client.ask(.withdraw(id: id)) else {
                throw AdminClientError.unexpected
            }
            try show(invite) { "The invite \(invite.id) for the room \"\(invite.room)\" is withdrawn." }
        }
    }

    struct Pending: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the relays that wait for adoption.")
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .pending(let list) = try client.ask(.pending) else {
                throw AdminClientError.unexpected
            }
            try show(list) { Tables.pending(list, now: .now, width: Output.tableWidth) }
        }
    }
}
