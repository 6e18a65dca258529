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

    @Test(arguments: Vector.control.filter { $0.kind == "media" })
    func `M1, M3: the body of a datagram is the payload of its frame`(vector: Vector) throws {
        let body = Array(vector.bytes.dropFirst(WireLimits.frameHeaderByteCount))
        let packet = try MediaPacket(decoding: body)
        #expect(packet.encoded() == body)
        #expect(ControlFrame.media(packet).payload == body)
    }

    @Test(arguments: Vector.malformed)
    func `C10, M2: a malformed one gives the error that the vector names, and no frame`(vector: Vector) {
        var error: WireError?
        let result = arrivals(in: vector.bytes, from: vector.sender)
        #expect(result.found.isEmpty)
        error = result.error
        // M2: a datagram of the same bytes is refused for the same reason.
        if vector.bytes.count > 4, vector.bytes[2] == ControlFrame.Kind.media.rawValue {
            do throws(WireError) { _ = try MediaPacket(decoding: Array(vector.bytes.dropFirst(4))) } catch {
                #expect(error.name == vector.error)
            }
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
        ]
        #expect(errors == Set(all.map(\.name)))
        for error in all { #expect(!error.description.isEmpty) }
    }
}

extension WireError {
    /// The field that the error names.
    var field: String? {
        switch self {
        case .tooShort(_, let field, _), .outOfRange(_, let field, _, _), .badText(_, let field, _): field
        case .payloadTooLong, .reservedFlag, .notUnderstood, .wrongDirection, .tooManyUnread: nil
        }
    }
}
