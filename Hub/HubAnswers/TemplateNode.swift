/// A piece of a parsed template.
indirect enum TemplateNode: Sendable {
    case text(String)
    case output(Expression)
    case assign(Target, Expression)
    /// `{% set name %}...{% endset %}`: the text inside becomes the value.
    case assignBlock(Target, [TemplateNode], TemplatePlace)
    case condition([Branch])
    case loop(Loop)
    case macro(Macro)

    /// `if`, `elif`, or `else` (no condition).
    struct Branch: Sendable {
        var condition: Expression?
        var body: [TemplateNode]
    }

    struct Loop: Sendable {
        var target: Target
        var items: Expression
        /// Items for which it is false are left out.
        var condition: Expression?
        var body: [TemplateNode]
        /// Rendered when there is no item.
        var otherwise: [TemplateNode]
        var place: TemplatePlace
    }

    struct Macro: Sendable {
        var name: String
        var parameters: [Parameter]
        var body: [TemplateNode]
        var place: TemplatePlace

        struct Parameter: Sendable {
            var name: String
            var usual: Expression?
        }
    }

    /// What an assignment or a loop gives a value to.
    enum Target: Sendable {
        case name(String)
        /// `namespace.attribute`.
        case attribute(of: String, String, TemplatePlace)
        case tuple([Target], TemplatePlace)
    }
}

/// An expression and where its operator or first token stands.
struct Expression: Sendable {
    var kind: Kind
    var place: TemplatePlace

    indirect enum Kind: Sendable {
        case literal(Literal)
        case name(String)
        case list([Expression])
        case tuple([Expression])
        case map([(key: Expression, value: Expression)])
        case attribute(Expression, String)
        case item(Expression, Expression)
        case slice(Expression, from: Expression?, to: Expression?, by: Expression?)
        case call(Expression, Arguments)
        case filter(Expression, Filter, Arguments)
        case test(Expression, Test, Arguments)
        case not(Expression)
        case negative(Expression)
        case positive(Expression)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case arithmetic(Arithmetic, Expression, Expression)
        /// All parts as one text.
        case joined([Expression])
        /// `first op second op third`: all neighbours must agree.
        case comparison(Expression, [(Comparison, Expression)])
        /// `value if condition else otherwise`.
        case choice(Expression, if: Expression, else: Expression?)
    }

    enum Literal: Sendable {
        case none
        case flag(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
    }

    struct Arguments: Sendable {
        var positional: [Expression] = []
        var named: [(name: String, value: Expression)] = []
        var isEmpty: Bool { positional.isEmpty && named.isEmpty }
    }

    enum Arithmetic: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case divideWhole = "//"
        case remainder = "%"
        case power = "**"
    }

    enum Comparison: String, Sendable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
        case isNotIn = "not in"
    }
}

/// The filters that a template may use, by the names of Jinja.
enum Filter: String, Sendable, CaseIterable {
    case abs, capitalize, count, d, `default`, first, float, int, items, join, last, length, list, lower, map
    case max, min, reject, rejectattr, replace, reverse, round, select, selectattr, sort, string, sum, title
    case trim, unique, upper
}

/// The tests (`is ...`) that a template may use, by the names of Jinja.
enum Test: String, Sendable, CaseIterable {
    case boolean, defined, divisibleby, eq, equalto, even, `false`, float, ge, greaterthan, gt, `in`, integer
    case iterable, le, lessthan, lower, lt, mapping, ne, none, number, odd, sequence, string, `true`,
        undefined
    case upper
    case equalSign = "=="
    case unequalSign = "!="
    case lessSign = "<"
    case lessOrEqualSign = "<="
    case greaterSign = ">"
    case greaterOrEqualSign = ">="
}
