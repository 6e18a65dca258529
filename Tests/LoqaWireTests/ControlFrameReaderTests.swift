import LoqaBase
import LoqaTestKit
import LoqaWire
import Testing

struct ControlFrameReaderTests {
    private let ping: [UInt8] = [0, 4, 1, 0, 0, 0, 0, 7]
    private let pinged = ControlFrameReader.Arrival.frame(.ping(Probe(number: 7)))

    @Test func `C2: the longest payload passes, one byte more fails by the header alone`() {
        let longest: [UInt8] = [0x10, 0, 0x77, 0] + Array(repeating: 9, count: 4_096)
        #expect(arrivals(in: longest + ping, from: .relay).found == [.skipped(kind: 0x77), pinged])
        let (found, error) = arrivals(in: [0x10, 1, 0x77, 0], from: .relay)
        #expect(found.isEmpty && error == .payloadTooLong(kind: 0x77, byteCount: 4_097))
    }

    @Test(arguments: UInt8(2)...255)
    func `C3: every reserved flag is malformed, on known and unknown kinds`(flags: UInt8) {
        #expect(arrivals(in: [0, 4, 1, flags], from: .hub).error == .reservedFlag(kind: 1, flags: flags))
        #expect(
            arrivals(in: [0, 0, 0x99, flags], from: .hub).error == .reservedFlag(kind: 0x99, flags: flags))
    }

    @Test(arguments: (UInt8(0)...255).filter { ControlFrame.Kind(rawValue: $0) == nil })
    func `C4: every unknown kind is skipped, unless it must be understood`(kind: UInt8) {
        let found = arrivals(in: [0, 2, kind, 0, 0xFF, 0xFF] + ping, from: .relay)
        #expect(found.found == [.skipped(kind: kind), pinged] && found.error == nil)
        let refused = arrivals(in: ping + [0, 2, kind, 1, 0xFF, 0xFF], from: .relay)
        #expect(refused.found == [pinged] && refused.error == .notUnderstood(kind: kind))
    }

    @Test(arguments: Vector.control)
    func `C5: on a known kind the flag says nothing`(vector: Vector) {
        var bytes = vector.bytes
        bytes[3] ^= 1
        #expect(
            arrivals(in: bytes, from: vector.sender).found
                == arrivals(in: vector.bytes, from: vector.sender).found)
    }

    @Test(arguments: [0x00, 0x1F, 0x7F, 0x80, 0x9F, 0x2028, 0x202E, 0x2066, 0x2069] as [UInt32])
    func `C6: a forbidden character is refused, its neighbours pass`(value: UInt32) throws {
        func error(_ value: UInt32) throws -> WireError? {
            let text = String(Character(try #require(Unicode.Scalar(value))))
            let payload = [0, 1, UInt8(text.utf8.count)] + Array(text.utf8)
            return arrivals(in: [0, UInt8(payload.count), 4, 0] + payload, from: .hub).error
        }
        #expect(try error(value) == .badText(.goodbye, field: "text", offset: 2))
        for allowed in [0x20, 0x7E, 0xA0, 0x2027, 0x202F, 0x2065, 0x206A] as [UInt32] {
            #expect(try error(allowed) == nil)
        }
    }

    // The last field of `media` and `wakePart` is all that is left, so it has no length of its own to fall short of.
    @Test(arguments: Vector.control.filter { $0.kind != "media" && $0.kind != "wakePart" })
    func `C7: every shorter payload is malformed, and bytes after the last field are ignored`(vector: Vector)
    {
        let payload = Array(vector.bytes.dropFirst(4))
        for count in 0..<payload.count {
            let frame = [0, UInt8(count)] + vector.bytes[2..<4] + payload.prefix(count)
            #expect(arrivals(in: frame, from: vector.sender).error?.name == "tooShort")
        }
        let longer = [0, UInt8(payload.count + 3)] + vector.bytes[2..<4] + payload + [1, 2, 3]
        let expected = arrivals(in: vector.bytes, from: vector.sender).found
        #expect(arrivals(in: longer, from: vector.sender).found == expected)
    }

    @Test(arguments: ControlFrame.Kind.allCases)
    func `C9: a kind from the end that never sends it is malformed, before its payload came`(
        kind: ControlFrame.Kind
    ) {
        for sender in ControlFrame.Sender.allCases {
            let error = arrivals(in: [0, 9, kind.rawValue, 1], from: sender).error
            #expect(error == (kind.mayCome(from: sender) ? nil : .wrongDirection(kind)))
        }
        #expect(ControlFrame.Sender.allCases.contains { kind.mayCome(from: $0) })
    }

    @Test func `C10: after an error nothing is decoded and the error stays`() throws {
        var reader = ControlFrameReader(from: .relay)
        try reader.append(ping + [0, 0, 0x99, 1] + ping)
        #expect(try reader.next() == pinged)
        for _ in 0..<2 {
            #expect(throws: WireError.notUnderstood(kind: 0x99)) { try reader.next() }
            #expect(throws: WireError.notUnderstood(kind: 0x99)) { try reader.append(ping) }
            #expect(reader.unreadByteCount == 0)
        }
    }

    @Test func `C11: the numbers of kinds and codes are the ones that version 1 began with`() {
        let kinds = ControlFrame.Kind.allCases.map(\.rawValue)
        let others: [UInt8] = [0x4D, 0x50, 0x51]
        #expect(kinds.sorted() == Array(1...4) + Array(0x10...0x1A) + Array(0x20...0x2C) + others)
        #expect(Goodbye.Code.allCases.map(\.rawValue) == [1] + Array(3...11))
        #expect(HandshakeRefusal.allCases.map(\.rawValue) == Array(1...8))
    }

    @Test func `the reader holds one large chunk behind an unfinished frame and refuses more`() throws {
        var reader = ControlFrameReader(from: .relay)
        let chunk = [UInt8](repeating: 0, count: ControlFrameReader.capacity)
        try reader.append(chunk)
        #expect(reader.unreadByteCount == ControlFrameReader.capacity)
        #expect(throws: WireError.tooManyUnread(byteCount: ControlFrameReader.capacity + 1)) {
            try reader.append([0])
        }
        var other = ControlFrameReader(from: .relay)
        for _ in 0..<5_000 {
            try other.append(ping)
            #expect(try other.next() == pinged)
            #expect(other.unreadByteCount == 0)
        }
    }

    @Test func `the text of a goodbye is cut at a character and cleaned, so that saying why never fails`() {
        let long = String(repeating: "x", count: 198) + "é€"
        let goodbye = Goodbye(code: .protocolViolation, text: "a\nb\u{202E}" + long)
        let expected = "a b " + String(repeating: "x", count: 196)
        #expect(Goodbye(code: .silent, text: long).sendableText == String(long.dropLast()))
        #expect(
            arrivals(in: ControlFrame.goodbye(goodbye).encoded(), from: .hub).found == [
                .frame(.goodbye(Goodbye(code: .protocolViolation, text: expected)))
            ])
    }
}

struct NegotiationTests {
    @Test(arguments: UInt8(1)...6, UInt8(1)...6)
    func `H4: the highest version in both ranges is chosen, or none`(low: UInt8, high: UInt8) {
        guard low <= high else { return }
        for ours in [UInt8(1)...1, 2...4, 6...6] {
            let common = (low...high).filter(ours.contains).max()
            #expect(WireVersion.negotiated(low...high, with: ours) == common)
        }
        #expect(WireVersion.negotiated(low...high) == ((low...high).contains(2) ? 2 : nil))
    }

    @Test func `H1, H2: a preface survives encoding, and any other first bytes are told apart`() throws {
        for pattern in Preface.Pattern.allCases {
            let preface = Preface(pattern)
            #expect(preface.encoded == Array("LOQA".utf8) + [2, 2, pattern.rawValue, 0])
            #expect(try Preface(decoding: preface.encoded) == preface)
        }
        let good = Preface(.enrolled).encoded
        for (index, byte) in [(0, UInt8(0x6C)), (3, 0), (4, 0), (5, 1), (6, 0), (6, 4), (7, 1)] {
            var bytes = good
            bytes[index] = byte
            #expect(throws: HandshakeRefusal.notLoqa) { try Preface(decoding: bytes) }
        }
        var old = good
        (old[4], old[5]) = (1, 1)
        #expect(throws: HandshakeRefusal.unsupportedVersion) { try Preface(decoding: old) }
        (old[4], old[5]) = (3, 9)
        #expect(throws: HandshakeRefusal.unsupportedVersion) { try Preface(decoding: old) }
        // What version 1 sent first.
        #expect(throws: HandshakeRefusal.notLoqa) {
            try Preface(decoding: [UInt8](hex: "0016100101011d4d"))
        }
        #expect(throws: HandshakeRefusal.notLoqa) { try Preface(decoding: good.dropLast()) }
    }
}

struct MediaPacketTests {
    @Test func `M3: a header is written into a larger buffer and nothing behind it is touched`() throws {
        let header = MediaPacket.Header(stream: StreamID(0x0102_0304), sequence: 5, timestamp: 1_600)
        var buffer = [UInt8](repeating: 0xEE, count: 20)
        var span = buffer.mutableSpan
        header.write(to: &span)
        #expect(buffer.hex == "0102030400000005" + "00000640" + "eeeeeeeeeeeeeeee")
        #expect(try MediaPacket.Header(decoding: buffer.span) == header)
        #expect(try MediaPacket(decoding: buffer).header == header)
        #expect(try MediaPacket(decoding: buffer).payload == Array(repeating: 0xEE, count: 8))
    }

    @Test(arguments: [0, 1, 12, 13, 1_012, 1_013, 65_507])
    func `M2: a body of any other length is refused`(byteCount: Int) {
        let whole = [UInt8](hex: "000000010000000000000000") + Array(repeating: 7, count: byteCount)
        let isRight = (13...1_012).contains(byteCount)
        do throws(WireError) {
            _ = try MediaPacket(decoding: Array(whole.prefix(byteCount)))
            #expect(isRight)
        } catch {
            #expect(!isRight && error.field == "payload")
        }
    }

    @Test func `M3, M4: the longest stream is an hour of 20 ms packets`() {
        #expect(WireLimits.packetSampleCount == Int(SampleCount.perPacket.value))
        #expect(MediaPacket.Header.timestamps.upperBound == 179_999 * 320)
        let samples = SampleCount(Int64(WireLimits.streamPacketCountMax * WireLimits.packetSampleCount))
        #expect(samples.duration == .seconds(3_600))
    }
}
