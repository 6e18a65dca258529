import HubFallback
import LoqaBase
import LoqaTestKit
import Testing

/// One request and its answer on a made-up clock, with answers as servers send them.
struct ChatExchangeTests {
    /// Events as the documentation of the chat completions has them, with a pause as a comment and usage at the end.
    static let stream = """
        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

        : keep-alive

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"m","choices":[{"index":0,"delta":{"content":"Good"},"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"m","choices":[{"index":0,"delta":{"content":" evening."},"finish_reason":null}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"chatcmpl-123","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}

        data: [DONE]


        """

    private func open(_ limit: Duration = .seconds(6)) -> ChatExchange {
        var exchange = ChatExchange(at: .origin, until: .origin + limit)
        exchange.connected(at: ms(10))
        return exchange
    }

    private func ms(_ count: Int) -> HubInstant { .origin + .milliseconds(count) }

    private func answering(_ type: String?, status: Int = 200, retryAfter: String? = nil) -> ChatExchange {
        var exchange = open()
        exchange.head(status: status, contentType: type, retryAfter: retryAfter, at: ms(20))
        return exchange
    }

    @Test func `a stream in any pieces is one answer, and over at its last event`() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            var exchange = answering("text/event-stream; charset=utf-8")
            var (rest, text) = (Array(Self.stream.utf8)[...], "")
            while !rest.isEmpty {
                let count = Int.random(in: 1...60, using: &random)
                text += exchange.body(rest.prefix(count), at: ms(30))
                rest = rest.dropFirst(count)
            }
            #expect(text == "Good evening.")
            #expect(exchange.outcome == .success(ChatReply(text: "Good evening.")))
            #expect(exchange.deadline == nil)
        }
    }

    @Test func `a stream that breaks off is no answer, at whatever byte, unless the model had finished`() {
        let bytes = Array(Self.stream.utf8)
        let finish = Self.stream.firstRange(of: "\"finish_reason\":\"stop\"}]}\n")
        let whole =
            finish.map { Self.stream.utf8.distance(from: Self.stream.startIndex, to: $0.upperBound) } ?? 0
        #expect(whole > 0)
        for count in 1..<bytes.count {
            var exchange = answering("text/event-stream")
            exchange.body(bytes.prefix(count), at: ms(30))
            exchange.ended()
            if count < whole {
                #expect(exchange.outcome == .failure(.brokeOff), "\(count)")
            } else {
                #expect(exchange.outcome == .success(ChatReply(text: "Good evening.")), "\(count)")
            }
        }
        var cut = answering("text/event-stream")
        cut.body(bytes, at: ms(30))
        cut.lost("gone")
        #expect(cut.outcome == .success(ChatReply(text: "Good evening.")))
    }

    @Test func `a server that ignores the wish for a stream is understood`() {
        var exchange = answering("application/json")
        exchange.body(Array(#"{"choices":[{"message":{"content":"Hi"#.utf8), at: ms(30))
        exchange.body(Array(#""}}]}"#.utf8), at: ms(40))
        #expect(exchange.outcome == nil)
        exchange.ended()
        #expect(exchange.outcome == .success(ChatReply(text: "Hi")))
    }

    @Test func `a server that is away is given up within two seconds`() {
        var exchange = ChatExchange(at: .origin, until: ms(6_000))
        exchange.tick(at: ms(1_499))
        #expect(exchange.outcome == nil && exchange.deadline == ms(1_500))
        exchange.tick(at: ms(1_500))
        #expect(exchange.outcome == .failure(.unreachable("it does not answer")))
        exchange.connected(at: ms(1_501))
        #expect(exchange.outcome == .failure(.unreachable("it does not answer")))
    }

    @Test func `each wait has its limit: for the first byte, between bytes, for the whole`() {
        var first = open()
        #expect(first.deadline == ms(5_010))
        first.tick(at: ms(5_010))
        #expect(first.outcome == .failure(.tooSlow))
        var gap = answering("text/event-stream")
        gap.body(Array(": a\n".utf8), at: ms(1_000))
        #expect(gap.deadline == ms(3_500))
        gap.tick(at: ms(3_499))
        #expect(gap.outcome == nil)
        gap.tick(at: ms(3_500))
        #expect(gap.outcome == .failure(.tooSlow))
        var drip = answering("text/event-stream")
        for second in 1..<6 { drip.body(Array(": drip\n".utf8), at: ms(second * 1_000)) }
        #expect(drip.deadline == ms(6_000))
        drip.tick(at: ms(6_000))
        #expect(drip.outcome == .failure(.tooSlow))
    }

    @Test func `a refusal tells its status, what the server says, and how long to leave it alone`() {
        var busy = answering("application/json", status: 429, retryAfter: "7")
        busy.body(
            Array(#"{"error":{"message":"Rate limit reached","type":"requests","code":"rate"}}"#.utf8),
            at: ms(30))
        busy.ended()
        let refusal = ChatRefusal(status: 429, retryAfter: .seconds(7), text: "Rate limit reached")
        #expect(busy.outcome == .failure(.refused(refusal)))
        #expect(ChatError.refused(refusal).wish == .seconds(7))
        var page = answering("text/html", status: 502)
        page.body(Array(repeating: UInt8(ascii: "<"), count: 100_000), at: ms(30))
        #expect(page.outcome == .failure(.refused(ChatRefusal(status: 502))))
        var redirection = answering(nil, status: 307, retryAfter: "later")
        redirection.ended()
        #expect(redirection.outcome == .failure(.refused(ChatRefusal(status: 307))))
    }

    @Test(arguments: ["text/event-stream", "application/json"])
    func `garbage and floods end it with an error`(type: String) {
        var random = SeededGenerator(seed: 5)
        var garbage = answering(type)
        garbage.body(
            Array("data: ".utf8) + (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) } + [10],
            at: ms(30))
        garbage.ended()
        guard case .failure? = garbage.outcome else { return #expect(Bool(false)) }
        var flood = answering(type)
        for _ in 0..<40 {
            flood.body(Array(repeating: UInt8(ascii: " "), count: 32_000), at: ms(30))
        }
        guard case .failure(.malformed)? = flood.outcome else { return #expect(Bool(false)) }
    }

    @Test func `events out of order change nothing`() {
        var early = ChatExchange(at: .origin, until: ms(6_000))
        early.head(status: 200, contentType: nil, retryAfter: nil, at: ms(1))
        early.body(Array("{}".utf8), at: ms(2))
        #expect(early.outcome == nil)
        early.ended()
        #expect(early.outcome == .failure(.unreachable("it closed without an answer")))
        var late = answering("application/json")
        late.give(up: .cancelled)
        late.body(Array("{}".utf8), at: ms(30))
        late.ended()
        late.lost("gone")
        late.tick(at: ms(9_000))
        #expect(late.outcome == .failure(.cancelled))
    }
}
