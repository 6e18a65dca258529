import HubDialogue
import HubUnderstanding

extension Assistant {
    /// Below this confidence what was heard is no command; 0 without a mind, where it does not count.
    package var confidenceMin: Double { mind == nil ? 0 : Tuning.unsureConfidence }

    /// The question that must be answered before a built-in sentence is carried out; nil if it may be carried out.
    func doubt(_ match: Match, _ words: [String], _ certainty: Certainty) -> Reply? {
        guard certainty == .unsure || certainty == .likely && isGuarded(match) else { return nil }
        let said = words.joined(separator: " ")
        let option = PendingQuestion.Option(names: [said], label: said, match: match)
        return Reply(.asked, answer: "Did you say: \(said)?", question: PendingQuestion(.oneOf([option])))
    }

    /// Whether carrying it out by mistake could harm: doors, heat, everything at once.
    private func isGuarded(_ match: Match) -> Bool {
        switch HouseIntent(rawValue: match.intent) {
        case .openCover, .closeCover, .setPosition, .setTemperature, .warmer, .cooler: return true
        case .turnOn, .turnOff:
            if match["group"] != nil, match.text("group") != HouseSkill.Group.lights.rawValue { return true }
            guard let name = match["device"]?.spoken else { return false }
            return home.devices.contains {
                ($0.kind == .cover || $0.kind.isClimate) && $0.spokenNames.contains(name)
            }
        case .setBrightness, .brighten, .dim, .setColour, .getTemperature, .getHumidity, .getState, nil:
            return false
        }
    }
}

extension Reply {
    /// The same, saying first what was heard; nothing but an answer is said that way.
    func prefaced(by words: [String]) -> Reply {
        guard understood == .yes, !answer.isEmpty else { return self }
        var reply = self
        reply.answer = "I think you said: \(words.joined(separator: " ")). \(answer)"
        return reply
    }
}
