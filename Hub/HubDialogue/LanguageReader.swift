package import HubAnswers
package import HubLanguage
import Synchronization

/// The sentence templates of a language as a dialogue's reader. Copies share the memory in which sentences are
/// searched; a lock keeps two threads from searching at once.
package final class LanguageReader: SentenceReader, Sendable {
    private let understander: Mutex<Understander>

    /// `understander` must know the names of the dialogue's home: ``DialogueHome/vocabulary(for:)``.
    package init(_ understander: consuming sending Understander) { self.understander = Mutex(understander) }

    package func readings(of text: String, area: String?, awaiting: Awaited?, count: Int) -> [Reading] {
        var context: [String: SlotValue] = [:]
        if let area { context["area"] = .text(area) }
        if let awaiting { context["awaiting"] = .text(awaiting.rawValue) }
        return understander.withLock { understander in
            understander.ranked(text, context: context, count: count).map(Reading.init)
        }
    }
}

extension Reading {
    init(_ result: Understanding) {
        self.init(
            result.intent, combination: result.combination, response: result.response,
            slots: result.slots.map { slot in
                let source: Slot.Source =
                    switch slot.source {
                    case .said: .said
                    case .wildcard: .free
                    case .implied: .implied
                    case .context: .context
                    }
                return Slot(slot.name, AnswerValue(slot.value), text: slot.text, source: source)
            })
    }
}

extension AnswerValue {
    /// The value of a slot for an answer's template.
    package init(_ value: SlotValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .truth(let truth): self = .flag(truth)
        case .list(let items): self = .list(items.map(AnswerValue.init))
        }
    }
}

extension DialogueHome {
    /// All names of the home, as `language` hears them.
    package func vocabulary(for language: Language) -> HomeVocabulary {
        var entries: [HomeVocabulary.Entry] = []
        for entity in entities {
            for name in entity.names.prefix(Self.aliasCountMax) {
                entries.append(
                    .init(
                        list: "name", said: name, value: .text(name),
                        context: ["domain": .text(entity.domain)]))
            }
        }
        for (list, names) in [("area", areas.map(\.names)), ("floor", floors.map(\.names))] {
            for names in names {
                for name in names.prefix(Self.aliasCountMax) {
                    entries.append(.init(list: list, said: name, value: .text(names.first ?? name)))
                }
            }
        }
        return HomeVocabulary(entries, for: language)
    }
}
