package import LoqaBase

/// Turns what people say, sentence after sentence, into commands, questions and answers. Pure: it reads no clock and
/// changes nothing but itself.
///
/// One conversation for each relay or person, each forgotten by deadlines: see ``Tuning``. Nothing dangerous is ever
/// done on a guess, and no command reaches beyond the scope that was said (``TargetResolver``).
package struct Dialogue<Reader: SentenceReader> {
    /// Conversations at the same time; beyond it the one that is silent for the longest time is forgotten.
    package static var conversationCountMax: Int { 64 }

    var reader: Reader
    let resolver: TargetResolver
    let phrases: Phrasebook
    private let wake: WakeStripper
    private let splitter: SentenceSplitter
    var conversations: [String: Conversation] = [:]
    private var heardAt: [String: HubInstant] = [:]
    private var nextCommand: UInt32 = 1

    package init(
        reader: Reader, home: DialogueHome, phrases: Phrasebook, wakePhrases: [String], language: String
    ) {
        (self.reader, self.phrases) = (reader, phrases)
        resolver = TargetResolver(home: home, language: language)
        wake = WakeStripper(wakePhrases, language: language)
        let (names, fillers) = (Set(home.names.map(DialogueHome.folded)), phrases.fillers)
        splitter = SentenceSplitter(conjunctions: phrases.conjunctions) { text in
            let words = DialogueHome.folded(text.filter { !$0.isPunctuation }).split(separator: " ")
            return names.contains(words.drop { fillers.contains(String($0)) }.joined(separator: " "))
        }
    }

    /// What is to come of one sentence.
    ///
    /// - Parameters:
    ///   - conversation: whose it is: a relay's, or a person's if the voice is known.
    ///   - room: the area of the relay; nil if it is in none.
    package mutating func hear(
        _ heard: Heard, in conversation: String, room: String?, at now: HubInstant
    ) -> DialogueStep {
        makeRoom(for: conversation, at: now)
        var talk = conversations[conversation] ?? Conversation()
        talk.forget(at: now)
        let step = hear(heard, &talk, Situation(room: room, area: room.flatMap(areaName), now: now))
        conversations[conversation] = talk
        return step
    }

    /// Tells what a command changed, so that it can be put back. Call it for each command that was carried out.
    package mutating func performed(
        _ command: UInt32, in conversation: String, restores: [Restore], at now: HubInstant
    ) {
        guard !restores.isEmpty else { return }
        conversations[conversation]?.undos.append(.init(command: command, restores: restores, at: now))
        let excess = (conversations[conversation]?.undos.count ?? 0) - Tuning.undoCountMax
        if excess > 0 { conversations[conversation]?.undos.removeFirst(excess) }
    }

    /// Carries out readings that no template made, such as a chat model's, by the same rules as those of sentences;
    /// what could do harm is asked about first.
    ///
    /// - Parameter text: what was said.
    package mutating func carryOut(
        _ readings: [Reading], text: String, in conversation: String, room: String?, at now: HubInstant
    ) -> DialogueStep {
        makeRoom(for: conversation, at: now)
        var talk = conversations[conversation] ?? Conversation()
        talk.forget(at: now)
        talk.question = nil
        let parts = readings.prefix(Tuning.commandCountMax).map {
            SentenceSplitter.Part(text: text, borrowedCount: 0, reading: $0)
        }
        let here = Situation(room: room, area: room.flatMap(areaName), now: now)
        var step = carryOut(Array(parts), .likely, &talk, here)
        // Nobody said what a model made of it.
        if step.clarity == .likely { (step.clarity, step.preface) = (.clear, "") }
        conversations[conversation] = talk
        return step
    }

    /// Tells of a command that something else understood and carried out, so that "it", "and the bedroom" and "put it
    /// back" work after it too.
    package mutating func note(
        _ reading: Reading, on devices: [DialogueHome.Entity], scope: Scope, text: String,
        restores: [Restore],
        in conversation: String, at now: HubInstant
    ) {
        makeRoom(for: conversation, at: now)
        let command = command(reading, devices, scope, text)
        var talk = conversations[conversation] ?? Conversation()
        (talk.last, talk.lastAt, talk.question) = (command, now, nil)
        conversations[conversation] = talk
        performed(command.id, in: conversation, restores: restores, at: now)
    }

    /// Takes a conversation to another relay or person: what was said before counts there.
    package mutating func move(_ conversation: String, to other: String) {
        guard conversation != other, let talk = conversations.removeValue(forKey: conversation) else {
            return
        }
        conversations[other] = talk
        heardAt[other] = heardAt.removeValue(forKey: conversation)
    }

    /// Forgets what was said: nothing can be referred to or put back any more.
    package mutating func forget(_ conversation: String) {
        conversations[conversation] = nil
        heardAt[conversation] = nil
    }

    /// Whether `text` is a sentence in `room`; nothing is done.
    package mutating func understands(_ text: String, room: String?) -> Bool {
        !reader.readings(of: text, area: room.flatMap(areaName), awaiting: nil, count: 1).isEmpty
    }

    /// What an open question of this conversation asks for, for the recogniser to listen to; nil if there is none.
    package func awaited(in conversation: String, at now: HubInstant) -> Awaited? {
        guard let question = conversations[conversation]?.question, now < question.deadline else {
            return nil
        }
        return question.awaited
    }

    private mutating func makeRoom(for conversation: String, at now: HubInstant) {
        heardAt[conversation] = now
        if heardAt.count > Self.conversationCountMax,
            let oldest = heardAt.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key
        {
            heardAt[oldest] = nil
            conversations[oldest] = nil
        }
    }

    private func areaName(_ room: String) -> String? { resolver.home.area(room)?.names.first ?? room }

    // MARK: One sentence

    /// Where and when something is said.
    struct Situation {
        /// The relay's area.
        var room: String?
        /// Its name.
        var area: String?
        var now: HubInstant
    }

    private mutating func hear(_ heard: Heard, _ talk: inout Conversation, _ here: Situation) -> DialogueStep
    {
        var certainty = Certainty(confidence: heard.confidence)
        guard certainty != .none else { return notUnderstood(&talk, here) }
        let awaited = talk.question?.awaited
        let text = strip(heard.text, awaited, here)
        if let step = answer(text, certainty, &talk, here) { return step }
        var parts = split(text, here)
        if parts.isEmpty {
            for other in heard.alternatives where parts.isEmpty {
                parts = split(strip(other, awaited, here), here)
            }
            if !parts.isEmpty { certainty = max(certainty, .likely) }
        }
        if parts.isEmpty {
            let repairs = repairs(text, here)
            if repairs.count > 1, let step = which(of: repairs, &talk, here) { return step }
            if let repair = repairs.first {
                parts = [repair.part]
                certainty = max(certainty, repair.distance <= Tuning.likelyDistanceMax ? .likely : .unsure)
            }
        }
        guard !parts.isEmpty else {
            guard talk.question == nil, let unknown = unknownName(in: text, here) else {
                return notUnderstood(&talk, here)
            }
            return DialogueStep(clarity: .asked, closing: phrases.unknown(unknown.name, slot: unknown.slot))
        }
        talk.question = nil
        return carryOut(parts, certainty, &talk, here)
    }

    private mutating func strip(_ text: String, _ awaited: Awaited?, _ here: Situation) -> String {
        let reader = self.reader
        return wake.strip(text) { text in
            var reader = reader
            return !reader.readings(of: text, area: here.area, awaiting: awaited, count: 1).isEmpty
        }
    }

    mutating func read(_ text: String, awaiting: Awaited? = nil, _ here: Situation) -> Reading? {
        reader.readings(of: text, area: here.area, awaiting: awaiting, count: 1).first
    }

    private mutating func split(_ text: String, _ here: Situation) -> [SentenceSplitter.Part] {
        let splitter = self.splitter
        var reader = self.reader
        return splitter.parts(of: text) { text in
            reader.readings(of: text, area: here.area, awaiting: nil, count: 1).first
        }
    }

    func notUnderstood(_ talk: inout Conversation, _ here: Situation) -> DialogueStep {
        guard var question = talk.question, question.repeatCount < OpenQuestion.repeatCountMax else {
            talk.question = nil
            return DialogueStep(clarity: .nothing, closing: phrases.say(.notUnderstood))
        }
        question.repeatCount += 1
        question.deadline = here.now + Tuning.answerTime
        talk.question = question
        return DialogueStep(
            clarity: .nothing, closing: "\(phrases.say(.askAgain)) \(question.text)",
            listensUntil: question.deadline)
    }

    mutating func command(
        _ reading: Reading, _ devices: [DialogueHome.Entity], _ scope: Scope?, _ text: String
    ) -> Command {
        defer { nextCommand &+= 1 }
        return Command(id: nextCommand, reading: reading, devices: devices, scope: scope, text: text)
    }

    func ask(_ topic: OpenQuestion.Topic, _ text: String, _ talk: inout Conversation, _ here: Situation) {
        talk.question = OpenQuestion(topic: topic, text: text, deadline: here.now + Tuning.answerTime)
    }
}

extension Dialogue: Sendable where Reader: Sendable {}
