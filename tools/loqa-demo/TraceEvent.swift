import Foundation

/// A JSON value, as far as trace lines need it.
enum JSONValue: Decodable, Equatable, CustomStringConvertible {
    case text(String), number(Double), truth(Bool), object([String: JSONValue]), list([JSONValue]), null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = Self.attempt({ try container.decode(Bool.self) }) {
            self = .truth(value)
        } else if let value = Self.attempt({ try container.decode(Double.self) }) {
            self = .number(value)
        } else if let value = Self.attempt({ try container.decode(String.self) }) {
            self = .text(value)
        } else if let value = Self.attempt({ try container.decode([JSONValue].self) }) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Which of the kinds it is can only be found out by trying.
    private static func attempt<Value>(_ decode: () throws -> Value) -> Value? {
        do { return try decode() } catch { return nil }
    }

    var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .truth(let truth): "\(truth)"
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
        case .list(let values): values.map(\.description).joined(separator: ", ")
        case .null: "-"
        }
    }
}

/// One line of a trace: something that a hub, a relay or a board saw or did. Of two fields of one name in a line either may
/// be found, so no event has a field called `t`, `from` or `event` of its own.
struct TraceEvent: Equatable {
    enum Source: String { case hub, relay, board }
    /// CLOCK_BOOTTIME, nanoseconds.
    var time: Int64
    var source: Source
    var name: String
    /// The relay it is about; for a board its own name, which is the relay's.
    var relay: String
    var turn: Int?
    var fields: [String: JSONValue]

    func text(_ field: String) -> String? { fields[field].map(\.description) }

    func number(_ field: String) -> Double? {
        guard case .number(let number) = fields[field] else { return nil }
        return number
    }

    func object(_ field: String) -> [String: JSONValue] {
        guard case .object(let value) = fields[field] else { return [:] }
        return value
    }

    /// Nil for a line that is not a trace line: the reader counts it.
    init?(line: some StringProtocol) {
        let fields: [String: JSONValue]
        do { fields = try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8)) } catch {
            return nil
        }
        guard case .number(let time) = fields["t"], let name = fields["event"]?.description,
            let source = fields["from"].flatMap({ Source(rawValue: $0.description) })
        else { return nil }
        self.time = Int64(time)
        self.source = source
        self.name = name
        relay = (fields["relay"] ?? fields["board"])?.description ?? ""
        turn = fields["turn"].flatMap { Int($0.description) }
        self.fields = fields
    }
}
