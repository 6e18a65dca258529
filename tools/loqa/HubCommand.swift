import ArgumentParser
import HubAdmin

/// The hub itself.
struct HubCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "Shows the hub, and changes its key.",
        subcommands: [Status.self, RotateKey.self, FinishRotation.self])

    struct Status: AdminCommand {
        static let configuration = CommandConfiguration(abstract: "Shows how the hub is.")
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let status = try client.status()
            try show(status) { Tables.status(status, now: .now) }
        }
    }

    struct RotateKey: AdminCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key", abstract: "Begins the way to a new key of the hub.",
            discussion: """
                The hub makes the key, tells it to every relay that is connected or comes, and answers to both keys until \
                `loqa hub finish-rotation`.
                """)
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            guard case .rotation(let rotation) = try client.ask(.rotateKey) else {
                throw AdminClientError.unexpected
            }
            try show(rotation) {
                """
                The hub's new key is \(rotation.fingerprint). \(Tables.following(rotation))
                End the old key with: loqa hub finish-rotation
                """
            }
        }
    }

    struct FinishRotation: AdminCommand {
        static let configuration = CommandConfiguration(
            commandName: "finish-rotation", abstract: "Ends the hub's old key.",
            discussion:
                "Relays that do not know the new key are left behind: each must be invited or adopted again.")
        @Flag(help: "Do not ask.") var yes = false
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            if !yes {
                guard let rotation = try client.status().rotation else {
                    throw AdminClientError.failure(
                        .init(code: .refused, message: "no key rotation is in progress"))
                }
                let question = "\(Tables.following(rotation))\nEnd the old key for good?"
                guard Output.confirms(question, isAssured: false) else { throw ExitCode(1) }
            }
            let response = try client.ask(.finishRotation)
            guard case .rotationFinished(let fingerprint, let leftBehind, let withdrawn) = response else {
                throw AdminClientError.unexpected
            }
            struct Finished: Encodable {
                var fingerprint: String
                var leftBehind: [String]
                var withdrawnInvites: Int
            }
            let end = Finished(
                fingerprint: fingerprint, leftBehind: leftBehind, withdrawnInvites: withdrawn)
            try show(end) {
                var lines = ["The hub's only key is \(fingerprint) now."]
                if !leftBehind.isEmpty {
                    lines.append(
                        "Left behind: \(leftBehind.joined(separator: ", ")). Invite or adopt them again.")
                }
                if withdrawn > 0 {
                    lines.append("Open invites that named the old key and ended with it: \(withdrawn).")
                }
                return lines.joined(separator: "\n")
            }
        }
    }
}

extension AdminClient {
    fileprivate func status() throws(AdminClientError) -> AdminStatus {
        guard case .status(let status) = try ask(.status) else { throw .unexpected }
        return status
    }
}
