import HubAnswers
import HubDialogue
import HubFallback
import LoqaBase
import LoqaTestKit
import Testing

/// The machine that talks to a chat model, against made-up replies.
struct ChatSessionTests {
    private let home = DialogueHome(
        floors: [.init(id: "up", names: ["upstairs"])],
        areas: [.init(id: "k", names: ["kitchen"]), .init(id: "b", names: ["bedroom"], floor: "up")],
        entities: [
            .init(id: "light.k", names: ["ceiling lamp"], domain: "light", area: "k"),
            .init(id: "light.b", names: ["bedside lamp"], domain: "light", area: "b"),
            .init(id: "lock.f", names: ["front door"], domain: "lock"),
        ])

    private func session(_ text: String = "it is too dark to read") -> ChatSession {
        ChatSession(
            text, room: "kitchen", home: home, settings: .init(model: "small", language: "en"), at: .origin)
    }

    private func reply(_ tool: String, _ arguments: String) throws -> ChatReply {
        let quoted = JSONValue.text(arguments).json
        let json =
            #"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"c1","type":"function","function":"#
            + #"{"name":"\#(tool)","arguments":\#(quoted)}}]}}]}"#
        return try ChatReply(Array(json.utf8))
    }

    @Test func `a request names the home's devices and only tools that it can use, what was said last`()
        throws
    {
        let request = try JSONParser.parse(Array(session().request().utf8))
        #expect(request["model"]?.text == "small" && request["stream"] == .flag(false))
        let messages = request["messages"]?.items ?? []
        #expect(messages.map { $0["role"]?.text } == ["system", "user"])
        #expect(messages.first?["content"]?.text?.contains("- ceiling lamp (light, kitchen)") == true)
        #expect(messages.last?["content"]?.text == "In the kitchen: it is too dark to read")
        let tools = (request["tools"]?.items ?? []).compactMap { $0["function"]?["name"]?.text }
        #expect(tools.contains("HassLightSet") && !tools.contains("HassSetPosition"))
    }

    @Test func `a call becomes a reading, its result goes back, and the text is said`() throws {
        var session = session()
        let action = try session.received(try reply("HassTurnOn", #"{"name":"Ceiling Lamp","area":null}"#))
        let reading = Reading(
            "HassTurnOn", combination: "chat", slots: [.init("name", .text("ceiling lamp"))])
        #expect(action == .perform([reading]))
        guard case .send(let body) = session.results(["done"]) else { return #expect(Bool(false)) }
        let messages = try JSONParser.parse(Array(body.utf8))["messages"]?.items ?? []
        #expect(messages.map { $0["role"]?.text } == ["system", "user", "assistant", "tool"])
        #expect(messages.last?["content"]?.text == "done" && messages.last?["tool_call_id"]?.text == "c1")
        #expect(try session.received(ChatReply(text: "Now you can read.")) == .say("Now you can read."))
    }

    @Test(arguments: [
        (#"{"name":"garage door"}"#, "the home has no name"),
        (#"{"area":"kitshen","domain":"light"}"#, "near it are: kitchen"),
        (#"{"area":"kitchen"}"#, "say which device"), (#"{"colour":"red"}"#, "takes no colour"),
        (#"{"name":["a"]}"#, "must be a text"),
    ])
    func `names that the home does not have, and calls that mean everything, are refused to the model`(
        arguments: String, refusal: String
    ) throws {
        var session = session()
        guard case .send(let body) = try session.received(try reply("HassTurnOff", arguments)) else {
            return #expect(Bool(false), "\(arguments)")
        }
        let messages = try JSONParser.parse(Array(body.utf8))["messages"]?.items ?? []
        #expect(messages.last?["content"]?.text?.contains(refusal) == true)
    }

    @Test func `a model that calls tools without end is given up`() throws {
        var session = session()
        for _ in 1..<ChatSession.roundCountMax {
            _ = try session.received(try reply("HassTurnOn", #"{"name":"ceiling lamp"}"#))
            _ = session.results(["done"])
        }
        let again = try reply("HassTurnOn", #"{"name":"ceiling lamp"}"#)
        #expect(throws: ChatError.tooManyRounds) { try session.received(again) }
        #expect(session.deadline == .origin + ChatSession.timeLimit)
    }

    @Test func `a stream in any pieces gives the text as it comes and the same calls`() throws {
        let events = """
            : hello
            data: {"choices":[{"delta":{"role":"assistant","content":"On "}}]}

            data: {"choices":[{"delta":{"content":"it"}}]}
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"HassTurnOn","arguments":""}}]}}]}
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"name\\":"}}]}}]}
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"lamp\\"}"}}]}}]}
            data: [DONE]
            data: nonsense

            """
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            var stream = ChatStream()
            var (text, rest) = ("", Array(events.utf8)[...])
            while !rest.isEmpty {
                let count = Int.random(in: 1...40, using: &random)
                text += try stream.receive(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(stream.isComplete && text == "On it")
            let reply = try stream.finished()
            #expect(
                reply.calls == [
                    .init(id: "c1", tool: "HassTurnOn", arguments: .map([.init("name", .text("lamp"))]))
                ])
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "nonsense", #"{"choices":[]}"#, #"{"error":{"message":"no such model"}}"#,
        #"{"message":{"tool_calls":[{"function":{"name":"a","arguments":"[1]"}}]}}"#,
        #"{"message":{"tool_calls":[{"function":{"name":"a","arguments":"{"}}]}}"#,
        #"{"message":{"tool_calls":[{}]}}"#,
    ])
    func `an answer that is none is an error`(text: String) {
        #expect(throws: ChatError.self, "\(text)") { try ChatReply(Array(text.utf8)) }
    }

    @Test func `JSON is read and written alike, and refused where it is none`() throws {
        let text = #"{"a":[1,-2,2.5,true,null,"é\n\"\\"],"b":{"c":""}}"#
        #expect(try JSONParser.parse(Array(text.utf8)).json == text)
        #expect(try JSONParser.parse(Array(#""\ud83d\ude00\u00e9""#.utf8)) == .text("😀é"))
        let broken = [
            "{", "[1,]", #"{"a" 1}"#, "01x", "+1", ".5", #""\ud83d""#, #""\x""#, "\"\u{1}\"", "nul", "1 2",
            "\"a",
        ]
        for text in broken {
            #expect(throws: JSONError.self, "\(text)") { try JSONParser.parse(Array(text.utf8)) }
        }
        let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
        #expect(throws: JSONError.self) { try JSONParser.parse(Array(deep.utf8)) }
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                Array(#"{}[]":,\u0129.eE-tfn \#u{e9}"#.utf8).randomElement(using: &random) ?? 0
            }
            do throws(JSONError) {
                let value = try JSONParser.parse(bytes)
                #expect(try JSONParser.parse(Array(value.json.utf8)) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}
