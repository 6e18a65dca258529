package import LoqaBase

// The frames that open, keep and close a connection: PROTOCOL.md, "Joining", "Liveness" and "Status".

/// What a relay says first.
package struct Hello: Sendable, Equatable {
    /// The oldest protocol version that the relay speaks; at least 1.
    package var versionMin: UInt8
    /// The newest one; not below the oldest.
    package var versionMax: UInt8
    /// The UDP port at which the relay receives media packets.
    package var mediaPort: UInt16
    /// The relay's own name, unique in the house; 1 to 64 bytes of UTF-8.
    package var name: String
    /// The room the relay stands in, as the home file calls it; 1 to 64 bytes of UTF-8.
    package var room: String

    package init(versionMin: UInt8, versionMax: UInt8, mediaPort: UInt16, name: String, room: String) {
        (self.versionMin, self.versionMax, self.mediaPort) = (versionMin, versionMax, mediaPort)
        (self.name, self.room) = (name, room)
    }
}

extension Hello: FrameFields {
    private static let names = 1...WireLimits.nameByteCountMax

    init(from reader: inout PayloadReader) throws(WireError) {
        versionMin = try reader.number("versionMin", in: 1...UInt8.max)
        versionMax = try reader.number("versionMax", in: 1...UInt8.max)
        // C8: an empty range of versions is a range violated by its upper end.
        guard versionMin <= versionMax else {
            throw reader.outOfRange("versionMax", offset: 1, value: Int(versionMax))
        }
        mediaPort = try reader.number("mediaPort", in: 1...UInt16.max)
        name = try reader.text("name", byteCounts: Self.names)
        room = try reader.text("room", byteCounts: Self.names)
    }

    func write(to writer: inout PayloadWriter) {
        precondition(versionMin <= versionMax)
        writer.number(versionMin, in: 1...UInt8.max)
        writer.number(versionMax, in: 1...UInt8.max)
        writer.number(mediaPort, in: 1...UInt16.max)
        writer.text(name, byteCounts: Self.names)
        writer.text(room, byteCounts: Self.names)
    }
}

/// The hub's answer to ``Hello``.
package struct Welcome: Sendable, Equatable {
    /// The version both ends speak from now on.
    package var version: UInt8
    /// The number the hub gave this relay.
    package var relay: RelayID
    /// The UDP port at which the hub receives media packets.
    package var mediaPort: UInt16

    package init(version: UInt8, relay: RelayID, mediaPort: UInt16) {
        (self.version, self.relay, self.mediaPort) = (version, relay, mediaPort)
    }
}

extension Welcome: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        version = try reader.number("version", in: 1...UInt8.max)
        relay = RelayID(try reader.number("relay", in: 1...UInt16.max))
        mediaPort = try reader.number("mediaPort", in: 1...UInt16.max)
    }

    func write(to writer: inout PayloadWriter) {
        writer.number(version, in: 1...UInt8.max)
        writer.number(relay.value, in: 1...UInt16.max)
        writer.number(mediaPort, in: 1...UInt16.max)
    }
}

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
        /// No common protocol version.
        case unsupportedVersion = 2
        /// A frame could not be decoded, or came where the order of frames forbids it.
        case protocolViolation = 3
        /// The hub has as many relays as it may.
        case tooManyRelays = 4
        /// Another relay of the same name is connected.
        case duplicateName = 5
        /// The hub's home file has no such room.
        case unknownRoom = 6
        /// No frame came for longer than the liveness limit.
        case silent = 7
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
