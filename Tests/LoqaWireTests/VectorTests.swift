import LoqaBase
import LoqaWire
import Testing

struct VectorTests {
    @Test(arguments: Vector.control)
    func `C1, C5: a good frame decodes to its fields and encodes to its bytes`(vector: Vector) throws {
        let (found, error) = arrivals(in: vector.bytes, from: vector.sender)
        #expect(error == nil)
        guard case .frame(let frame)? = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect("\(frame.kind)" == vector.kind)
        #expect(Dictionary(uniqueKeysWithValues: frame.reflectedFields) == vector.fields)
        #expect(frame.encoded().hex == vector.hex)
    }

    @Test(arguments: Vector.media)
    func `M1, M4: a good media packet decodes to its fields and encodes to its bytes`(vector: Vector) throws {
        let packet = try MediaPacket(decoding: vector.bytes)
        #expect(
            vector.fields == [
                "type": .number(Int(MediaPacket.Header.type)), "flags": .number(0), "reserved": .number(0),
                "stream": .number(Int(packet.stream.value)), "sequence": .number(Int(packet.sequence)),
                "timestamp": .number(Int(packet.timestamp)), "payload": .text(packet.payload.hex),
            ])
        #expect(packet.encoded().hex == vector.hex)
    }

    @Test(arguments: Vector.malformed)
    func `C10, M2: a malformed one gives the error that the vector names, and no frame`(vector: Vector) {
        var error: WireError?
        if vector.kind == "media" {
            do throws(WireError) { _ = try MediaPacket(decoding: vector.bytes) } catch let thrown {
                error = thrown
            }
        } else {
            let result = arrivals(in: vector.bytes, from: vector.sender)
            #expect(result.found.isEmpty)
            error = result.error
        }
        #expect(error?.name == vector.error)
        #expect(error?.field == vector.field)
    }

    @Test func `every kind and every code has a good vector, every error a malformed one`() {
        let kinds = Set(Vector.control.compactMap(\.kind))
        #expect(kinds == Set(ControlFrame.Kind.allCases.map { "\($0)" }))
        let codes = Vector.control.compactMap { $0.kind == "goodbye" ? $0.fields?["code"] : nil }
        for code in Goodbye.Code.allCases { #expect(codes.contains(.text("\(code)"))) }
        let errors = Set(Vector.malformed.compactMap(\.error))
        let all: [WireError] = [
            .payloadTooLong(kind: 0, byteCount: 0), .reservedFlag(kind: 0, flags: 0), .notUnderstood(kind: 0),
            .wrongDirection(.ping), .tooShort(.ping, field: "", offset: 0),
            .outOfRange(.ping, field: "", offset: 0, value: 0), .badText(.ping, field: "", offset: 0),
            .mediaByteCount(0), .mediaType(0), .mediaReserved(offset: 0),
            .mediaOutOfRange(field: "", offset: 0, value: 0),
        ]
        #expect(errors == Set(all.map(\.name)))
        for error in all { #expect(!error.description.isEmpty) }
    }
}

extension WireError {
    /// The field that the error names.
    var field: String? {
        switch self {
        case .tooShort(_, let field, _), .outOfRange(_, let field, _, _), .badText(_, let field, _),
            .mediaOutOfRange(let field, _, _):
            field
        case .payloadTooLong, .reservedFlag, .notUnderstood, .wrongDirection, .tooManyUnread, .mediaByteCount,
            .mediaType, .mediaReserved:
            nil
        }
    }
}
