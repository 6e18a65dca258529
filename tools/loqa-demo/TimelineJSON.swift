import Foundation

/// The timeline for machines: one object with the turns and the summary. Times are milliseconds from the first sound.
enum TimelineJSON {
    private struct Document: Encodable {
        var version = 1
        var turns: [Turn]
        var misunderstood: Int
        var medianMs: Double?
        var p90Ms: Double?
    }

    private struct Turn: Encodable {
        var relay, room: String
        var said, heard, intent, outcome, closedAs, answer: String?
        var slots: [String: String]
        var changes: [TurnRecord.Change]
        var differences: [String]
        var startMs, speechEndMs, firstAudioMs: Double?
        var latencyMs: TurnRecord.Latency?
        var concealedPackets: Int
    }

    static func data(_ timeline: Timeline) throws -> Data {
        let origin = timeline.entries.compactMap { $0.turn.talkerStarted ?? $0.turn.woken }.min() ?? 0
        func ms(_ time: Int64?) -> Double? { time.map { Double($0 - origin) / 1e6 } }
        let turns = timeline.entries.map { entry in
            let turn = entry.turn
            return Turn(
                relay: turn.relay, room: turn.room, said: turn.said, heard: turn.heard, intent: turn.intent,
                outcome: turn.outcome, closedAs: turn.closedAs, answer: turn.answer, slots: turn.slots,
                changes: turn.changes, differences: entry.differences, startMs: ms(turn.talkerStarted),
                speechEndMs: ms(turn.talkerEnded ?? turn.speechEnded),
                firstAudioMs: ms(turn.speakerStarted ?? turn.answerStarted), latencyMs: turn.latency,
                concealedPackets: turn.concealedPackets)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(
            Document(
                turns: turns, misunderstood: timeline.misunderstood,
                medianMs: Timeline.quantile(0.5, of: timeline.latencies),
                p90Ms: Timeline.quantile(0.9, of: timeline.latencies)))
    }
}
