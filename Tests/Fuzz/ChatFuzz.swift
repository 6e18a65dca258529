import HubDialogue
import HubFallback
import LoqaBase

private let home = DialogueHome(
    floors: [.init(id: "up", names: ["upstairs"])], areas: [.init(id: "k", names: ["kitchen"], floor: "up")],
    entities: [
        .init(id: "l", names: ["lamp"], domain: "light", area: "k"),
        .init(id: "d", names: ["door"], domain: "lock"),
    ])

/// libFuzzer's entry: what a chat server sends, whole and as a stream. What is JSON survives being written; what a
/// model calls has only names of the home. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzChat(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(JSONError) {
        let value = try JSONParser.parse(bytes)
        let again = try JSONParser.parse(Array(value.json.utf8))
        precondition(again == value)
    } catch {
        precondition((0...count).contains(error.offset))
    }
    var replies: [ChatReply] = []
    do throws(ChatError) {
        replies.append(try ChatReply(bytes))
    } catch { precondition(!error.description.isEmpty) }
    do throws(ChatError) {
        var stream = ChatStream()
        let text = try stream.receive(bytes)
        let reply = try stream.finished()
        precondition(reply.text == text && reply.calls.count <= ChatReply.callCountMax)
        replies.append(reply)
    } catch { precondition(!error.description.isEmpty) }
    for reply in replies { converse(reply) }
    exchange(bytes)
    do throws(ChatServerError) {
        let server = try ChatServer(String(decoding: bytes, as: UTF8.self))
        precondition(!server.host.isEmpty && (1...65_535).contains(server.port) && server.path.hasPrefix("/"))
    } catch { precondition(!error.description.isEmpty) }
    precondition(ChatSpeech.spoken(String(decoding: bytes, as: UTF8.self)).count <= ChatSpeech.lengthMax)
    return 0
}

/// The same bytes as the body of a response, in pieces, to each kind of it: it always comes to an end.
private func exchange(_ bytes: [UInt8]) {
    for (status, type) in [(200, "text/event-stream"), (200, "application/json"), (429, "text/html")] {
        var exchange = ChatExchange(at: .origin, until: .origin + ChatSession.timeLimit)
        exchange.connected(at: .origin)
        exchange.head(status: status, contentType: type, retryAfter: "1", at: .origin)
        var rest = bytes[...]
        while !rest.isEmpty {
            exchange.body(rest.prefix(17), at: .origin)
            rest = rest.dropFirst(17)
        }
        exchange.ended()
        precondition(exchange.outcome != nil && exchange.deadline == nil)
    }
}

private func converse(_ reply: ChatReply) {
    var session = ChatSession(
        "read", room: "kitchen", home: home, settings: .init(model: "m", language: "en"), at: .origin)
    do throws(ChatError) {
        guard case .perform(let readings) = try session.received(reply) else { return }
        for reading in readings where reading.intent != "HassStartTimer" {
            if let name = reading.slot("name") { precondition(!home.entities(named: name.words).isEmpty) }
            if let area = reading.slot("area") { precondition(home.area(area.words) != nil) }
        }
        guard case .send = session.results([]) else { preconditionFailure("a result must go back") }
    } catch { precondition(!error.description.isEmpty) }
}
