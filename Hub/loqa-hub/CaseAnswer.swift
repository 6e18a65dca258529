import HubAnswers
import HubLanguage
import HubPacks

/// The spoken answer to a test case, rendered from the pack's template at the moment the tests assume.
struct CaseAnswer {
    private let language: Language
    private var templates: [String: AnswerTemplate] = [:]

    init(_ language: Language) { self.language = language }

    /// The text; empty where the pack has no response.
    ///
    /// - Throws: ``AnswerError`` for a template that cannot be read or rendered.
    mutating func text(
        for result: Understanding, in home: CaseHome, timers: [PackNode], media: PackNode?
    ) throws(AnswerError) -> String {
        guard let source = language.responses[result.intent]?[result.response] else { return "" }
        let name = "\(language.name)/\(result.intent) \(result.response)"
        let template: AnswerTemplate
        if let known = templates[name] {
            template = known
        } else {
            template = try AnswerTemplate(source, name: name)
        }
        templates[name] = template
        var slots: [AnswerValue.Entry] = [
            .init("timers", .list(timers.map(Self.timer))), .init("canceled", .integer(timers.count)),
            .init("media", media.map(Self.value) ?? .none),
        ]
        for slot in result.slots {
            slots.removeAll { $0.name == slot.name }
            slots.append(.init(slot.name, Self.shown(slot)))
        }
        if result.intent == "HassGetCurrentDate" {
            slots.append(.init("date", .date(AnswerDate(year: 2013, month: 9, day: 17))))
        } else if result.intent == "HassGetCurrentTime" {
            slots.append(.init("time", .time(AnswerTime(hour: 1, minute: 2))))
        }
        let (matched, unmatched) = home.entities(for: result)
        return try template.answer(AnswerContext(slots: slots, matched: matched, unmatched: unmatched))
    }

    /// A number is told in the words it was said in.
    private static func shown(_ slot: Understanding.Slot) -> AnswerValue {
        switch slot.value {
        case .integer, .number: slot.text.isEmpty ? value(slot.value) : .text(slot.text)
        case .text, .truth, .list: value(slot.value)
        }
    }

    private static func timer(_ node: PackNode) -> AnswerValue {
        var entries: [AnswerValue.Entry] = [
            .init("name", .text("")), .init("area", .text("")), .init("is_active", .flag(false)),
        ]
        for count in [
            "total_seconds_left", "start_hours", "start_minutes", "start_seconds", "rounded_hours_left",
            "rounded_minutes_left", "rounded_seconds_left",
        ] {
            entries.append(.init(count, .integer(0)))
        }
        if case .map(let given) = value(node) {
            for entry in given {
                entries.removeAll { $0.name == entry.name }
                entries.append(entry)
            }
        }
        return .map(entries)
    }

    private static func value(_ value: SlotValue) -> AnswerValue {
        switch value {
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .truth(let truth): .flag(truth)
        case .list(let values): .list(values.map(self.value))
        }
    }

    static func value(_ node: PackNode) -> AnswerValue {
        switch node.content {
        case .null: .none
        case .truth(let truth): .flag(truth)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .list(let items): .list(items.map(value))
        case .map(let pairs): .map(pairs.map { .init($0.key, value($0.value)) })
        }
    }
}
