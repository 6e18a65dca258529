import LoqaBase
import LoqaTestKit
import LoqaWake
import Testing

struct WakeLineTests {
    private let events: [WakeEngineEvent] = [
        .ready(engine: "pocketsphinx"), .listening(SampleCount(8_000)),
        .wake(WakeEvent(start: SampleCount(100), end: SampleCount(9_000), phrase: "hey computer")),
        .stop(WakeEvent(start: SampleCount(0), end: SampleCount(16_000), phrase: "stop")),
        .nearMiss(WakeEvent(start: SampleCount(7), end: SampleCount(7), phrase: "Okay Nabu")),
        .failed("no pronunciation for: loqa"),
    ]

    @Test(arguments: 1...40)
    func `lines come back as the events they were, however they are cut`(size: Int) {
        let bytes = Array(events.map(WakeLine.text(of:)).joined().utf8)
        var reader = WakeLineReader()
        var read: [WakeEngineEvent] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            read += reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(read == events)
        #expect(reader.badLineCount == 0)
    }

    @Test(arguments: [
        "", "wake", "wake 1 2", "wake 5 4 hey", "wake -1 4 hey", "wake a b hey", "listening", "listening x",
        "listening 1 2", "ready", "hello there", "wake 99999999999999999999 1 hey",
        "stop 5 4 hey", "near 1 2", "halt 1 2 hey",
    ])
    func `a line that is no event is counted and skipped`(line: String) {
        var reader = WakeLineReader()
        #expect(reader.take(Array("\(line)\nlistening 7\n".utf8)) == [.listening(SampleCount(7))])
        #expect(reader.badLineCount == 1)
    }

    @Test func `a line without end is dropped at its limit, and the next one is read`() {
        var reader = WakeLineReader()
        let long = [UInt8](repeating: 0x61, count: 100_000)
        #expect(reader.take(long) == [])
        #expect(reader.take(Array("\nlistening 7\n".utf8)) == [.listening(SampleCount(7))])
        #expect(reader.badLineCount == 1)
    }

    @Test func `an error of many lines is told in one`() {
        let line = WakeLine.text(of: .failed("first\nwake 1 2 hey\r\nlast"))
        var reader = WakeLineReader()
        #expect(reader.take(Array(line.utf8)) == [.failed("first wake 1 2 hey last")])
    }

    @Test(arguments: UInt64(0)..<50)
    func `random bytes never trap and never make a line longer than the limit`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var reader = WakeLineReader()
        let alphabet = Array("wake listening ready error 0123456789 -\n\n".utf8) + [0, 0xFF, 0xC3]
        for _ in 0..<200 {
            let chunk = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                alphabet.randomElement(using: &random)!
            }
            for case .wake(let wake) in reader.take(chunk) { #expect(wake.start <= wake.end) }
        }
    }
}
