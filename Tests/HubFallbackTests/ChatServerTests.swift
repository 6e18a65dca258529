import HubFallback
import LoqaBase
import LoqaTestKit
import Testing

/// Where a chat server is, whether that is in the house, and when it is left alone.
struct ChatServerTests {
    @Test(arguments: [
        ("http://127.0.0.1:11434", "127.0.0.1", 11_434, "/v1/chat/completions", "http://127.0.0.1:11434"),
        ("http://localhost:8080/v1/", "localhost", 8_080, "/v1/chat/completions", "http://localhost:8080"),
        (
            "https://Models.Example/openai/v1", "models.example", 443, "/openai/v1/chat/completions",
            "https://models.example"
        ),
        ("https://a.b/x/chat/completions", "a.b", 443, "/x/chat/completions", "https://a.b"),
        ("http://[fd00::1]:80/v1", "fd00::1", 80, "/v1/chat/completions", "http://[fd00::1]"),
    ])
    func `a URL names host, port and path`(url: String, host: String, port: Int, path: String, text: String)
        throws
    {
        let server = try ChatServer(url)
        #expect(server.host == host && server.port == port && server.path == path)
        #expect("\(server)" == text)
    }

    @Test(arguments: [
        "", "127.0.0.1", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:70000", "http://a:b",
        "http://key@a", "http://a/v1?key=1", "http://a b", "http://[::1", "http://ä", "http://a:80:80",
        "http://a\r\nHost: b", "http://" + String(repeating: "a", count: 300),
    ])
    func `what is no URL of a server is refused with a reason`(url: String) {
        #expect(throws: ChatServerError.self) { try ChatServer(url) }
    }

    @Test func `only loopback, private and link-local addresses are in the house`() {
        let inside: [[UInt8]] = [
            [127, 0, 0, 1], [127, 255, 0, 9], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 255, 255],
            [192, 168, 0, 1], [169, 254, 7, 7],
        ]
        let outside: [[UInt8]] = [
            [8, 8, 8, 8], [172, 15, 0, 1], [172, 32, 0, 1], [192, 169, 0, 1], [11, 0, 0, 1], [0, 0, 0, 0],
            [100, 64, 0, 1], [224, 0, 0, 1], [], [10, 0, 0],
        ]
        let zeros = [UInt8](repeating: 0, count: 10)
        for four in inside {
            #expect(HouseAddress.isInside(four))
            #expect(HouseAddress.isInside(zeros + [0xFF, 0xFF] + four))
        }
        for four in outside {
            #expect(!HouseAddress.isInside(four))
            #expect(!HouseAddress.isInside(zeros + [0xFF, 0xFF] + four))
        }
        let rest = [UInt8](repeating: 3, count: 14)
        #expect(HouseAddress.isInside([0xFE, 0x80] + rest) && HouseAddress.isInside([0xFD, 0x00] + rest))
        #expect(!HouseAddress.isInside([0x20, 0x01] + rest) && !HouseAddress.isInside([0xFE, 0xC0] + rest))
        #expect(HouseAddress.isInside(zeros + [0, 0, 0, 0, 0, 1]))
        #expect(!HouseAddress.isInside(zeros + [0, 0, 0, 0, 0, 0]))
    }

    @Test func `three failures in a row open the breaker, one success closes it, rests grow`() {
        func at(_ seconds: Int) -> HubInstant { .origin + .seconds(seconds) }
        var breaker = CircuitBreaker()
        breaker.failed(at: at(0))
        breaker.failed(at: at(0))
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(at: at(1)) }
        let third = breaker.mayTry(at: at(1))
        #expect(third)
        breaker.failed(at: at(1))
        #expect(breaker.restsUntil == at(11))
        let (early, first, second) = (
            breaker.mayTry(at: at(10)), breaker.mayTry(at: at(11)), breaker.mayTry(at: at(11))
        )
        #expect([early, first, second] == [false, true, false])
        breaker.failed(at: at(12))
        #expect(breaker.restsUntil == at(32))
        let again = breaker.mayTry(at: at(32))
        breaker.abandoned(at: at(33))
        let anew = breaker.mayTry(at: at(33))
        breaker.succeeded()
        let (one, two) = (breaker.mayTry(at: at(33)), breaker.mayTry(at: at(33)))
        #expect([again, anew, one, two] == [true, true, true, true])
        breaker.failed(at: at(40), wish: .seconds(86_400))
        #expect(breaker.restsUntil == at(340))
        breaker.failed(at: at(41))
        #expect(breaker.restsUntil == at(340))
    }

    @Test func `a rest never exceeds its limit and always ends, whatever happens`() {
        var random = SeededGenerator(seed: 4)
        var (breaker, now) = (CircuitBreaker(), HubInstant.origin)
        for _ in 0..<5_000 {
            now = now + .milliseconds(Int.random(in: 0...20_000, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: breaker.succeeded()
            case 1: breaker.failed(at: now)
            case 2: breaker.failed(at: now, wish: .seconds(Int.random(in: -5...900, using: &random)))
            case _: if breaker.mayTry(at: now), Bool.random(using: &random) { breaker.abandoned(at: now) }
            }
            if let until = breaker.restsUntil { #expect(until <= now + CircuitBreaker.Tuning.restMax) }
        }
    }

    @Test(arguments: [
        ("Hello there.", "Hello there."), ("**Bold** and `code`\n- one\n- two", "Bold and code one two"),
        ("<think>hm, 3 < 4</think>\n\nYes.", "Yes."), ("<think>never ends", ""),
        ("Sunny 🌞 today!", "Sunny today!"),
        ("  \n ", ""), ("3 < 4", "3 < 4"),
    ])
    func `what a model wrote is made fit to be spoken`(text: String, spoken: String) {
        #expect(ChatSpeech.spoken(text) == spoken)
    }

    @Test func `a long answer is cut after a sentence, else after a word`() {
        let sentence = "It is what it is. "
        let long = ChatSpeech.spoken(String(repeating: sentence, count: 100))
        #expect(long.count <= ChatSpeech.lengthMax && long.hasSuffix("is.") && long.count > 400)
        let endless = ChatSpeech.spoken(String(repeating: "word ", count: 500))
        #expect(endless.hasSuffix("word") && endless.count <= ChatSpeech.lengthMax)
        #expect(ChatSpeech.spoken(String(repeating: "x", count: 2_000)).count == ChatSpeech.lengthMax)
    }
}
