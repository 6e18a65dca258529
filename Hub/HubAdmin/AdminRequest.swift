/// What a person asks of a running hub, over its `admin.sock`.
///
/// On the wire one JSON object a line with a single key, as in `{"move":{"relay":"shelf","room":"kitchen"}}`. Each is
/// answered by one line, an ``AdminResponse``. Whoever may open the socket may ask everything.
package enum AdminRequest: Sendable, Equatable, Codable {
    /// The hub itself.
    case status
    /// Everybody in the registry, from this place in the list on (0 is the first).
    case relays(from: Int)
    /// The state of the link of each connected relay.
    case links(from: Int)
    /// The invites that are remembered.
    case invites(from: Int)
    /// The relays that wait for adoption.
    case pending
    /// Makes a token. `address` is where relays reach this hub ("192.0.2.1" or "192.0.2.1:7580"); nil lets the hub say.
    case invite(room: String, name: String?, validForSeconds: Int64, address: String?)
    /// Takes an unused invite back; `id` is 16 hexadecimal digits.
    case withdraw(id: String)
    /// Enrols the waiting relay that shows these six digits. Nil takes what the relay wished for.
    case approve(code: String, room: String?, name: String?)
    /// Sends a waiting relay away.
    case refuse(code: String)
    /// Strikes a relay off, for good.
    case revoke(relay: String)
    case rename(relay: String, name: String)
    case move(relay: String, room: String)
    /// Begins the way to a new hub key.
    case rotateKey
    /// Ends it: relays that do not know the new key are left behind.
    case finishRotation
    /// Speaks in these rooms together; an empty list is everywhere.
    case announce(text: String, rooms: [String])

    /// The wake words on the hub's shelf.
    case wakeWords
    /// A piece of a file of a wake word, base64; files and pieces come in order, the manifest first, and one word at a time.
    case wakePiece(word: String, file: String, offset: Int, data: String)
    /// Puts the word on the shelf whose files have come.
    case wakeAdd(word: String)
    case wakeRemove(word: String)
    /// Gives the word to the relays of these rooms, an empty list being every one; `from` and `to` are minutes since midnight,
    /// nil for always; `sensitivity` is "low", "normal" or "high".
    case wakeUse(word: String, rooms: [String], sensitivity: String, from: Int?, to: Int?)
    /// Takes it back from these rooms, an empty list being every one.
    case wakeDrop(word: String, rooms: [String])
    /// How wake words fare at each relay.
    case wakeRelays(from: Int)
    /// The wakes after one of this number; the newest ones are remembered.
    case wakeEvents(after: Int)
    /// Marks the newest wake of a relay, of any if nil, as false.
    case wakeFalse(relay: String?)

    /// The names on the wire.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case status, relays, links, invites, pending, invite, withdraw, approve, refuse, revoke, rename, move
        case rotateKey, finishRotation, announce
        case wakeWords, wakePiece, wakeAdd, wakeRemove, wakeUse, wakeDrop, wakeRelays, wakeEvents, wakeFalse
    }
}
