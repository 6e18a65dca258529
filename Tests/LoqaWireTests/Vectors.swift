import Foundation
import LoqaWire
import Testing

/// A field's value as a golden vector gives it: a case of an enum by its name, bytes as hex.
enum FieldValue: Equatable, Decodable {
    case number(Int), flag(Bool), text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}

/// One golden vector of Protocol/vectors.
struct Vector: Decodable, CustomTestStringConvertible {
    var name: String
    var hex: String
    /// The kind's name. Absent for a malformed frame.
    var kind: String?
    /// Which end sends it.
    var from: String?
    var fields: [String: FieldValue]?
    /// The rule that a malformed one breaks, the error's name and the field it names.
    var rule: String?
    var error: String?
    var field: String?

    var testDescription: String { name }
    var bytes: [UInt8] { [UInt8](hex: hex) }
    var sender: ControlFrame.Sender { from == "relay" ? .relay : .hub }

    static let control = load("control")
    static let malformed = load("malformed")

    private static func load(_ name: String) -> [Vector] {
        do {
            let url = Repository.root.appending(path: "Protocol/vectors/\(name).json")
            return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
        } catch {
            fatalError("Protocol/vectors/\(name).json: \(error)")
        }
    }
}

extension [UInt8] {
    /// The bytes of hexadecimal digits; blanks are skipped.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        precondition(digits.count.isMultiple(of: 2), "odd number of digits in \(hex)")
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension ControlFrame {
    /// The fields in order of their declaration, found by reflection, so that no field escapes a test.
    var reflectedFields: [(name: String, value: FieldValue)] {
        guard let fields = Mirror(reflecting: self).children.first?.value else { return [] }
        return Mirror(reflecting: fields).children.map { child in
            (child.label ?? "", Self.value(of: child.value))
        }
    }

    private static func value(of any: Any) -> FieldValue {
        switch any {
        case let flag as Bool: return .flag(flag)
        case let text as String: return .text(text)
        case let bytes as [UInt8]: return .text(bytes.hex)
        case let number as any FixedWidthInteger: return .number(Int(number))
        default:
            // A wrapped number (TurnID) has one child; a case of an enum has none.
            guard let inner = Mirror(reflecting: any).children.first else { return .text("\(any)") }
            return value(of: inner.value)
        }
    }
}

/// Everything that a reader finds in `bytes`, handed over whole, and the error that ended it.
func arrivals(
    in bytes: [UInt8], from sender: ControlFrame.Sender, chunks: [Int] = []
) -> (found: [ControlFrameReader.Arrival], error: WireError?) {
    var reader = ControlFrameReader(from: sender)
    var found: [ControlFrameReader.Arrival] = []
    var rest = bytes[...]
    do {
        for count in chunks + [bytes.count] {
            try reader.append(rest.prefix(count))
            rest = rest.dropFirst(count)
            while let arrival = try reader.next() { found.append(arrival) }
        }
        return (found, nil)
    } catch {
        return (found, error)
    }
}
