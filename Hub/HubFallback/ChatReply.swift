/// What a chat server answered: text, calls of tools, or both.
package struct ChatReply: Sendable, Equatable {
    /// One call of a tool.
    package struct Call: Sendable, Equatable {
        /// Goes back with its result; made up if the server gave none.
        package var id: String
        package var tool: String
        /// The arguments; an empty map if there are none.
        package var arguments: JSONValue
        package init(id: String, tool: String, arguments: JSONValue) {
            (self.id, self.tool, self.arguments) = (id, tool, arguments)
        }
    }

    /// To be said; at most ``textLengthMax`` bytes.
    package var text = ""
    /// Tools to use, in order; at most ``callCountMax``.
    package var calls: [Call] = []

    /// Calls of one reply that are looked at.
    package static let callCountMax = 8
    /// Bytes of text of one reply; the rest is left out.
    package static let textLengthMax = 4_096

    package init(text: String = "", calls: [Call] = []) { (self.text, self.calls) = (text, calls) }

    /// Reads the answer to a request without streaming: of the chat completions API, or of Ollama's own.
    ///
    /// - Throws: ``ChatError`` if it is none, or tells of an error.
    package init(_ bytes: some Collection<UInt8>) throws(ChatError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw .malformed(error.description)
        }
        if let error = value["error"] {
            throw .server(Self.cut(error["message"]?.text ?? error.text ?? "an error"))
        }
        guard let message = value["choices"]?[0]?["message"] ?? value["message"] else {
            throw .malformed("there is no message in the answer")
        }
        text = Self.cut(message["content"]?.text ?? "")
        for (index, call) in (message["tool_calls"]?.items ?? []).prefix(Self.callCountMax).enumerated() {
            guard let function = call["function"], let name = function["name"]?.text else {
                throw .malformed("a call without a name")
            }
            calls.append(
                Call(
                    id: call["id"]?.text ?? "call_\(index)", tool: name,
                    arguments: try Self.arguments(function["arguments"])))
        }
    }

    /// Arguments are a map, or a text that holds one.
    static func arguments(_ value: JSONValue?) throws(ChatError) -> JSONValue {
        switch value {
        case nil, .null?, .text("")?: return .map([])
        case .map?: return value ?? .map([])
        case .text(let text)?:
            let parsed: JSONValue
            do throws(JSONError) {
                parsed = try JSONParser.parse(Array(text.utf8))
            } catch {
                throw .malformed("arguments: \(error)")
            }
            guard case .map = parsed else { throw .malformed("arguments are no map") }
            return parsed
        case .flag?, .integer?, .number?, .list?: throw .malformed("arguments are no map")
        }
    }

    static func cut(_ text: String) -> String {
        text.utf8.count <= textLengthMax
            ? text : String(decoding: text.utf8.prefix(textLengthMax), as: UTF8.self)
    }
}
