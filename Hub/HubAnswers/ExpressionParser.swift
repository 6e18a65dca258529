/// Reads the expressions of one tag, with the precedence of Jinja: `if`/`else`, `or`, `and`, `not`, comparisons,
/// `+ -`, `~`, `* / // %`, `**`, signs, then attributes, items, calls, filters and tests.
struct ExpressionParser {
    private let tokens: [TemplateToken]
    private var position = 0
    private var depth = 0
    private var operatorCount = 0

    /// The tokens of one tag; the last is ``TemplateToken/Kind/end``.
    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    // MARK: Tokens

    var token: TemplateToken { tokens[min(position, tokens.count - 1)] }
    var place: TemplatePlace { token.place }

    mutating func advance() { position += 1 }

    mutating func take(_ symbol: String) -> Bool {
        guard case .symbol(symbol) = token.kind else { return false }
        advance()
        return true
    }

    mutating func takeName(_ name: String) -> Bool {
        guard case .name(name) = token.kind else { return false }
        advance()
        return true
    }

    mutating func skipName(_ name: String) { _ = takeName(name) }

    mutating func require(_ symbol: String) throws(AnswerError) {
        guard take(symbol) else { throw expected("\"\(symbol)\"") }
    }

    mutating func name() throws(AnswerError) -> String {
        guard case .name(let name) = token.kind else { throw expected("a name") }
        advance()
        return name
    }

    func expected(_ what: String) -> AnswerError {
        AnswerError(.syntax("expected \(what), found \(token.spelling)"), at: place)
    }

    /// The tag must end here.
    func finish() throws(AnswerError) {
        guard case .end = token.kind else { throw expected("the end of the tag") }
    }

    /// The tag must end here; a colon may stand before.
    mutating func finishStatement() throws(AnswerError) {
        _ = take(":")
        try finish()
    }

    /// Counts an operator, filter or step: together with the nesting they bound the height of the tree.
    mutating func countOperator() throws(AnswerError) {
        operatorCount += 1
        guard operatorCount <= AnswerLimits.operatorCountMax else {
            throw AnswerError(
                .limit("more than \(AnswerLimits.operatorCountMax) operators in one tag"), at: place)
        }
    }

    /// Runs `read` one level deeper.
    mutating func nested<Value>(
        _ read: (inout ExpressionParser) throws(AnswerError) -> Value
    ) throws(AnswerError) -> Value {
        guard depth < AnswerLimits.depthMax else {
            throw AnswerError(
                .limit("more than \(AnswerLimits.depthMax) expressions within each other"), at: place)
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    // MARK: From the loosest binding to the tightest

    /// One expression, or several with commas between them as a tuple.
    mutating func tuple(withChoice: Bool = true) throws(AnswerError) -> Expression {
        let start = place
        let first = try withChoice ? expression() : or()
        guard token.kind == .symbol(",") else { return first }
        var items = [first]
        while take(",") {
            if token.kind == .end || token.kind == .symbol(")") { break }
            items.append(try withChoice ? expression() : or())
        }
        return Expression(kind: .tuple(items), place: start)
    }

    mutating func expression() throws(AnswerError) -> Expression {
        try nested { parser throws(AnswerError) in try parser.choice() }
    }

    private mutating func choice() throws(AnswerError) -> Expression {
        var value = try or()
        while token.kind == .name("if") {
            let place = place
            try countOperator()
            advance()
            let condition = try or()
            let otherwise = takeName("else") ? try expression() : nil
            value = Expression(kind: .choice(value, if: condition, else: otherwise), place: place)
        }
        return value
    }

    private mutating func or() throws(AnswerError) -> Expression {
        var left = try and()
        while token.kind == .name("or") {
            let place = place
            try countOperator()
            advance()
            left = Expression(kind: .or(left, try and()), place: place)
        }
        return left
    }

    private mutating func and() throws(AnswerError) -> Expression {
        var left = try not()
        while token.kind == .name("and") {
            let place = place
            try countOperator()
            advance()
            left = Expression(kind: .and(left, try not()), place: place)
        }
        return left
    }

    private mutating func not() throws(AnswerError) -> Expression {
        let place = place
        guard takeName("not") else { return try comparison() }
        let value = try nested { parser throws(AnswerError) in try parser.not() }
        return Expression(kind: .not(value), place: place)
    }

    private mutating func comparison() throws(AnswerError) -> Expression {
        let first = try sum()
        var others: [(Expression.Comparison, Expression)] = []
        var start = place
        while let comparison = takeComparison() {
            others.append((comparison, try sum()))
            if others.count > 1 { continue }
            start = others[0].1.place
        }
        if others.isEmpty { return first }
        return Expression(kind: .comparison(first, others), place: start)
    }

    private mutating func takeComparison() -> Expression.Comparison? {
        switch token.kind {
        case .symbol(let symbol):
            guard let comparison = Expression.Comparison(rawValue: symbol) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .isIn
        case .name("not") where following == .name("in"):
            advance()
            advance()
            return .isNotIn
        case .name, .text, .integer, .number, .end: return nil
        }
    }

    var following: TemplateToken.Kind { tokens[min(position + 1, tokens.count - 1)].kind }

    private mutating func sum() throws(AnswerError) -> Expression {
        var left = try joined()
        while token.kind == .symbol("+") || token.kind == .symbol("-") {
            let (place, isSum) = (place, token.kind == .symbol("+"))
            try countOperator()
            advance()
            left = Expression(
                kind: .arithmetic(isSum ? .add : .subtract, left, try joined()), place: place)
        }
        return left
    }

    private mutating func joined() throws(AnswerError) -> Expression {
        let place = place
        var parts = [try product()]
        while take("~") { parts.append(try product()) }
        return parts.count == 1 ? parts[0] : Expression(kind: .joined(parts), place: place)
    }

    private mutating func product() throws(AnswerError) -> Expression {
        var left = try power()
        while case .symbol(let symbol) = token.kind, ["*", "/", "//", "%"].contains(symbol),
            let operation = Expression.Arithmetic(rawValue: symbol)
        {
            let place = place
            try countOperator()
            advance()
            left = Expression(kind: .arithmetic(operation, left, try power()), place: place)
        }
        return left
    }

    private mutating func power() throws(AnswerError) -> Expression {
        var left = try unary()
        while token.kind == .symbol("**") {
            let place = place
            try countOperator()
            advance()
            left = Expression(kind: .arithmetic(.power, left, try unary()), place: place)
        }
        return left
    }

    mutating func unary(withFilters: Bool = true) throws(AnswerError) -> Expression {
        let place = place
        var value: Expression
        if token.kind == .symbol("-") || token.kind == .symbol("+") {
            let isNegative = token.kind == .symbol("-")
            advance()
            let inner = try nested { parser throws(AnswerError) in try parser.unary(withFilters: false) }
            value = Expression(kind: isNegative ? .negative(inner) : .positive(inner), place: place)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return withFilters ? try filtersAndTests(value) : value
    }
}
