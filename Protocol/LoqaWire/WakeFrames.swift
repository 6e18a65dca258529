package import LoqaBase

// The frames of wake words and stop words: PROTOCOL.md, "Wake words" and "Rings".

/// The relay's stop word ended a ring.
package struct RingSilenced: Sendable, Equatable {
    /// The ring that has ended.
    package var ring: RingID
    package init(ring: RingID) { self.ring = ring }
}

extension RingSilenced: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) { ring = RingID(try reader.number("ring")) }
    func write(to writer: inout PayloadWriter) { writer.number(ring.value) }
}

/// One of the words that a relay is to listen for.
package struct WakeWordChoice: Sendable, Equatable {
    /// How willingly it fires.
    package enum Sensitivity: UInt8, Sendable, CaseIterable {
        case low = 1
        case normal = 2
        case high = 3

        /// As people and files call it.
        package var name: String {
            switch self {
            case .low: "low"
            case .normal: "normal"
            case .high: "high"
            }
        }

        /// Nil for what is none's ``name``.
        package init?(name: String) {
            guard let named = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = named
        }
    }

    /// Of the choice that this word belongs to; higher for a later one.
    package var revision: UInt32
    /// Its place in the choice, from 0.
    package var index: UInt8
    /// Words of the choice; 0 gives the choice back to the relay.
    package var count: UInt8
    /// SHA-256 of the bundle; anything if there is no word.
    package var model: [UInt8]
    package var sensitivity: Sensitivity

    package init(revision: UInt32, index: UInt8, count: UInt8, model: [UInt8], sensitivity: Sensitivity) {
        (self.revision, self.index, self.count) = (revision, index, count)
        (self.model, self.sensitivity) = (model, sensitivity)
    }
}

extension WakeWordChoice: FrameFields {
    private static let countMax = UInt8(WireLimits.wakeWordCountMax)

    init(from reader: inout PayloadReader) throws(WireError) {
        revision = try reader.number("revision", in: 1...UInt32.max)
        index = try reader.number("index", in: 0...Self.countMax - 1)
        count = try reader.number("count", in: 0...Self.countMax)
        // C8: a word of none is the first, and any other has a place among its fellows.
        guard index < max(count, 1) else {
            throw reader.outOfRange("count", offset: 5, value: Int(count))
        }
        model = try reader.bytes("model", count: 32)
        sensitivity = try reader.choice("sensitivity")
    }

    func write(to writer: inout PayloadWriter) {
        precondition(index < max(count, 1), "a word beyond its choice")
        writer.number(revision, in: 1...UInt32.max)
        writer.number(index)
        writer.number(count, in: 0...Self.countMax)
        writer.bytes(model, byteCounts: 32...32)
        writer.number(sensitivity.rawValue)
    }
}

/// A relay lacks a model, or the rest of it.
package struct WakePartWanted: Sendable, Equatable {
    /// SHA-256 of the bundle.
    package var model: [UInt8]
    /// Bytes that the relay has.
    package var offset: UInt32

    package init(model: [UInt8], offset: UInt32) { (self.model, self.offset) = (model, offset) }
}

extension WakePartWanted: FrameFields {
    static let offsets = 0...UInt32(WireLimits.wakeBundleByteCountMax - 1)

    init(from reader: inout PayloadReader) throws(WireError) {
        model = try reader.bytes("model", count: 32)
        offset = try reader.number("offset", in: Self.offsets)
    }

    func write(to writer: inout PayloadWriter) {
        writer.bytes(model, byteCounts: 32...32)
        writer.number(offset, in: Self.offsets)
    }
}

/// A piece of a model.
package struct WakePart: Sendable, Equatable {
    /// SHA-256 of the bundle.
    package var model: [UInt8]
    /// Bytes of the whole bundle.
    package var byteCount: UInt32
    /// Bytes before these.
    package var offset: UInt32
    package var part: [UInt8]

    package init(model: [UInt8], byteCount: UInt32, offset: UInt32, part: [UInt8]) {
        (self.model, self.byteCount, self.offset, self.part) = (model, byteCount, offset, part)
    }
}

extension WakePart: FrameFields {
    private static let byteCounts = 1...UInt32(WireLimits.wakeBundleByteCountMax)

    init(from reader: inout PayloadReader) throws(WireError) {
        model = try reader.bytes("model", count: 32)
        byteCount = try reader.number("byteCount", in: Self.byteCounts)
        offset = try reader.number("offset", in: WakePartWanted.offsets)
        part = try reader.rest("part", byteCounts: 1...WireLimits.wakePartByteCountMax)
    }

    func write(to writer: inout PayloadWriter) {
        writer.bytes(model, byteCounts: 32...32)
        writer.number(byteCount, in: Self.byteCounts)
        writer.number(offset, in: WakePartWanted.offsets)
        writer.bytes(part, byteCounts: 1...WireLimits.wakePartByteCountMax)
    }
}

/// How a relay's wake words fare. All numbers count from the relay's start.
package struct WakeReport: Sendable, Equatable {
    /// Of the choice that it listens by; 0 for its own.
    package var revision: UInt32
    /// Wake words that were heard.
    package var wakes: UInt32
    /// Of these, what the hub found to be none (T19).
    package var rejected: UInt32
    /// What came close to a wake word.
    package var nearMisses: UInt32
    /// Stop words that ended something.
    package var stops: UInt32
    /// Self-tests (W5), and those in which the known clip was not heard.
    package var selfTests: UInt32
    package var failedSelfTests: UInt32
    /// Times that the wake engine was started again.
    package var restarts: UInt32

    package init(
        revision: UInt32 = 0, wakes: UInt32 = 0, rejected: UInt32 = 0, nearMisses: UInt32 = 0,
        stops: UInt32 = 0, selfTests: UInt32 = 0, failedSelfTests: UInt32 = 0, restarts: UInt32 = 0
    ) {
        (self.revision, self.wakes, self.rejected, self.nearMisses) = (revision, wakes, rejected, nearMisses)
        (self.stops, self.selfTests, self.failedSelfTests) = (stops, selfTests, failedSelfTests)
        self.restarts = restarts
    }
}

extension WakeReport: FrameFields {
    init(from reader: inout PayloadReader) throws(WireError) {
        revision = try reader.number("revision")
        wakes = try reader.number("wakes")
        rejected = try reader.number("rejected")
        nearMisses = try reader.number("nearMisses")
        stops = try reader.number("stops")
        selfTests = try reader.number("selfTests")
        failedSelfTests = try reader.number("failedSelfTests")
        restarts = try reader.number("restarts")
    }

    func write(to writer: inout PayloadWriter) {
        for number in [revision, wakes, rejected, nearMisses, stops, selfTests, failedSelfTests, restarts] {
            writer.number(number)
        }
    }
}
