/// The parts of an expression that no operator joins.
extension ExpressionParser {
    mutating func primary() throws(AnswerError) -> Expression {
        let place = place
        func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, place: place) }
        switch token.kind {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return made(.literal(.flag(true)))
            case "false", "False": return made(.literal(.flag(false)))
            case "none", "None": return made(.literal(.none))
            default: return made(.name(name))
            }
        case .text(var text):
            advance()
            while case .text(let more) = token.kind {
                text += more
                advance()
            }
            return made(.literal(.text(text)))
        case .integer(let value):
            advance()
            return made(.literal(.integer(value)))
        case .number(let value):
            advance()
            return made(.literal(.number(value)))
        case .symbol("("):
            advance()
            if take(")") { return made(.tuple([])) }
            let inner = try tuple()
            try require(")")
            return inner
        case .symbol("["):
            advance()
            return made(.list(try items(until: "]")))
        case .symbol("{"):
            advance()
            return made(.map(try pairs()))
        case .symbol, .end: throw expected("a value")
        }
    }

    private mutating func items(until closing: String) throws(AnswerError) -> [Expression] {
        var items: [Expression] = []
        while !take(closing) {
            if !items.isEmpty {
                try require(",")
                if take(closing) { break }
            }
            items.append(try expression())
        }
        return items
    }

    private mutating func pairs() throws(AnswerError) -> [(key: Expression, value: Expression)] {
        var pairs: [(key: Expression, value: Expression)] = []
        while !take("}") {
            if !pairs.isEmpty {
                try require(",")
                if take("}") { break }
            }
            let key = try expression()
            try require(":")
            pairs.append((key, try expression()))
        }
        return pairs
    }

    /// Attributes, items and calls after a value.
    mutating func postfix(_ value: Expression) throws(AnswerError) -> Expression {
        var value = value
        while true {
            let place = place
            if take(".") {
                if case .integer(let index) = token.kind {
                    advance()
                    let index = Expression(kind: .literal(.integer(index)), place: place)
                    value = Expression(kind: .item(value, index), place: place)
                } else {
                    value = Expression(kind: .attribute(value, try name()), place: place)
                }
            } else if take("[") {
                value = Expression(kind: try subscripted(value), place: place)
                try require("]")
            } else if take("(") {
                value = Expression(kind: .call(value, try arguments()), place: place)
            } else {
                return value
            }
            try countOperator()
        }
    }

    private mutating func subscripted(_ value: Expression) throws(AnswerError) -> Expression.Kind {
        var bounds: [Expression?] = []
        var current: Expression?
        while true {
            if token.kind == .symbol("]") { break }
            if take(":") {
                bounds.append(current)
                current = nil
                guard bounds.count <= 2 else { throw expected("\"]\"") }
            } else {
                guard current == nil else { throw expected("\"]\"") }
                current = try expression()
            }
        }
        if bounds.isEmpty {
            guard let current else { throw expected("an index") }
            return .item(value, current)
        }
        bounds.append(current)
        return .slice(value, from: bounds[0], to: bounds[1], by: bounds.count > 2 ? bounds[2] : nil)
    }

    /// Arguments up to and with the closing bracket.
    private mutating func arguments() throws(AnswerError) -> Expression.Arguments {
        var arguments = Expression.Arguments()
        while !take(")") {
            if !arguments.isEmpty {
                try require(",")
                if take(")") { break }
            }
            if case .name(let name) = token.kind, following == .symbol("=") {
                advance()
                advance()
                arguments.named.append((name, try expression()))
            } else {
                guard arguments.named.isEmpty else { throw expected("a named argument") }
                arguments.positional.append(try expression())
            }
        }
        return arguments
    }

    /// `| filter` and `is test` after a value.
    mutating func filtersAndTests(_ value: Expression) throws(AnswerError) -> Expression {
        var value = value
        while true {
            if take("|") {
                value = try filtered(value)
            } else if takeName("is") {
                value = try tested(value)
            } else if take("(") {
                value = Expression(kind: .call(value, try arguments()), place: place)
            } else {
                return value
            }
            try countOperator()
        }
    }

    private mutating func filtered(_ value: Expression) throws(AnswerError) -> Expression {
        let place = place
        let name = try name()
        guard let filter = Filter(rawValue: name) else {
            throw AnswerError(.syntax("there is no filter \"\(name)\""), at: place)
        }
        let arguments = take("(") ? try arguments() : Expression.Arguments()
        return Expression(kind: .filter(value, filter, arguments), place: place)
    }

    private mutating func tested(_ value: Expression) throws(AnswerError) -> Expression {
        let isNegated = takeName("not")
        let place = place
        let name = try name()
        guard let test = Test(rawValue: name) else {
            throw AnswerError(.syntax("there is no test \"\(name)\""), at: place)
        }
        var arguments = Expression.Arguments()
        if take("(") {
            arguments = try self.arguments()
        } else if startsTestArgument {
            arguments.positional.append(try postfix(try primary()))
        }
        let tested = Expression(kind: .test(value, test, arguments), place: place)
        return isNegated ? Expression(kind: .not(tested), place: place) : tested
    }

    /// Whether the argument of a test follows without brackets: `is divisibleby 3`.
    private var startsTestArgument: Bool {
        switch token.kind {
        case .name(let name): !["else", "or", "and", "is", "if", "not", "in"].contains(name)
        case .text, .integer, .number: true
        case .symbol(let symbol): symbol == "[" || symbol == "{"
        case .end: false
        }
    }

    /// What an assignment or a loop assigns to: a name, several with commas, or a namespace's attribute.
    mutating func target(mayBeAttribute: Bool) throws(AnswerError) -> TemplateNode.Target {
        let start = place
        var targets = [try singleTarget(mayBeAttribute: mayBeAttribute)]
        while take(",") {
            if token.kind == .name("in") || token.kind == .symbol("=") { break }
            targets.append(try singleTarget(mayBeAttribute: mayBeAttribute))
        }
        return targets.count == 1 ? targets[0] : .tuple(targets, start)
    }

    private mutating func singleTarget(mayBeAttribute: Bool) throws(AnswerError) -> TemplateNode.Target {
        let start = place
        if take("(") {
            let inner = try nested { parser throws(AnswerError) in
                try parser.target(mayBeAttribute: mayBeAttribute)
            }
            try require(")")
            return inner
        }
        let name = try name()
        if mayBeAttribute, take(".") { return .attribute(of: name, try self.name(), start) }
        return .name(name)
    }
}
