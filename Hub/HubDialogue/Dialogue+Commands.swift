import HubAnswers

/// From readings to commands.
extension Dialogue {
    /// What became of one part of a sentence.
    enum Outcome {
        case command(Command)
        /// Put back, then do this if there is something to do.
        case restore([Restore], Command?)
        /// To be said: nothing was found, or there was nothing to do.
        case said(String, isUnderstood: Bool)
        case question(OpenQuestion.Topic, String)
    }

    /// Carries out all parts; what fails is said, the others happen nevertheless.
    mutating func carryOut(
        _ parts: [SentenceSplitter.Part], _ certainty: Certainty, _ talk: inout Conversation,
        _ here: Situation
    ) -> DialogueStep {
        var step = DialogueStep(clarity: .nothing)
        var questions: [(OpenQuestion.Topic, String)] = []
        var remarks: [String] = []
        for part in parts {
            switch outcome(of: part.reading, part.text, &talk, here) {
            case .command(let command):
                step.commands.append(command)
                if IntentTraits(of: command.reading.intent).subject != .other { talk.last = command }
            case .restore(let restores, let command):
                step.restores += restores
                if let command {
                    step.commands.append(command)
                    talk.last = command
                } else {
                    step.preface = phrases.say(.putBack)
                    step.clarity = .clear
                }
            case .said(let text, let isUnderstood):
                remarks.append(text)
                if isUnderstood { step.clarity = .clear }
            case .question(let topic, let text): questions.append((topic, text))
            }
        }
        talk.lastAt = here.now
        if let doubt = doubt(step.commands, certainty) {
            // Nothing is done before the answer, and the question stands for the whole sentence.
            ask(.confirmation(step.commands), doubt, &talk, here)
            return DialogueStep(clarity: .asked, closing: doubt, listensUntil: talk.question?.deadline)
        }
        return closed(step, parts, certainty, questions, remarks, &talk, here)
    }

    private mutating func closed(
        _ step: DialogueStep, _ parts: [SentenceSplitter.Part], _ certainty: Certainty,
        _ questions: [(OpenQuestion.Topic, String)], _ remarks: [String], _ talk: inout Conversation,
        _ here: Situation
    ) -> DialogueStep {
        var step = step
        let didSomething = !step.commands.isEmpty || !step.restores.isEmpty
        if didSomething {
            step.clarity = certainty == .clear ? .clear : .likely
            if certainty != .clear {
                let texts = step.commands.isEmpty ? parts.map(\.text) : step.commands.map(\.text)
                let heard = phrases.say(.thinkYouSaid, [("text", texts.joined(separator: ", "))])
                step.preface = step.preface.isEmpty ? heard : "\(heard) \(step.preface)"
            }
        }
        var said = remarks
        // One question at a time: of several only what is missing is said.
        if questions.count == 1, let (topic, text) = questions.first {
            ask(topic, text, &talk, here)
            step.listensUntil = talk.question?.deadline
            said.append(text)
            if !didSomething { step.clarity = .asked }
        } else {
            said += questions.map(\.1)
            if !questions.isEmpty, !didSomething { step.clarity = .asked }
        }
        let problem = said.joined(separator: " ")
        step.closing =
            didSomething && !problem.isEmpty ? phrases.say(.failed, [("problem", problem)]) : problem
        return step
    }

    /// The question that must be answered before `commands` are carried out; nil if there is no doubt.
    private func doubt(_ commands: [Command], _ certainty: Certainty) -> String? {
        guard certainty != .clear, !commands.isEmpty else { return nil }
        let text = commands.map(\.text).joined(separator: ", ")
        let guarded = commands.filter { $0.reading.isGuarded(devices: $0.devices) }
        if guarded.contains(where: \.isOfChat) {
            // What was said does not tell what a model makes of it.
            return guarded.map(question).joined(separator: " ")
        }
        if !guarded.isEmpty { return phrases.say(.confirm, [("text", text)]) }
        return certainty == .unsure ? phrases.say(.didYouMean, [("options", text)]) : nil
    }

    /// "Shall I unlock the front door?"
    private func question(_ command: Command) -> String {
        let action =
            switch command.reading.intent {
            case "HassTurnOn": "on"
            case "HassTurnOff": "off"
            default: "set"
            }
        let names = command.devices.compactMap(\.names.first).joined(separator: ", ")
        let sort = command.devices.first?.domain ?? ""
        return phrases.say(.confirmAct, [("action", action), ("names", names), ("sort", sort)])
    }

    private mutating func outcome(
        of reading: Reading, _ text: String, _ talk: inout Conversation, _ here: Situation
    ) -> Outcome {
        if let own = DialogueIntent(rawValue: reading.intent) {
            return followUp(own, reading, text, &talk, here)
        }
        if reading.slot("referent") != nil { return referring(reading, text, talk, here) }
        return outcome(of: reading, text, here)
    }

    /// A command as it stands: complete, and about something that is there.
    mutating func outcome(of reading: Reading, _ text: String, _ here: Situation) -> Outcome {
        let traits = IntentTraits(of: reading.intent)
        guard traits.isComplete(reading) else {
            return .question(.slot(text: text, reading: reading), phrases.say(traits.question))
        }
        switch resolver.target(of: reading, in: here.room) {
        case .nothingInParticular: return .command(command(reading, [], nil, text))
        case .devices(let devices, let scope): return .command(command(reading, devices, scope, text))
        case .severalNamed(let name, let devices): return which(name, devices, reading, text)
        case .elsewhere(let name, let scope, let others): return elsewhere(name, scope, others, reading, text)
        case .unknown(let name, let slot, let nearest):
            return didYouMean(name, slot, nearest, reading, text, here)
        }
    }

    // MARK: Questions

    private mutating func which(
        _ name: String, _ devices: [DialogueHome.Entity], _ reading: Reading, _ text: String
    ) -> Outcome {
        var options: [OpenQuestion.Option] = []
        for device in devices.prefix(Tuning.optionCountMax) {
            let area = device.area.flatMap(resolver.home.area)
            let names = (area?.names ?? []) + device.names.filter { $0 != name }
            options.append(
                .init(
                    names: names.isEmpty ? [device.id] : names,
                    command: command(reading, [device], device.area.map(Scope.area) ?? .home, text)))
        }
        let labels = phrases.options(options.compactMap(\.names.first))
        return .question(.choice(options), phrases.say(.which, [("options", labels)]))
    }

    /// Devices outside the scope are offered by their rooms, never taken.
    private mutating func elsewhere(
        _ name: String, _ scope: Scope, _ others: [DialogueHome.Entity], _ reading: Reading, _ text: String
    ) -> Outcome {
        let place = placeName(scope)
        var areas: [DialogueHome.Area] = []
        for area in others.compactMap({ $0.area.flatMap(resolver.home.area) }) where !areas.contains(area) {
            areas.append(area)
        }
        guard case .area = scope, (1...Tuning.optionCountMax).contains(areas.count) else {
            let inPack = reading.slot("name") == nil ? phrases.nothing(of: name, in: place) : nil
            return .said(
                inPack ?? phrases.say(.nothingHere, [("name", name), ("area", place)]), isUnderstood: false)
        }
        let options = areas.map { area -> OpenQuestion.Option in
            let there = reading.setting(.init("area", .text(area.names.first ?? area.id), source: .said))
            return .init(
                names: area.names,
                command: command(there, others.filter { $0.area == area.id }, .area(area.id), text))
        }
        let labels = phrases.options(areas.compactMap(\.names.first))
        return .question(
            .choice(options), phrases.say(.elsewhere, [("name", name), ("area", place), ("options", labels)]))
    }

    private func placeName(_ scope: Scope) -> String {
        switch scope {
        case .area(let id): resolver.home.area(id)?.names.first ?? id
        case .floor(let id): resolver.home.floor(id)?.names.first ?? id
        case .home: ""
        }
    }

    private mutating func didYouMean(
        _ name: String, _ slot: String, _ nearest: [String], _ reading: Reading, _ text: String,
        _ here: Situation
    ) -> Outcome {
        var options: [OpenQuestion.Option] = []
        for candidate in nearest {
            let other = reading.setting(.init(slot, .text(candidate), text: candidate))
            guard case .devices(let devices, let scope) = resolver.target(of: other, in: here.room) else {
                continue
            }
            options.append(.init(names: [candidate], command: command(other, devices, scope, text)))
        }
        guard !options.isEmpty else {
            return .said(phrases.unknown(name, slot: slot), isUnderstood: false)
        }
        let labels = phrases.options(options.compactMap(\.names.first))
        return .question(.choice(options), phrases.say(.didYouMean, [("options", labels)]))
    }
}
