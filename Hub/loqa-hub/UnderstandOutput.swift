import HubLanguage

/// What understanding came to, for machines and for people.
enum UnderstandOutput {
    /// `intent` null for what was not understood.
    static func add(_ result: Understanding?, to line: inout JSONLine) {
        line.add("intent", string: result?.intent)
        guard let result else { return }
        line.add("slots", result.slots.map { ($0.name, $0.value) })
        line.add("response", string: result.response)
        line.add("slot_combination", string: result.combination)
    }

    /// Why a text can be no sentence; nil if it can.
    static func problem(with sentence: String) -> String? {
        if sentence.unicodeScalars.count > Understander.sentenceLengthMax {
            return "it is longer than \(Understander.sentenceLengthMax) characters"
        }
        return sentence.contains { $0.isLetter || $0.isNumber } ? nil : "there is no word in it"
    }

    /// Several lines: the best result, why it won, and what came second.
    static func explain(_ ranked: [Understanding], of sentence: String) -> String {
        guard let best = ranked.first else {
            let why = problem(with: sentence) ?? "no template reads like this with the names of the home"
            return "Not understood: \(why)."
        }
        var lines = ["\(best.intent) (\(best.combination)), response '\(best.response)'"]
        for slot in best.slots {
            let value = JSONLine.raw(slot.value)
            let source =
                switch slot.source {
                case .said: "said: \(JSONLine.quoted(slot.text))"
                case .wildcard: "free words: \(JSONLine.quoted(slot.text))"
                case .implied: "implied by the template"
                case .context: "from the room"
                }
            lines.append("  \(slot.name) = \(value)  (\(source))")
        }
        lines.append("template: \(best.template)")
        // A pack in JSON is one line.
        let isYAML = best.place.file.hasSuffix(".yaml")
        lines.append("  in \(best.place.file)" + (isYAML ? ", line \(best.place.line)" : ""))
        guard ranked.count > 1 else { return (lines + ["nothing else matches"]).joined(separator: "\n") }
        let second = ranked[1]
        lines.append("before \(second.intent) (\(second.combination)): \(reason(best, second))")
        lines.append("  its template: \(second.template)")
        return lines.joined(separator: "\n")
    }

    /// The first rule that tells the two apart.
    private static func reason(_ best: Understanding, _ second: Understanding) -> String {
        let (one, two) = (best.score, second.score)
        if one.isPreferred != two.isPreferred { return "an own sentence goes before a pack's" }
        if one.nameCount != two.nameCount {
            if two.nameCount < 0 { return "a device is named" }
            return "the device's name is longer (\(one.nameCount) characters against \(two.nameCount))"
        }
        if one.wildcardCount != two.wildcardCount {
            return "fewer free parts (\(one.wildcardCount) against \(two.wildcardCount))"
        }
        if one.literalCount != two.literalCount {
            return "more characters match literally (\(one.literalCount) against \(two.literalCount))"
        }
        if one.wildcardLength != two.wildcardLength {
            return "fewer characters in free parts (\(one.wildcardLength) against \(two.wildcardLength))"
        }
        return best.intent == second.intent ? "it stands first in the pack" : "its intent's name is first"
    }
}
