import Foundation
import Testing

@testable import loqa_demo

struct TurnRecordTests {
    /// A whole turn as the programs trace it, times in ms.
    private static let lines = [
        #"{"t":100,"from":"board","board":"kitchen","event":"talker.started","stream":"capture","frame":0}"#,
        #"{"t":900,"from":"relay","relay":"kitchen","event":"wake","turn":3,"level_dbfs":-30.5}"#,
        #"{"t":905,"from":"hub","relay":"kitchen","turn":3,"event":"turn.opened","room":"kitchen"}"#,
        #"{"t":2000,"from":"board","board":"kitchen","event":"talker.ended","stream":"capture","frame":30400}"#,
        #"{"t":2400,"from":"hub","relay":"kitchen","turn":3,"event":"speech.ended","reason":"pause","pause_ms":380}"#,
        #"{"t":2460,"from":"hub","relay":"kitchen","turn":3,"event":"heard","text":"lights on","score":-1.5,"ms":55}"#,
        #"{"t":2461,"from":"hub","relay":"kitchen","turn":3,"event":"understood","intent":"TurnOn","slots":{"room":"kitchen","percent":40},"outcome":"yes"}"#,
        #"{"t":2461,"from":"hub","relay":"kitchen","turn":3,"event":"changed","device":"lamp","was":"off","is":"on"}"#,
        #"{"t":2462,"from":"hub","relay":"kitchen","turn":3,"event":"answered","text":"Done."}"#,
        #"{"t":2470,"from":"board","board":"kitchen","event":"speaker.started","stream":"playback","frame":0}"#,
        #"{"t":2500,"from":"hub","relay":"kitchen","turn":3,"event":"voice.first"}"#,
        #"{"t":2570,"from":"board","board":"kitchen","event":"speaker.started","stream":"playback","frame":0}"#,
        #"{"t":3500,"from":"relay","relay":"kitchen","event":"answer.drained","stream":3,"played":50,"concealed":2}"#,
        #"{"t":3510,"from":"hub","relay":"kitchen","turn":3,"event":"turn.closed","outcome":"answered"}"#,
    ]

    private func record(_ lines: [String] = lines) throws -> TurnRecord {
        var record = TurnRecord(relay: "kitchen", room: "kitchen", said: "lights on")
        for line in lines {
            var event = try #require(TraceEvent(line: line))
            event.time *= 1_000_000
            record.note(event)
        }
        return record
    }

    @Test
    func `a turn is timed from the board's end of speech to the board's first sound, and its stages add up`()
        throws
    {
        let latency = try #require(try record().latency)
        #expect(
            latency
                == .init(
                    endpointing: 400, recognition: 60, understanding: 2, synthesis: 38, playback: 70,
                    total: 570))
        let sum =
            latency.endpointing + latency.recognition + latency.understanding + latency.synthesis
            + latency.playback
        #expect(sum == latency.total)
    }

    @Test func `a ring before the hub's voice is not taken for the answer`() throws {
        #expect(try record().speakerStarted == 2_570_000_000)
    }

    @Test func `what was understood, changed and concealed is gathered`() throws {
        let turn = try record()
        #expect(turn.intent == "TurnOn" && turn.slots == ["room": "kitchen", "percent": "40"])
        #expect(turn.changes == [.init(device: "lamp", was: "off", is: "on")])
        #expect(turn.concealedPackets == 2 && turn.isClosed && turn.closedAs == "answered")
    }

    @Test func `other relays and other turns leave no trace in a record`() throws {
        let others = Self.lines.map { $0.replacingOccurrences(of: "\"kitchen\"", with: "\"bedroom\"") }
        let later = Self.lines.map { $0.replacingOccurrences(of: "\"turn\":3", with: "\"turn\":4") }
        let turn = try record(Self.lines.prefix(5) + others + later)
        #expect(turn.number == 3 && turn.intent == nil && !turn.isClosed)
    }

    @Test(arguments: [4, 5, 8, 10, 11])
    func `a turn that lacks a stage has no latency`(missing: Int) throws {
        var lines = Self.lines
        lines.remove(at: missing)
        #expect(try record(lines).latency == nil)
    }

    @Test
    func
        `at a real microphone the end of speech is what the hub says, and the sound what the relay received`()
        throws
    {
        let started =
            #"{"t":2550,"from":"relay","relay":"kitchen","event":"answer.started","turn":3,"stream":3}"#
        let lines = Self.lines.filter { !$0.contains("board") } + [started]
        let latency = try #require(try record(lines).latency)
        #expect(latency.total == 530 && latency.endpointing == 380 && latency.playback == 50)
    }

    @Test func `an expectation says what differs`() throws {
        let turn = try record()
        #expect(
            Conversation.Expectation(intent: "TurnOn", slots: ["room": "kitchen"], changes: true).differences(
                from: turn
            ).isEmpty)
        let wrong = Conversation.Expectation(
            intent: "TurnOff", slots: ["percent": "50"], outcome: "asked", changes: false,
            relayEvent: "ring.stopped")
        #expect(wrong.differences(from: turn).count == 5)
        #expect(
            !Conversation.Expectation(changes: true).differences(
                from: TurnRecord(relay: "a", room: "a", said: "")
            ).isEmpty)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"t":"x","from":"hub","event":"a"}"#, #"{"t":1,"from":"cat","event":"a"}"#,
    ])
    func `a line that is no trace line is refused`(line: String) {
        #expect(TraceEvent(line: line) == nil)
    }

    @Test(arguments: UInt64(0)..<300)
    func `any bytes on a trace line are taken or refused, never a trap`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var bytes = Array(Self.lines[Int.random(in: 0..<Self.lines.count, using: &random)].utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                in: 32...126, using: &random)
        }
        guard let event = TraceEvent(line: String(decoding: bytes, as: UTF8.self)) else { return }
        var record = TurnRecord(relay: event.relay, room: "kitchen", said: nil)
        record.note(event)
    }
}
