/// Answers to the dialogue's own questions.
extension Dialogue {
    /// What comes of `text` as the answer to the open question; nil if it is none, so that it is read as a command.
    mutating func answer(
        _ text: String, _ certainty: Certainty, _ talk: inout Conversation, _ here: Situation
    ) -> DialogueStep? {
        guard let question = talk.question else { return nil }
        let reading = read(text, awaiting: question.awaited, here)
        let intent = reading.flatMap { DialogueIntent(rawValue: $0.intent) }
        if intent == .no || reading?.intent == "HassNevermind" {
            talk.question = nil
            return DialogueStep(clarity: .clear, closing: phrases.say(.allRight))
        }
        switch question.topic {
        case .confirmation(let commands):
            guard intent == .yes else {
                if intent == .correct, let reading, let first = commands.first {
                    talk.question = nil
                    talk.last = first
                    return carryOut(
                        [.init(text: text, borrowedCount: 0, reading: reading)], certainty, &talk, here)
                }
                return nil
            }
            return certainty == .unsure ? nil : run(commands, &talk, here)
        case .choice(let options):
            return choose(among: options, text, intent, reading, certainty, &talk, here)
        case .slot(let before, let incomplete):
            if let reading, reading.freeLength == 0, intent == nil, !completes(reading, incomplete) {
                return nil
            }
            return complete(before, incomplete, by: text, certainty, &talk, here)
        }
    }

    /// Commands that were asked about and agreed to.
    private mutating func run(_ commands: [Command], _ talk: inout Conversation, _ here: Situation)
        -> DialogueStep
    {
        talk.question = nil
        talk.last = commands.last { $0.scope != nil } ?? talk.last
        talk.lastAt = here.now
        return DialogueStep(clarity: .clear, commands: commands)
    }

    private mutating func choose(
        among options: [OpenQuestion.Option], _ text: String, _ intent: DialogueIntent?, _ reading: Reading?,
        _ certainty: Certainty, _ talk: inout Conversation, _ here: Situation
    ) -> DialogueStep? {
        if intent == .yes, options.count == 1 { return run([options[0].command], &talk, here) }
        let said = DialogueHome.folded(text.filter { !$0.isPunctuation })
        func isSaid(_ name: String, alone: Bool) -> Bool {
            let name = DialogueHome.folded(name)
            return alone ? said == name : " \(said) ".contains(" \(name) ")
        }
        var chosen = options.filter { $0.names.contains { isSaid($0, alone: true) } }
        if chosen.isEmpty {
            // "Turn on the bedroom lamp" is a command of its own, not the choice of the bedroom.
            if let reading, intent == nil, reading.freeLength == 0 { return nil }
            chosen = options.filter { $0.names.contains { isSaid($0, alone: false) } }
        }
        if chosen.isEmpty { chosen = options.filter { isPart(said, of: $0) } }
        if chosen.isEmpty { chosen = nearest(text, options) }
        guard chosen.count == 1, certainty != .unsure else { return nil }
        return run([chosen[0].command], &talk, here)
    }

    /// Whether all words of `said` that mean something are words of one of the option's names: "the fan".
    private func isPart(_ said: String, of option: OpenQuestion.Option) -> Bool {
        let words = said.split(separator: " ").filter { !phrases.fillers.contains(String($0)) }
        return !words.isEmpty
            && option.names.contains { name in
                Set(DialogueHome.folded(name).split(separator: " ")).isSuperset(of: words)
            }
    }

    /// The option that sounds most like what was said, if no other comes near.
    private func nearest(_ text: String, _ options: [OpenQuestion.Option]) -> [OpenQuestion.Option] {
        let words = text.split(whereSeparator: \.isWhitespace).map { $0.filter { !$0.isPunctuation } }
            .filter { !phrases.fillers.contains($0.lowercased()) }.joined(separator: " ")
        guard !words.isEmpty else { return [] }
        let ranked = options.map { option -> (Double, OpenQuestion.Option) in
            (option.names.map { resolver.distance.between(words, $0) }.min() ?? 1, option)
        }.sorted { $0.0 < $1.0 }
        guard let first = ranked.first, first.0 <= Tuning.likelyDistanceMax else { return [] }
        if ranked.count > 1, ranked[1].0 - first.0 < 0.15 { return [] }
        return [first.1]
    }

    private func completes(_ reading: Reading, _ incomplete: Reading) -> Bool {
        reading.intent == incomplete.intent && IntentTraits(of: reading.intent).isComplete(reading)
    }

    /// "Set a timer" and "five minutes" are read as one sentence, with the words that may stand between.
    private mutating func complete(
        _ before: String, _ incomplete: Reading, by text: String, _ certainty: Certainty,
        _ talk: inout Conversation, _ here: Situation
    ) -> DialogueStep? {
        for joiner in [""] + phrases.joiners {
            let whole = [before, joiner, text].filter { !$0.isEmpty }.joined(separator: " ")
            guard let reading = read(whole, here), completes(reading, incomplete) else { continue }
            talk.question = nil
            return carryOut([.init(text: whole, borrowedCount: 0, reading: reading)], certainty, &talk, here)
        }
        return nil
    }
}
