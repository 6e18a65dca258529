/// All that is known of one turn, gathered from the traces of hub, relay and board. A pure value.
struct TurnRecord {
    struct Change: Equatable, Encodable {
        var device: String
        /// The states before and after.
        var was: String
        var `is`: String
    }

    var relay: String
    var room: String
    /// What the talker said after the wake phrase; nil when a person speaks into a real microphone.
    var said: String?
    var number: Int?

    var talkerStarted: Int64?
    var talkerEnded: Int64?
    var woken: Int64?
    var speechEnded: Int64?
    /// Silence that the hub had heard when it decided that speech was over, ms.
    var pauseMs: Double?
    var heardAt: Int64?
    var heard: String?
    var intent: String?
    var slots: [String: String] = [:]
    var outcome: String?
    var changes: [Change] = []
    var answeredAt: Int64?
    var answer: String?
    var voiceFirst: Int64?
    var answerStarted: Int64?
    var speakerStarted: Int64?
    var ringing: [String] = []
    var isClosed = false
    var closedAs: String?
    var concealedPackets = 0

    init(relay: String, room: String, said: String?) {
        (self.relay, self.room, self.said) = (relay, room, said)
    }

    /// Takes in one event. Those of other relays and of other turns change nothing.
    mutating func note(_ event: TraceEvent) {
        guard event.relay == relay else { return }
        switch event.source {
        case .board: noteBoard(event)
        case .relay: noteRelay(event)
        case .hub: noteHub(event)
        }
    }

    private mutating func noteBoard(_ event: TraceEvent) {
        switch event.name {
        case "talker.started" where talkerStarted == nil: talkerStarted = event.time
        case "talker.ended" where talkerStarted != nil: talkerEnded = event.time
        case "speaker.started" where speakerStarted == nil && isAnswer(event.time):
            speakerStarted = event.time
        default: break
        }
    }

    /// Sound from the speaker before the hub's voice began is a ring or a chime.
    private func isAnswer(_ time: Int64) -> Bool { voiceFirst.map { time >= $0 } ?? false }

    private mutating func noteRelay(_ event: TraceEvent) {
        switch event.name {
        case "wake" where woken == nil: woken = event.time
        case "answer.started" where event.turn == number: answerStarted = answerStarted ?? event.time
        case "answer.drained": concealedPackets += Int(event.number("concealed") ?? 0)
        case "ring.started", "ring.stopped": ringing.append(event.name)
        default: break
        }
    }

    private mutating func noteHub(_ event: TraceEvent) {
        if event.name == "turn.opened", number == nil { number = event.turn }
        guard let turn = event.turn, turn == number else { return }
        switch event.name {
        case "speech.ended":
            speechEnded = event.time
            pauseMs = event.number("pause_ms")
        case "heard":
            heardAt = event.time
            heard = event.text("text")
        case "understood":
            intent = event.text("intent").flatMap { $0 == "none" ? nil : $0 }
            slots = event.object("slots").mapValues(\.description)
            outcome = event.text("outcome")
        case "changed":
            changes.append(
                Change(
                    device: event.text("device") ?? "?", was: event.text("was") ?? "?",
                    is: event.text("is") ?? event.text("to") ?? "?"))
        case "answered":
            answeredAt = event.time
            answer = event.text("text")
        case "voice.first": voiceFirst = voiceFirst ?? event.time
        case "turn.closed":
            isClosed = true
            closedAs = event.text("outcome")
        default: break
        }
    }

    /// From the end of speech to the first audible sound of the answer, by stage.
    struct Latency: Encodable, Equatable {
        /// Milliseconds. Their sum is the total.
        var endpointing, recognition, understanding, synthesis, playback: Double
        var total: Double
    }

    /// Nil unless the turn was spoken and answered aloud. With a real sound card the end of speech is what the hub says
    /// it was, and the sound is counted from the first packet at the relay.
    var latency: Latency? {
        let spoken = talkerEnded ?? speechEnded.flatMap { end in pauseMs.map { end - Int64($0 * 1e6) } }
        guard let spoken, let speechEnded, let heardAt, let answeredAt, let voiceFirst,
            let audible = speakerStarted ?? (talkerEnded == nil ? answerStarted : nil)
        else { return nil }
        func ms(_ from: Int64, _ to: Int64) -> Double { Double(to - from) / 1e6 }
        // Words that were recognised during the pause, before it was long enough, cost nothing after it.
        let recognised = max(heardAt, speechEnded)
        return Latency(
            endpointing: ms(spoken, speechEnded), recognition: ms(speechEnded, recognised),
            understanding: ms(recognised, answeredAt), synthesis: ms(answeredAt, voiceFirst),
            playback: ms(voiceFirst, audible), total: ms(spoken, audible))
    }
}
