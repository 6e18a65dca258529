/// What a response template is rendered with.
package struct AnswerContext: Sendable {
    /// The names that a template can use.
    package var variables: [AnswerValue.Entry]
    /// Whose attributes `state_attr(entity_id, name)` reads.
    package var entities: [AnswerEntity]

    /// The names as given: for error answers and for sentences of one's own.
    package init(_ variables: [AnswerValue.Entry], entities: [AnswerEntity] = []) {
        (self.variables, self.entities) = (variables, entities)
    }

    /// The names of an answer to an intent: `slots`, `state`, `query` and `state_attr`.
    ///
    /// - Parameters:
    ///   - slots: what was understood, and what belongs to the intent: `timers`, `date`.
    ///   - matched: the entities that the answer is about; those that satisfy the question, if it is one.
    ///   - unmatched: those that do not satisfy the question.
    package init(slots: [AnswerValue.Entry], matched: [AnswerEntity] = [], unmatched: [AnswerEntity] = []) {
        let state = matched.first ?? unmatched.first
        let query: AnswerValue = .map([
            .init("matched", .list(matched.map(\.value))), .init("unmatched", .list(unmatched.map(\.value))),
            .init("total_results", .integer(matched.count + unmatched.count)),
        ])
        self.init(
            [
                .init("slots", .map(slots)), .init("state", state?.value ?? .none), .init("query", query),
            ], entities: matched)
    }
}

/// An entity as templates see it.
package struct AnswerEntity: Sendable, Equatable {
    /// "light.kitchen_lamp".
    package var entityID: String
    package var name: String
    /// "light".
    package var domain: String
    /// The state as the system has it: "on".
    package var rawState: String
    /// The state in the talker's language; nil if it is the same.
    package var spokenState: String?
    package var attributes: [AnswerValue.Entry]

    package init(
        entityID: String, name: String, domain: String, rawState: String, spokenState: String? = nil,
        attributes: [AnswerValue.Entry] = []
    ) {
        (self.entityID, self.name, self.domain, self.rawState) = (entityID, name, domain, rawState)
        (self.spokenState, self.attributes) = (spokenState, attributes)
    }

    /// The attribute called `name`.
    package func attribute(_ name: String) -> AnswerValue? { attributes.first { $0.name == name }?.value }

    /// `state.name`, `.domain`, `.state`, `.state_with_unit`, `.hass_state`, `.entity_id`, `.attributes`.
    var value: AnswerValue {
        let state = spokenState ?? rawState
        var withUnit = state
        if let unit = attribute("unit_of_measurement").map(Value.init), unit.isTrue {
            withUnit += " " + unit.shown(limit: 64)
        }
        return .map([
            .init("entity_id", .text(entityID)), .init("name", .text(name)), .init("domain", .text(domain)),
            .init("state", .text(state)), .init("state_with_unit", .text(withUnit)),
            .init("hass_state", .text(rawState)), .init("attributes", .map(attributes)),
        ])
    }
}
