/// The hub's answer to one ``AdminRequest``: one JSON object a line with a single key, named in the comments.
package enum AdminResponse: Sendable, Equatable, Codable {
    /// To `status`.
    case status(hub: AdminStatus)
    /// To `relays`.
    case relays(page: AdminPage<AdminRelay>)
    /// To `links`.
    case links(page: AdminPage<AdminLink>)
    /// To `invites`.
    case invites(page: AdminPage<AdminInvite>)
    /// To `pending`: 16 at most.
    case pending(list: [AdminPending])
    /// To `invite`: the token is a secret; show it once.
    case invited(token: String, invite: AdminInvite)
    /// To `withdraw`: what was taken back.
    case withdrawn(invite: AdminInvite)
    /// To `approve`, `revoke`, `rename` and `move`: the relay as it stands now.
    case relay(relay: AdminRelay)
    /// To `refuse`: whom it concerned.
    case refused(relay: AdminPending)
    /// To `rotateKey`.
    case rotation(rotation: AdminRotation)
    /// To `finishRotation`: names of the relays left behind, and how many invites ended with the old key.
    case rotationFinished(fingerprint: String, leftBehind: [String], withdrawnInvites: Int)
    /// To `announce`: the relays that speak.
    case announced(relays: [String])
    /// To `wakeWords`.
    case wakeWords(list: [AdminWakeWord])
    /// To `wakePiece`: bytes of the file so far.
    case wakePiece(byteCount: Int)
    /// To `wakeAdd`, `wakeRemove`, `wakeUse` and `wakeDrop`: the word as it stands, or stood.
    case wakeWord(word: AdminWakeWord)
    /// To `wakeRelays`.
    case wakeRelays(page: AdminPage<AdminWakeRelay>)
    /// To `wakeEvents`.
    case wakeEvents(list: [AdminWakeEvent])
    /// To `wakeFalse`: the wake that was marked, and whether its sound is kept.
    case wakeMarked(event: AdminWakeEvent, isKept: Bool)
    /// To anything: nothing was changed.
    case failure(failure: AdminFailure)

    /// A refusal of something that a person asked for.
    package static func refusal(_ message: String) -> AdminResponse {
        .failure(failure: AdminFailure(code: .refused, message: message))
    }
}

/// Why a request changed nothing.
package struct AdminFailure: Sendable, Equatable, Codable, Error {
    package var code: Code
    /// For a person, with what to do.
    package var message: String

    /// For programs.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// The line was no request; the hub closes the connection.
        case malformed
        /// This hub does not know the request: it is older than who asks.
        case unknownRequest
        /// The caller is neither the hub's own user nor root.
        case notAllowed
        /// The request cannot be granted.
        case refused
        /// The hub could not do its part, for example save the registry.
        case failed
    }

    package init(code: Code, message: String) { (self.code, self.message) = (code, message) }
}

/// A part of a list that may be too long for one line.
package struct AdminPage<Item: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
    /// At most ``AdminLimits/pageItemCount``.
    package var items: [Item]
    /// Where the next part begins; nil at the end.
    package var next: Int?

    /// The part of `all` from `start` on; of any value, a place past the end is an empty page.
    package init(_ all: [Item], from start: Int) {
        let start = min(max(start, 0), all.count)
        let end = min(start + AdminLimits.pageItemCount, all.count)
        items = Array(all[start..<end])
        next = end < all.count ? end : nil
    }
}

/// What bounds the conversation.
package enum AdminLimits {
    /// Bytes of a line, its end included, in either direction.
    package static let lineByteCountMax = 65_536
    /// Items in a page. Each is bounded by the registry's own limits to far below 1,024 bytes.
    package static let pageItemCount = 64
    /// Pages that a client follows.
    package static let pageCountMax = 256
}
