import CJansson

/// A JSON document as a value (RFC 8259), read by the C library jansson.
package enum JSONValue: Sendable, Equatable {
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    /// Why bytes are no JSON: what jansson says, and where.
    package struct SyntaxError: Error, Equatable {
        /// From 1.
        package var line: Int
        /// In the words of jansson.
        package var reason: String
    }

    /// Reads a whole document. A name that stands twice in an object is refused.
    ///
    /// - Parameter bytes: UTF-8, at most as many as the caller has bounded.
    package init(_ bytes: [UInt8]) throws(SyntaxError) {
        var error = json_error_t()
        let root = bytes.withUnsafeBytes { room in
            json_loadb(room.baseAddress, room.count, Int(JSON_REJECT_DUPLICATES), &error)
        }
        guard let root else {
            throw SyntaxError(line: Int(error.line), reason: String(cString: loqa_json_error_text(&error)))
        }
        defer { loqa_json_release(root) }
        self.init(root)
    }

    /// What kind of value this is, as an error message says it.
    package var kind: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .text: "a text"
        case .number: "a number"
        case .flag: "true or false"
        case .null: "null"
        }
    }

    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        case (.array(let left), .array(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.flag(let left), .flag(let right)): left == right
        case (.null, .null): true
        case (.object, _), (.array, _), (.text, _), (.number, _), (.flag, _), (.null, _): false
        }
    }

    private init(_ value: UnsafeMutablePointer<json_t>) {
        switch loqa_json_type(value) {
        case JSON_OBJECT:
            var members: [(name: String, value: JSONValue)] = []
            var place = json_object_iter(value)
            while let here = place {
                if let member = json_object_iter_value(here) {
                    members.append((String(cString: json_object_iter_key(here)), JSONValue(member)))
                }
                place = json_object_iter_next(value, here)
            }
            self = .object(members)
        case JSON_ARRAY:
            self = .array(
                (0..<json_array_size(value)).compactMap { json_array_get(value, $0).map(JSONValue.init) })
        case JSON_STRING: self = .text(String(cString: json_string_value(value)))
        case JSON_INTEGER, JSON_REAL: self = .number(json_number_value(value))
        case JSON_TRUE: self = .flag(true)
        case JSON_FALSE: self = .flag(false)
        default: self = .null
        }
    }

    /// The member of this name; nil if there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
