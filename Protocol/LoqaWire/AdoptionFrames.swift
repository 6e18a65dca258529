// The frames by which a hub takes in a relay, and changes its own key: PROTOCOL.md, "Adoption" and "Keys".

/// An unknown relay asks to be taken in. It binds itself to a number that it will show later, so that nobody in
/// between can choose numbers until the six digits of both sides agree.
package struct AdoptCommit: Sendable, Equatable {
    /// SHA-256 over the relay's number and the handshake; 32 bytes.
    package var commitment: [UInt8]
    /// What the relay wants to be called; 1 to 64 bytes of UTF-8.
    package var name: String
    /// The room it wants; empty if it leaves that to the owner.
    package var room: String

    package init(commitment: [UInt8], name: String, room: String) {
        (self.commitment, self.name, self.room) = (commitment, name, room)
    }
}

extension AdoptCommit: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        commitment = try reader.bytes("commitment", count: 32)
        name = try reader.text("name", byteCounts: names)
        room = try reader.text("room", byteCounts: wishes)
    }

    func write(to writer: inout PayloadWriter) {
        writer.bytes(commitment, byteCounts: 32...32)
        writer.text(name, byteCounts: names)
        writer.text(room, byteCounts: wishes)
    }
}

/// The hub's part of the six digits.
package struct AdoptNonce: Sendable, Equatable {
    /// Random; 16 bytes.
    package var nonce: [UInt8]
    package init(nonce: [UInt8]) { self.nonce = nonce }
}

extension AdoptNonce: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        nonce = try reader.bytes("nonce", count: 16)
    }

    func write(to writer: inout PayloadWriter) { writer.bytes(nonce, byteCounts: 16...16) }
}

/// The relay's part of the six digits, which must match its commitment.
package struct AdoptReveal: Sendable, Equatable {
    /// Random; 16 bytes.
    package var nonce: [UInt8]
    package init(nonce: [UInt8]) { self.nonce = nonce }
}

extension AdoptReveal: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        nonce = try reader.bytes("nonce", count: 16)
    }

    func write(to writer: inout PayloadWriter) { writer.bytes(nonce, byteCounts: 16...16) }
}

/// The owner has compared the digits and approved the relay.
package struct Adopted: Sendable, Equatable {
    /// The relay's name in this house; 1 to 64 bytes of UTF-8.
    package var name: String
    /// The room it stands in; 1 to 64 bytes of UTF-8.
    package var room: String
    package init(name: String, room: String) { (self.name, self.room) = (name, room) }
}

extension Adopted: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        name = try reader.text("name", byteCounts: names)
        room = try reader.text("room", byteCounts: names)
    }

    func write(to writer: inout PayloadWriter) {
        writer.text(name, byteCounts: names)
        writer.text(room, byteCounts: names)
    }
}

/// A key that the hub will be known by.
package struct HubKey: Sendable, Equatable {
    /// An X25519 public key; 32 bytes.
    package var key: [UInt8]
    package init(key: [UInt8]) { self.key = key }
}

extension HubKey: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { key = try reader.bytes("key", count: 32) }
    func write(to writer: inout PayloadWriter) { writer.bytes(key, byteCounts: 32...32) }
}

/// The relay keeps that key from now on.
package struct HubKeyStored: Sendable, Equatable {
    /// The key of ``HubKey``; 32 bytes.
    package var key: [UInt8]
    package init(key: [UInt8]) { self.key = key }
}

extension HubKeyStored: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { key = try reader.bytes("key", count: 32) }
    func write(to writer: inout PayloadWriter) { writer.bytes(key, byteCounts: 32...32) }
}
