/// Reads the blocks of a template: text, output, `set`, `if`, `for`, `macro`.
struct TemplateBlockParser {
    private var segments: [TemplateSegment]
    private var next = 0
    private var depth = 0

    static func parse(_ source: String) throws(AnswerError) -> [TemplateNode] {
        var parser = TemplateBlockParser(segments: try TemplateScanner.segments(of: source))
        return try parser.body(until: [], of: nil).nodes
    }

    private init(segments: [TemplateSegment]) { self.segments = segments }

    private struct Opened {
        var name: String
        var place: TemplatePlace
    }

    private struct Body {
        var nodes: [TemplateNode]
        /// The tag that ended it, after its name; nil at the end of the template.
        var closing: (name: String, expressions: ExpressionParser)?
    }

    /// Reads nodes until one of the tags `closings`, or to the end if there are none.
    private mutating func body(until closings: [String], of opened: Opened?) throws(AnswerError) -> Body {
        var nodes: [TemplateNode] = []
        while next < segments.count {
            let segment = segments[next]
            next += 1
            switch segment {
            case .text(let text): nodes.append(.text(text))
            case .output(let tokens):
                var parser = ExpressionParser(tokens)
                let expression = try parser.tuple()
                try parser.finish()
                nodes.append(.output(expression))
            case .tag(let tokens):
                var parser = ExpressionParser(tokens)
                let place = parser.place
                let name = try parser.name()
                if closings.contains(name) { return Body(nodes: nodes, closing: (name, parser)) }
                nodes.append(try statement(Opened(name: name, place: place), parser))
            }
        }
        if let opened {
            throw AnswerError(
                .syntax("this \"\(opened.name)\" is not closed by \"end\(opened.name)\""), at: opened.place)
        }
        return Body(nodes: nodes)
    }

    private mutating func statement(_ opened: Opened, _ parser: ExpressionParser) throws(AnswerError)
        -> TemplateNode
    {
        guard depth < AnswerLimits.depthMax else {
            throw AnswerError(
                .limit("more than \(AnswerLimits.depthMax) blocks within each other"), at: opened.place)
        }
        depth += 1
        defer { depth -= 1 }
        switch opened.name {
        case "set": return try assignment(opened, parser)
        case "if": return try condition(opened, parser)
        case "for": return try loop(opened, parser)
        case "macro": return try macro(opened, parser)
        default:
            throw AnswerError(
                .syntax("\"\(opened.name)\" is none of set, if, for, macro and their ends"), at: opened.place)
        }
    }

    private mutating func assignment(_ opened: Opened, _ parser: ExpressionParser) throws(AnswerError)
        -> TemplateNode
    {
        var parser = parser
        let target = try parser.target(mayBeAttribute: true)
        if parser.take("=") {
            let value = try parser.tuple()
            try parser.finish()
            return .assign(target, value)
        }
        try parser.finish()
        let inside = try body(until: ["endset"], of: opened)
        try finish(inside)
        return .assignBlock(target, inside.nodes, opened.place)
    }

    private mutating func condition(_ opened: Opened, _ parser: ExpressionParser) throws(AnswerError)
        -> TemplateNode
    {
        var parser = parser
        var branches: [TemplateNode.Branch] = []
        var condition: Expression? = try parser.tuple()
        try parser.finishStatement()
        while true {
            let closings = condition == nil ? ["endif"] : ["elif", "else", "endif"]
            let inside = try body(until: closings, of: opened)
            branches.append(.init(condition: condition, body: inside.nodes))
            guard var closing = inside.closing else { return .condition(branches) }
            switch closing.name {
            case "elif": condition = try closing.expressions.tuple()
            case "else": condition = nil
            default:
                try closing.expressions.finishStatement()
                return .condition(branches)
            }
            try closing.expressions.finishStatement()
        }
    }

    private mutating func loop(_ opened: Opened, _ parser: ExpressionParser) throws(AnswerError)
        -> TemplateNode
    {
        var parser = parser
        let target = try parser.target(mayBeAttribute: false)
        guard parser.takeName("in") else { throw parser.expected("\"in\"") }
        let items = try parser.tuple(withChoice: false)
        let condition = parser.takeName("if") ? try parser.expression() : nil
        try parser.finishStatement()
        var inside = try body(until: ["else", "endfor"], of: opened)
        let nodes = inside.nodes
        var otherwise: [TemplateNode] = []
        if inside.closing?.name == "else" {
            try finish(inside)
            inside = try body(until: ["endfor"], of: opened)
            otherwise = inside.nodes
        }
        try finish(inside)
        return .loop(
            .init(
                target: target, items: items, condition: condition, body: nodes, otherwise: otherwise,
                place: opened.place))
    }

    private mutating func macro(_ opened: Opened, _ parser: ExpressionParser) throws(AnswerError)
        -> TemplateNode
    {
        var parser = parser
        let name = try parser.name()
        var parameters: [TemplateNode.Macro.Parameter] = []
        try parser.require("(")
        while !parser.take(")") {
            if !parameters.isEmpty { try parser.require(",") }
            let parameter = try parser.name()
            parameters.append(
                .init(name: parameter, usual: parser.take("=") ? try parser.expression() : nil))
        }
        try parser.finishStatement()
        let inside = try body(until: ["endmacro"], of: opened)
        if var closing = inside.closing {
            closing.expressions.skipName(name)
            try closing.expressions.finishStatement()
        }
        return .macro(.init(name: name, parameters: parameters, body: inside.nodes, place: opened.place))
    }

    private func finish(_ body: Body) throws(AnswerError) {
        guard var closing = body.closing else { return }
        try closing.expressions.finishStatement()
    }
}
