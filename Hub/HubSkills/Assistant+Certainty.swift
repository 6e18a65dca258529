import HubDialogue
import HubUnderstanding

/// How certain it is that a sentence was said as it was heard, by the recogniser's confidence and the limits of
/// ``HubDialogue/Tuning``: the same for the built-in sentences as for a dialogue.
enum Certainty: Sendable, Equatable {
    case clear
    /// Acted on with "I think you said", if nothing can be harmed.
    case likely
    /// Asked about.
    case unsure
    /// Taken for no command.
    case none

    /// - Parameter confidence: 0...1; nil for typed text, which is clear. What is no number is no confidence.
    init(confidence: Double?) {
        guard let confidence else {
            self = .clear
            return
        }
        if confidence >= Tuning.clearConfidence {
            self = .clear
        } else if confidence >= Tuning.likelyConfidence {
            self = .likely
        } else {
            self = confidence >= Tuning.unsureConfidence ? .unsure : .none
        }
    }
}

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
