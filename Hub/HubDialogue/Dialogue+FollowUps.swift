import HubAnswers

/// Intents that only make sense in a conversation: their sentences are Loqa's own.
package enum DialogueIntent: String, Sendable, CaseIterable {
    case yes = "LoqaYes"
    case no = "LoqaNo"
    /// "And the bedroom?": the same elsewhere, or with something else.
    case followUp = "LoqaFollowUp"
    /// "No, the bedroom": put back, then the same elsewhere.
    case correct = "LoqaCorrect"
    /// "Do that again".
    case again = "LoqaAgain"
    /// "Put it back".
    case undo = "LoqaUndo"
}

extension Dialogue {
    mutating func followUp(
        _ intent: DialogueIntent, _ reading: Reading, _ text: String, _ talk: inout Conversation,
        _ here: Situation
    ) -> Outcome {
        switch intent {
        case .undo:
            guard let undo = talk.undos.popLast() else {
                return .said(phrases.say(.nothingToUndo), isUnderstood: true)
            }
            return .restore(undo.restores, nil)
        case .yes, .no:
            return .said(phrases.say(intent == .no ? .allRight : .nothingBefore), isUnderstood: true)
        case .again, .followUp, .correct: break
        }
        guard let last = talk.last else { return .said(phrases.say(.nothingBefore), isUnderstood: true) }
        if intent == .again {
            return .command(command(last.reading, last.devices, last.scope, last.text))
        }
        let changed = replacing(in: last, by: reading)
        let outcome = outcome(of: changed, last.text, here)
        guard intent == .correct, case .command(let command) = outcome else { return outcome }
        // What was done by mistake is put back, if it is known how.
        guard let index = talk.undos.lastIndex(where: { $0.command == last.id }) else { return outcome }
        return .restore(talk.undos.remove(at: index).restores, command)
    }

    /// The last command with another place or another device.
    private func replacing(in last: Command, by reading: Reading) -> Reading {
        var changed = last.reading
        if let name = reading.slot("name") {
            changed = changed.removing(["name", "area", "floor", "domain", "device_class", "referent"])
                .setting(name)
            for slot in reading.slots where slot.name == "area" || slot.name == "floor" {
                changed = changed.setting(slot)
            }
            changed.combination = "name_only"
            return changed
        }
        guard let place = reading.slots.first(where: { $0.name == "area" || $0.name == "floor" }) else {
            return changed
        }
        changed = changed.removing(["area", "floor", "referent"]).setting(place)
        changed.combination = "\(place.name)_domain"
        // "The lamp" and then "and the bedroom": a lamp of the same name there, or else what is of its sort.
        if let name = changed.slot("name"), let device = last.devices.first {
            let scope: Scope? =
                place.name == "area"
                ? resolver.home.area(place.words).map { .area($0.id) }
                : resolver.home.floor(place.words).map { .floor($0.id) }
            let sameName = resolver.home.entities(named: name.words).contains { entity in
                scope?.contains(entity, in: resolver.home) ?? false
            }
            if !sameName {
                changed = changed.removing(["name"]).setting(
                    .init("domain", .text(device.domain), source: .implied))
            }
        }
        return changed
    }

    /// "Turn it off again": a new command for what the last one was about.
    mutating func referring(
        _ reading: Reading, _ text: String, _ talk: Conversation, _ here: Situation
    ) -> Outcome {
        guard let last = talk.last, !last.devices.isEmpty else {
            return .said(phrases.say(.nothingBefore), isUnderstood: true)
        }
        var merged = reading.removing(["referent", "area"])
        merged.combination = last.reading.combination
        for slot in last.reading.slots
        where ["name", "area", "floor", "domain", "device_class"].contains(slot.name) {
            merged = merged.setting(slot)
        }
        let traits = IntentTraits(of: reading.intent)
        var devices: [DialogueHome.Entity]
        switch traits.subject {
        case .devices(let domains), .question(let domains):
            devices = last.devices.filter { domains.isEmpty || domains.contains($0.domain) }
        case .other: devices = []
        }
        var scope = last.scope
        // A question about the whole house is no permission to act in all of it.
        if traits.changesDevices, scope == .home, merged.slot("name") == nil,
            !merged.combination.hasSuffix("_all")
        {
            scope = here.room.map(Scope.area)
            devices.removeAll { $0.area == nil || $0.area != here.room }
        }
        guard !devices.isEmpty else { return .said(phrases.say(.nothingBefore), isUnderstood: true) }
        return .command(command(merged, devices, scope, text))
    }
}
