import Glibc
import HubAnswers
import HubChat
import HubDialogue
import HubFallback
import Logging
import LoqaBase
import LoqaSystem
import NIOPosix
import Synchronization
import Testing

/// The client and the fallback against a server of real sockets that says what it is told to.
struct ChatClientTests {
    private static let group = MultiThreadedEventLoopGroup.singleton
    private let home = DialogueHome(
        floors: [], areas: [.init(id: "k", names: ["kitchen"])],
        entities: [.init(id: "light.k", names: ["lamp"], domain: "light", area: "k")])

    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

    private static func text(_ text: String) -> [String] {
        [
            head, #"data: {"choices":[{"delta":{"content":"\#(text)"}}]}"#, "\n\ndata: [DO", "NE]\n\n",
        ]
    }

    private static let call = [
        head,
        #"data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"HassTurnOn","arguments":"{\"name\":\"lamp\"}"}}]}}]}"#,
        "\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
    ]

    private func client(_ url: String, key: String? = nil, mayLeave: Bool = false) throws -> ChatClient {
        try ChatClient(
            .init(server: try ChatServer(url), key: key.flatMap { ChatKey($0) }, mayLeaveHouse: mayLeave),
            on: Self.group, now: { .origin })
    }

    /// On a clock that stands: no answer here is one of a deadline.
    private func send(_ client: ChatClient) async -> Result<
        ChatReply, ChatError
    > {
        do throws(ChatError) {
            return .success(try await client.send("{}", until: .origin + .seconds(6)))
        } catch {
            return .failure(error)
        }
    }

    @Test func `a streamed answer arrives whole, the request is as the protocol wants it`() async throws {
        let server = try await ScriptedServer([Self.text("Hello.")], end: .stayOpen, on: Self.group)
        let client = try client("http://127.0.0.1:\(server.port)/v1", key: "sk-1")
        #expect(await send(client) == .success(ChatReply(text: "Hello.")))
        let request = server.requests.first ?? ""
        #expect(request.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
        #expect(request.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(request.contains("\r\nAuthorization: Bearer sk-1\r\n") && request.hasSuffix("\r\n\r\n{}"))
        try await server.close()
    }

    @Test(arguments: [
        ("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 9\r\nContent-Length: 2\r\n\r\n{}", 429),
        ("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", 307),
        ("HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n<html>", 500),
    ])
    func `a refusal is told with its status, and no redirection is followed`(answer: String, status: Int)
        async throws
    {
        let server = try await ScriptedServer([[answer]], on: Self.group)
        guard case .failure(.refused(let refusal)) = await send(try client("http://127.0.0.1:\(server.port)"))
        else {
            return #expect(Bool(false))
        }
        #expect(refusal.status == status && refusal.retryAfter == (status == 429 ? .seconds(9) : nil))
        try await server.close()
    }

    @Test(arguments: [
        "", "\0\u{1}\u{2}garbage\r\n\r\n", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"He",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `whatever a broken server sends ends in an error, soon`(answer: String) async throws {
        let server = try await ScriptedServer([[answer]], on: Self.group)
        guard case .failure(let error) = await send(try client("http://127.0.0.1:\(server.port)")) else {
            return #expect(Bool(false))
        }
        #expect(error.isServersFault && !error.description.isEmpty)
        try await server.close()
    }

    @Test func `a server that is not there is told of at once`() async throws {
        let server = try await ScriptedServer([], on: Self.group)
        let url = "http://127.0.0.1:\(server.port)"
        try await server.close()
        #expect(await send(try client(url)) == .failure(.unreachable("nothing listens there")))
    }

    @Test func `an address outside the house gets not even a connection without consent`() async throws {
        // TEST-NET-1: nothing is there, and a connection would take its time.
        let client = try client("http://192.0.2.1:9")
        #expect(await send(client) == .failure(.outside("192.0.2.1")))
        #expect(await client.isOutside() == true)
        #expect(await (try self.client("http://localhost:1")).isOutside() == false)
    }

    @Test func `a server that speaks no TLS is not trusted`() async throws {
        let server = try await ScriptedServer([Self.text("Hello.")], on: Self.group)
        guard
            case .failure(.unreachable) = await send(
                try client("https://127.0.0.1:\(server.port)"))
        else { return #expect(Bool(false)) }
        #expect(server.requests.isEmpty)
        try await server.close()
    }

    @Test func `a cancelled request ends at once`() async throws {
        let server = try await ScriptedServer([[Self.head]], end: .stayOpen, on: Self.group)
        let client = try client("http://127.0.0.1:\(server.port)")
        let task = Task { await send(client) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value == .failure(.cancelled))
        try await server.close()
    }

    // MARK: The fallback

    private func fallback(_ port: Int) throws -> ChatFallback {
        ChatFallback(
            try client("http://127.0.0.1:\(port)"), .init(model: "m", language: "en"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `calls are carried out, their results go back, and the last text is said`() async throws {
        let server = try await ScriptedServer([Self.call, Self.text("**Done.**")], on: Self.group)
        let performed = Mutex<[Reading]>([])
        let outcome = await (try fallback(server.port)).answer(.init("too dark", room: "kitchen"), in: home) {
            readings in
            performed.withLock { $0 += readings }
            return .told(["The lamp is on."])
        }
        #expect(outcome == .say("Done."))
        #expect(performed.withLock { $0.map(\.intent) } == ["HassTurnOn"])
        #expect(server.requests.count == 2 && server.requests[1].contains("The lamp is on."))
        try await server.close()
    }

    @Test func `when the talker is asked the model has no more to say`() async throws {
        let server = try await ScriptedServer([Self.call, Self.text("No.")], on: Self.group)
        let outcome = await (try fallback(server.port)).answer(.init("x", room: nil), in: home) { _ in
            .askedTalker
        }
        #expect(outcome == .askedTalker && server.requests.count == 1)
        try await server.close()
    }

    @Test func `a server that fails three times is left alone`() async throws {
        let server = try await ScriptedServer([], on: Self.group)
        let fallback = try fallback(server.port)
        for _ in 0..<5 {
            let outcome = await fallback.answer(.init("x", room: nil), in: home) { _ in .told([]) }
            #expect(outcome == .failed(.unreachable))
        }
        #expect(server.requests.count == CircuitBreaker.Tuning.failureCountMax)
        try await server.close()
    }

    @Test func `a key is one line for its owner only, and never shown`() throws {
        let path = "/tmp/loqa-chat-key-\(UInt64.random(in: 0 ... .max))"
        try OwnerFile.create(path, with: Array("sk-secret\n".utf8))
        defer { unlink(path) }
        let key = try ChatKey(file: path)
        #expect("\(key)" == "(secret)" && String(reflecting: key) == "(secret)")
        #expect(chmod(path, 0o644) == 0)
        #expect(throws: ChatKey.Failure.self) { try ChatKey(file: path) }
        #expect(ChatKey("two words") == nil && ChatKey("") == nil && ChatKey("é") == nil)
        #expect(ChatKey(String(repeating: "a", count: 1_025)) == nil)
    }
}
