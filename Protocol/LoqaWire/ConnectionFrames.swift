package import LoqaBase

// The frames that open, keep and close a connection: PROTOCOL.md, "Joining", "Liveness" and "Status".

/// What a relay says first on a connection that it has proved its key on.
package struct Hello: Sendable, Equatable {
    /// The number that the hub's datagrams to this relay carry; 1 to 16,777,215.
    package var session: UInt32
    /// What the relay wants to be called, if the hub has no name for it yet; 1 to 64 bytes of UTF-8.
    package var name: String
    /// The room it wants, as the home file calls it; empty if it leaves that to the hub.
    package var room: String

    package init(session: UInt32, name: String, room: String) {
        (self.session, self.name, self.room) = (session, name, room)
    }
}

extension Hello: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        session = try reader.number("session", in: sessions)
        name = try reader.text("name", byteCounts: names)
        room = try reader.text("room", byteCounts: wishes)
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(session, in: sessions)
        writer.text(name, byteCounts: names)
        writer.text(room, byteCounts: wishes)
    }
}

/// The hub's answer to ``Hello``.
package struct Welcome: Sendable, Equatable {
    /// The number the hub gave this relay.
    package var relay: RelayID
    /// The UDP port at which the hub receives datagrams.
    package var mediaPort: UInt16
    /// The number that the relay's datagrams carry; 1 to 16,777,215.
    package var session: UInt32
    /// The relay's name in this house.
    package var name: String
    /// The room it stands in.
    package var room: String

    package init(relay: RelayID, mediaPort: UInt16, session: UInt32, name: String, room: String) {
        (self.relay, self.mediaPort, self.session) = (relay, mediaPort, session)
        (self.name, self.room) = (name, room)
    }
}

extension Welcome: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        relay = RelayID(try reader.number("relay", in: 1...UInt16.max))
        mediaPort = try reader.number("mediaPort", in: 1...UInt16.max)
        session = try reader.number("session", in: sessions)
        name = try reader.text("name", byteCounts: names)
        room = try reader.text("room", byteCounts: names)
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(relay.value, in: 1...UInt16.max)
        writer.number(mediaPort, in: 1...UInt16.max)
        writer.number(session, in: sessions)
        writer.text(name, byteCounts: names)
        writer.text(room, byteCounts: names)
    }
}

/// C6: lengths of a name, and of one that may be left open.
let names = 1...WireLimits.nameByteCountMax
let wishes = 0...WireLimits.nameByteCountMax
/// M1: numbers of a datagram's receiver.
private let sessions = 1...WireLimits.sessionMax

/// What works on a relay at the moment.
package struct Status: Sendable, Equatable {
    /// The household has switched the microphone off.
    package var isMuted: Bool
    /// The capture device and the wake engine run.
    package var canHear: Bool
    /// The playback device runs.
    package var canSpeak: Bool
    package init(isMuted: Bool, canHear: Bool, canSpeak: Bool) {
        (self.isMuted, self.canHear, self.canSpeak) = (isMuted, canHear, canSpeak)
    }
}

extension Status: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        isMuted = try reader.flag("isMuted")
        canHear = try reader.flag("canHear")
        canSpeak = try reader.flag("canSpeak")
    }

    func write(to writer: inout PayloadWriter) {
        writer.flag(isMuted)
        writer.flag(canHear)
        writer.flag(canSpeak)
    }
}

/// A number that comes back unchanged; the sender makes up its meaning.
package struct Probe: Sendable, Equatable {
    /// Comes back unchanged.
    package var number: UInt32
    package init(number: UInt32) { self.number = number }
}

extension Probe: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { number = try reader.number("number") }
    func write(to writer: inout PayloadWriter) { writer.number(number) }
}

/// Why an end closes the connection.
package struct Goodbye: Sendable, Equatable {
    /// Error codes of the protocol. A number is never used again for something else.
    package enum Code: UInt16, Sendable, CaseIterable {
        /// The program ends; come back later.
        case shuttingDown = 1
        /// A frame could not be decoded, or came where the order of frames forbids it.
        case protocolViolation = 3
        /// The hub has as many relays as it may.
        case tooManyRelays = 4
        /// The same relay has connected again.
        case replaced = 5
        /// The hub's home file has no such room.
        case unknownRoom = 6
        /// No frame came for longer than the liveness limit.
        case silent = 7
        /// The owner refused to adopt the relay.
        case adoptionRefused = 8
        /// Nobody decided about the relay in time.
        case adoptionExpired = 9
        /// The owner has revoked the relay's key.
        case revoked = 10
        /// More came than anybody needs to send.
        case tooFast = 11
    }

    /// Why, for the other program.
    package var code: Code
    /// For a person's eyes; at most 200 bytes of UTF-8.
    package var text: String
    package init(code: Code, text: String) { (self.code, self.text) = (code, text) }
}

extension Goodbye: FrameFields {
    private static let texts = 0...WireLimits.goodbyeTextByteCountMax

    init(from reader: inout PayloadReader) throws(WireError) {
        code = try reader.choice("code")
        text = try reader.text("text", byteCounts: Self.texts)
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(code.rawValue)
        writer.text(sendableText, byteCounts: Self.texts)
    }

    /// The text as it travels: cut at a character to the longest length, forbidden characters as spaces.
    /// It often quotes an error of the other end, and must not turn one fault into two.
    package var sendableText: String {
        var result = ""
        for scalar in text.unicodeScalars {
            let plain = isPlain(scalar) ? scalar : " "
            if result.utf8.count + UTF8.width(plain) > WireLimits.goodbyeTextByteCountMax { break }
            result.unicodeScalars.append(plain)
        }
        return result
    }
}
