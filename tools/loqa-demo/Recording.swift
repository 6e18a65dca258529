import Foundation

/// Makes WAV files of what was said and played, at the times when it sounded.
struct Recording {
    /// A sound and when it began to sound.
    struct Part {
        var time: Int64
        var relay: String
        var sound: Sound
        var isAnswer: Bool
    }
    private(set) var parts: [Part] = []

    /// What the talkers said: `sounds` in the order spoken, one for each start that the boards told.
    mutating func addTalker(_ sound: Sound, relay: String, startedAt time: Int64?) {
        if let time { parts.append(Part(time: time, relay: relay, sound: sound, isAnswer: false)) }
    }

    /// Everything that the boards played, cut by their own events.
    mutating func addAnswers(_ boards: [VirtualBoard], events: [TraceEvent]) {
        for board in boards {
            var start: TraceEvent?
            for event in events where event.source == .board && event.relay == board.name {
                if event.name == "speaker.started" { start = event }
                if event.name == "speaker.ended", let begun = start, let first = begun.number("frame"),
                    let last = event.number("frame")
                {
                    let sound = board.played(from: Int(first), to: Int(last))
                    parts.append(Part(time: begun.time, relay: board.name, sound: sound, isAnswer: true))
                    start = nil
                }
            }
        }
    }

    /// All of it at its true times.
    var conversation: Sound {
        let origin = parts.map(\.time).min() ?? 0
        var mix = Sound()
        for part in parts { mix.mix(part.sound, at: Sound.count(part.time - origin)) }
        return mix
    }

    /// The answers of one relay, half a second apart.
    func answers(of relay: String) -> Sound {
        parts.filter { $0.isAnswer && $0.relay == relay }.sorted { $0.time < $1.time }.reduce(Sound()) {
            $0 + $1.sound + Sound(silence: .milliseconds(500))
        }
    }

    /// Writes `conversation.wav` and `answers-RELAY.wav`; returns their paths with a word about each.
    func write(to folder: String, relays: [String]) throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func write(_ sound: Sound, _ name: String, _ what: String) throws -> String? {
            guard !sound.samples.isEmpty else { return nil }
            try sound.wav.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            return "\(folder)/\(name)  \(what)"
        }
        let all = try write(conversation, "conversation.wav", "everything that was said, at its true times")
        return try [all].compactMap(\.self)
            + relays.compactMap {
                try write(answers(of: $0), "answers-\($0).wav", "what the relay \($0) said")
            }
    }
}
