package import HubDialogue

/// Why a chat server did not help.
package enum ChatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It answered something else than the protocol says.
    case malformed(String)
    /// It answered with an error of its own.
    case server(String)
    /// It asked for tools again and again.
    case tooManyRounds
    /// No connection, or none that can be trusted.
    case unreachable(String)
    /// It answered with a status that is no success.
    case refused(ChatRefusal)
    /// Its answer took too long.
    case tooSlow
    /// Its answer has no end.
    case brokeOff
    /// It is outside the house, and the owner did not allow that.
    case outside(String)
    /// It failed so often that it is left alone for a while.
    case resting
    /// Nobody waits for the answer any more.
    case cancelled

    package var description: String {
        switch self {
        case .malformed(let problem): "the chat server's answer cannot be read: \(problem)"
        case .server(let problem): "the chat server says: \(problem)"
        case .tooManyRounds: "the chat model called tools more than \(ChatSession.roundCountMax) times"
        case .unreachable(let problem): "the chat server cannot be reached: \(problem)"
        case .refused(let refusal):
            "the chat server refuses with status \(refusal.status)"
                + (refusal.text.isEmpty ? "" : ": \(refusal.text)") + Self.advice(refusal.status)
        case .tooSlow: "the chat server took too long"
        case .brokeOff: "the chat server's answer broke off"
        case .outside(let address):
            "the chat server is at \(address), outside the house, and gets nothing: "
                + "chat-allow-outside would allow it"
        case .resting: "the chat server failed so often that it is left alone for a while"
        case .cancelled: "nobody waits for the chat server's answer any more"
        }
    }

    private static func advice(_ status: Int) -> String {
        switch status {
        case 300..<400: " (it refers to another address: write that one as chat-url)"
        case 401, 403: " (it wants another key: see chat-key-file)"
        case 404: " (it has no such model or path: see chat-model and chat-url)"
        case _: ""
        }
    }

    /// Whether it is the server's fault, and so a reason to leave it alone.
    package var isServersFault: Bool {
        switch self {
        case .malformed, .server, .unreachable, .refused, .tooSlow, .brokeOff: true
        case .tooManyRounds, .outside, .resting, .cancelled: false
        }
    }

    /// How long the server asks to be left alone.
    package var wish: Duration? { if case .refused(let refusal) = self { refusal.retryAfter } else { nil } }

    /// What the talker is told of it.
    package var trouble: ChatTrouble {
        switch self {
        case .unreachable, .refused, .brokeOff, .outside, .resting: .unreachable
        case .tooSlow: .slow
        case .malformed, .server, .tooManyRounds, .cancelled: .useless
        }
    }
}

/// What a talker is told when the chat model did not help.
package enum ChatTrouble: Sendable, Equatable, CaseIterable {
    /// It cannot be asked at the moment.
    case unreachable
    /// It took too long.
    case slow
    /// It answered, but nothing that is of use.
    case useless
}

extension Phrase {
    /// How the talker is told.
    package init(_ trouble: ChatTrouble) {
        switch trouble {
        case .unreachable: self = .chatUnreachable
        case .slow: self = .chatSlow
        case .useless: self = .chatUseless
        }
    }
}
