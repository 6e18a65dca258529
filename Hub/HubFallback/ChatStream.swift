/// Puts a reply together from the events of a stream (server-sent events, as the chat completions API has them).
package struct ChatStream: Sendable {
    /// Bytes of one event.
    package static let eventLengthMax = 65_536

    private var line: [UInt8] = []
    private var reply = ChatReply()
    /// Calls under way: a name, and arguments in pieces.
    private var pieces: [(id: String, tool: String, arguments: String)] = []
    /// Whether the stream said that it is at its end.
    package private(set) var isComplete = false
    /// Whether the model said why it stopped: then nothing is missing, even if the end of the stream was not said.
    package private(set) var hasFinishReason = false

    package init() {}

    /// Takes bytes as they come and returns the text that they add, to be spoken.
    ///
    /// - Throws: ``ChatError`` at an event that cannot be read; the stream is of no use after it.
    package mutating func receive(_ bytes: some Sequence<UInt8>) throws(ChatError) -> String {
        var added = ""
        for byte in bytes where !isComplete {
            if byte != UInt8(ascii: "\n") {
                guard line.count < Self.eventLengthMax else { throw .malformed("an event is too long") }
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            let event = line
            line.removeAll(keepingCapacity: true)
            // Other fields, comments and empty lines say nothing here.
            guard event.starts(with: "data:".utf8) else { continue }
            added += try read(event.dropFirst(5).drop { $0 == 0x20 })
        }
        return added
    }

    /// The whole reply, when the stream has ended.
    ///
    /// - Throws: ``ChatError`` if the arguments of a call are no JSON.
    package func finished() throws(ChatError) -> ChatReply {
        var whole = reply
        for (index, piece) in pieces.enumerated() {
            whole.calls.append(
                .init(
                    id: piece.id.isEmpty ? "call_\(index)" : piece.id, tool: piece.tool,
                    arguments: try ChatReply.arguments(.text(piece.arguments))))
        }
        return whole
    }

    private mutating func read(_ data: ArraySlice<UInt8>) throws(ChatError) -> String {
        if data.elementsEqual("[DONE]".utf8) {
            isComplete = true
            return ""
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(data)
        } catch {
            throw .malformed(error.description)
        }
        if let error = value["error"] { throw .server(ChatReply.cut(error["message"]?.text ?? "an error")) }
        if value["choices"]?[0]?["finish_reason"]?.text != nil { hasFinishReason = true }
        guard let delta = value["choices"]?[0]?["delta"] else { return "" }
        for call in delta["tool_calls"]?.items ?? [] { try add(call) }
        let text = delta["content"]?.text ?? ""
        guard reply.text.utf8.count + text.utf8.count <= ChatReply.textLengthMax else { return "" }
        reply.text += text
        return text
    }

    private mutating func add(_ call: JSONValue) throws(ChatError) {
        let index = if case .integer(let index)? = call["index"] { index } else { max(0, pieces.count - 1) }
        guard (0..<ChatReply.callCountMax).contains(index), index <= pieces.count else {
            throw .malformed("calls out of order, or more than \(ChatReply.callCountMax)")
        }
        if index == pieces.count { pieces.append(("", "", "")) }
        pieces[index].id += call["id"]?.text ?? ""
        pieces[index].tool += call["function"]?["name"]?.text ?? ""
        let more = call["function"]?["arguments"]?.text ?? ""
        guard pieces[index].arguments.utf8.count + more.utf8.count <= Self.eventLengthMax else {
            throw .malformed("the arguments are too long")
        }
        pieces[index].arguments += more
    }
}
