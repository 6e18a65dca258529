package import HubAnswers

/// What the dialogue itself says, in every language: a template each, in `sentences/<language>/dialogue.yaml`.
package enum Phrase: String, Sendable, CaseIterable {
    /// "Sorry, I didn't understand that."
    case notUnderstood
    /// "Sorry, say that again?"
    case askAgain
    /// "I think you said: {{ text }}."
    case thinkYouSaid
    /// "Did you mean {{ options }}?"
    case didYouMean
    /// "Shall I really {{ text }}?"
    case confirm
    /// "There is no {{ name }} {{ place }}."
    case nothingHere
    /// "There is no {{ name }} in the {{ area }}. Do you mean the one in the {{ options }}?"
    case elsewhere
    /// "Which one: {{ options }}?"
    case which
    /// "I don't know {{ name }}."
    case unknownName
    /// "For how long?"
    case askDuration
    case askTemperature
    case askBrightness
    case askPosition
    case askPercentage
    case askItem
    case askMessage
    case askMedia
    /// "I can't do that yet."
    case cannot
    /// "All right."
    case allRight
    /// "There is nothing to undo."
    case nothingToUndo
    /// "I put it back."
    case putBack
    /// "I don't know what you mean by that." (a pronoun or "and the bedroom" without anything before)
    case nothingBefore
    /// "But: {{ problem }}": before what failed in a sentence of several commands.
    case failed
    /// " or ": between options.
    case orWord
    /// "Shall I unlock {{ names }}?": before what a chat model wants. `action` is on, off or set, `sort` a domain.
    case confirmAct
    /// "I don't know that, and the chat model cannot be reached."
    case chatUnreachable
    /// "... takes too long."
    case chatSlow
    /// "... could not help."
    case chatUseless
    // What Loqa itself is asked: see ``HubSkills/OwnSkill``.
    case help, exampleLights, exampleDevice, exampleCover, exampleTimer, exampleTime
    case rooms, devices, noDevices, here
    /// `chat`, `outside` and `trace` are "yes" or empty.
    case privacy
    case forgotten, microphone
    case moved, timerMoved, nothingToMove, broadcast
    // What no skill can do yet.
    case noMedia, noLists, noWeather, noTimerChange, notPossible
    // Timers, in languages without a pack's answers.
    case timerSet, timerLeft, timerRinging, timerCancelled, timersCancelled, timerWhich, noTimer, timerRefused
    /// `h`, `m` and `s` are digits: "1 hour 30 minutes".
    case duration

    /// The names that its template may use.
    package var variables: [String] {
        switch self {
        case .thinkYouSaid, .confirm: ["text"]
        case .didYouMean, .which: ["options"]
        case .elsewhere: ["area", "name", "options"]
        case .nothingHere: ["area", "name"]
        case .unknownName: ["name"]
        case .failed: ["problem"]
        case .confirmAct: ["action", "names", "sort"]
        case .help: ["examples"]
        case .exampleDevice, .exampleCover, .timerRinging: ["name"]
        case .rooms: ["rooms"]
        case .devices: ["area", "names"]
        case .noDevices, .here, .moved, .timerMoved: ["area"]
        case .privacy: ["chat", "outside", "trace", "falseWakes"]
        case .forgotten: ["trace"]
        case .notPossible: ["names"]
        case .timerSet: ["left"]
        case .timerLeft: ["left", "name"]
        case .timersCancelled, .timerRefused: ["count"]
        case .timerWhich: ["options"]
        case .duration: ["h", "m", "s"]
        case .notUnderstood, .askAgain, .askDuration, .askTemperature, .askBrightness, .askPosition,
            .askPercentage,
            .askItem, .askMessage, .askMedia, .cannot, .allRight, .nothingToUndo, .putBack, .nothingBefore,
            .orWord, .chatUnreachable, .chatSlow, .chatUseless, .exampleLights, .exampleTimer, .exampleTime,
            .microphone, .nothingToMove, .broadcast, .noMedia, .noLists, .noWeather, .noTimerChange,
            .timerCancelled, .noTimer:
            []
        }
    }
}

/// All phrases of one language, and the words by which its sentences are put together.
package struct Phrasebook: Sendable {
    private var templates: [Phrase: AnswerTemplate] = [:]
    /// What the language's pack says of names that the home does not have, by slot.
    private var unknowns: [String: AnswerTemplate] = [:]
    /// What it says where there is nothing of a domain: "no_domain", "no_domain_in_area".
    private var missing: [String: AnswerTemplate] = [:]
    /// Words that join commands: "and", "then". In lower case.
    package var conjunctions: Set<String>
    /// Words that may stand between a command and its missing part: "for", "to".
    package var joiners: [String]
    /// Words of the greatest part of sentences that are no names: articles, prepositions. Not guessed to be names.
    package var fillers: Set<String>

    /// Reads the phrases.
    ///
    /// - Parameters:
    ///   - phrases: the template of every ``Phrase``.
    ///   - errors: error responses of the language's pack: `no_entity`, `no_area`, `no_floor`.
    /// - Throws: ``PhrasebookError`` if one is missing or broken.
    package init(
        phrases: [String: String], conjunctions: [String], joiners: [String], fillers: [String],
        errors: [String: String] = [:]
    ) throws(PhrasebookError) {
        (self.conjunctions, self.joiners) = (Set(conjunctions.map { $0.lowercased() }), joiners)
        self.fillers = Set(fillers.map { $0.lowercased() })
        for phrase in Phrase.allCases {
            guard let source = phrases[phrase.rawValue] else { throw .missing(phrase) }
            do throws(AnswerError) {
                let template = try AnswerTemplate(source, name: phrase.rawValue)
                _ = try template.answer(
                    AnswerContext(phrase.variables.map { .init($0, .text("x")) }))
                templates[phrase] = template
            } catch {
                throw .broken(error)
            }
        }
        for (slot, variable) in Self.unknownVariables {
            guard let source = errors["no_\(variable)"] else { continue }
            do throws(AnswerError) {
                let template = try AnswerTemplate(source, name: "no_\(variable)")
                _ = try template.answer(AnswerContext([.init(variable, .text("x"))]))
                unknowns[slot] = template
            } catch {
                continue  // The phrase of our own says it too.
            }
        }
        for key in ["no_domain", "no_domain_in_area"] {
            do throws(AnswerError) {
                missing[key] = try errors[key].map { source throws(AnswerError) in
                    try AnswerTemplate(source, name: key)
                }
            } catch {
                continue
            }
        }
    }

    /// That there is nothing of `domain`, in the words of the language's pack; nil if it has none.
    ///
    /// - Parameter area: where; empty for nowhere in particular.
    package func nothing(of domain: String, in area: String) -> String? {
        guard let template = missing[area.isEmpty ? "no_domain" : "no_domain_in_area"] else { return nil }
        do throws(AnswerError) {
            return try template.answer(
                AnswerContext([.init("domain", .text(domain)), .init("area", .text(area))]))
        } catch {
            return nil
        }
    }

    /// Slots that hold names, and what the packs' error responses call them.
    private static let unknownVariables = ["name": "entity", "area": "area", "floor": "floor"]

    /// That the home has nothing called `name`, in the words of the language's pack.
    ///
    /// - Parameter slot: `name`, `area` or `floor`.
    package func unknown(_ name: String, slot: String) -> String {
        guard let template = unknowns[slot], let variable = Self.unknownVariables[slot] else {
            return say(.unknownName, [("name", name)])
        }
        do throws(AnswerError) {
            return try template.answer(AnswerContext([.init(variable, .text(name))]))
        } catch {
            return say(.unknownName, [("name", name)])
        }
    }

    /// The phrase with its variables filled in; a template that fails in spite of the check is left out.
    package func say(_ phrase: Phrase, _ variables: [(String, String)] = []) -> String {
        let context = AnswerContext(variables.map { .init($0.0, .text($0.1)) })
        do throws(AnswerError) {
            return try templates[phrase]?.answer(context) ?? ""
        } catch {
            return ""
        }
    }

    /// "the kitchen, the den or the attic".
    package func options(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(say(.orWord)) " + last
    }
}

/// Why the phrases of a language cannot be used.
package enum PhrasebookError: Error, Sendable, CustomStringConvertible {
    case missing(Phrase)
    case broken(AnswerError)

    package var description: String {
        switch self {
        case .missing(let phrase): "the phrase \"\(phrase.rawValue)\" is missing; add it under \"phrases\""
        case .broken(let error): "a phrase cannot be rendered: \(error)"
        }
    }
}
