package import HubUnderstanding

/// Answers to the hub's own questions, and what the recogniser is told to listen for.
extension Assistant {
    static let answerSentences = SentenceBook.Source(
        name: "Answers",
        text: """
            Yes:
                (yes|yeah|yep|sure|correct|right|exactly|of course) [please|do it]
                (do it|please do|that one|that's right)
            No:
                (no|nope) [thanks|thank you]
                (don't|do not|not that one|none|neither)
            Choose:
                [no] [the] {room:chosen} [one|ones|lights]
                [no] [the] (one|ones) in [the] {room:chosen}
                [no] in [the] {room:chosen}
                [no] [the] ({any_device:chosen}|{lights:chosen})
                [the] {room:chosen_room} {any_device:chosen}
                [the] {any_device:chosen} in [the] {room:chosen_room}
                [the] {timer_name:chosen} [one|timer]
            ChooseLength:
                [for|the] <duration> [timer|one]
            """)

    /// Carries out the answer to `question`.
    mutating func answer(_ intent: AnswerIntent, _ request: Request, to question: PendingQuestion?) -> Reply {
        guard let question else {
            // "yes" and "no" to a ringing timer mean that it was heard.
            let silenced = intent == .yes || intent == .no ? TimerSkill.silence(request, in: &house) : nil
            var reply = silenced ?? Self.notUnderstood(again: nil)
            if silenced != nil { reply.intent = .answer(intent) }
            return reply
        }
        if intent == .no {
            var reply = Reply(.yes, answer: "All right.")
            reply.intent = .answer(.no)
            return reply
        }
        switch question.topic {
        case .timerLength(let name):
            guard intent == .chooseLength else { return Self.notUnderstood(again: question) }
            var match = Match(intent: TimerIntent.setTimer.rawValue, slots: request.match.slots)
            if let name { match = match.setting("timer_name", to: .text(name), spoken: name) }
            return carryOut(match, request)
        case .dialogue: return Self.notUnderstood(again: nil)
        case .oneOf(let options):
            let chosen = options.filter { isChosen($0, by: intent, request, of: options.count) }
            guard chosen.count == 1 else { return Self.notUnderstood(again: question) }
            return carryOut(chosen[0].match, request)
        }
    }

    private func isChosen(
        _ option: PendingQuestion.Option, by intent: AnswerIntent, _ request: Request, of count: Int
    ) -> Bool {
        switch intent {
        case .yes: count == 1
        case .no: false
        case .choose: option.names.contains(request.match["chosen"]?.spoken ?? "")
        case .chooseLength:
            TimerSkill.length(in: request.match).map { length in
                let spoken = SpokenWords.words(of: Wording.attributive(length)).joined(separator: " ")
                return option.names.contains(spoken)
            } ?? false
        }
    }

    private mutating func carryOut(_ match: Match, _ request: Request) -> Reply {
        var completed = request
        completed.match = match
        guard let intent = Intent(name: match.intent) else { return Self.notUnderstood(again: nil) }
        return carryOut(intent, completed, awaiting: nil)
    }

    /// What can be said now, for a recogniser to search.
    ///
    /// Depends on the home, the wake phrases and whether a question is open, so a caller needs few.
    package func acceptor(wakePhrases: [String], wake: WakePhraseUse, awaiting: PendingQuestion?)
        -> WordAcceptor
    {
        matcher.acceptor(intents: intents(awaiting: awaiting), wakePhrases: wakePhrases, wake: wake)
    }

    /// What can be said now, for a person to read.
    package func grammar(wakePhrases: [String], wake: WakePhraseUse, awaiting: PendingQuestion?)
        -> SpeechGrammar
    {
        matcher.speechGrammar(intents: intents(awaiting: awaiting), wakePhrases: wakePhrases, wake: wake)
    }

    private func intents(awaiting: PendingQuestion?) -> [String] {
        let answers = awaiting == nil ? [] : AnswerIntent.allCases.map(\.rawValue)
        return answers + matcher.book.intents.filter { AnswerIntent(rawValue: $0) == nil }
    }

    /// The intent and slots of a sentence without carrying it out; for tests and diagnosis.
    package func match(_ words: [String]) -> Match? { matcher.match(words) }

    /// Whether `text` is a sentence and whether it could go on: decides how long a pause ends it.
    package func completeness(of text: String) -> Completeness {
        matcher.completeness(of: WakePhrase.strip(spokenWakePhrases, from: SpokenWords.words(of: text)))
    }
}
