/// Renders the nodes of one template once.
struct Renderer {
    let limits: AnswerLimits
    let entities: [AnswerEntity]
    let root = Scope()
    private var buffer = ""
    private var stepCount = 0
    private var callDepth = 0
    /// What may refer to itself and is to be emptied at the end.
    private var macroScopes: [Scope] = []
    private var namespaces: [ValueMap] = []
    private var appended: [ValueList] = []

    init(_ context: AnswerContext, limits: AnswerLimits) {
        (self.limits, entities) = (limits, context.entities)
        root.set("state_attr", to: .function(.stateAttribute))
        root.set("namespace", to: .function(.namespace))
        root.set("dict", to: .function(.dict))
        root.set("range", to: .function(.range))
        for variable in context.variables { root.set(variable.name, to: Value(variable.value)) }
    }

    mutating func render(_ nodes: [TemplateNode]) throws(AnswerError) -> String {
        try run(nodes, in: Scope(in: root))
        return buffer
    }

    /// Values that refer to themselves would never be freed.
    mutating func breakCycles() {
        for scope in macroScopes { scope.clear() }
        for namespace in namespaces { namespace.clear() }
        for list in appended { list.items = [] }
    }

    // MARK: Bounds

    mutating func charge(_ cost: Int, _ place: TemplatePlace) throws(AnswerError) {
        stepCount += cost
        guard stepCount <= limits.stepCountMax else {
            throw AnswerError(.limit("more than \(limits.stepCountMax) steps to render"), at: place)
        }
    }

    /// `text` if it is not too long; its length is charged.
    mutating func sized(_ text: String, _ place: TemplatePlace) throws(AnswerError) -> String {
        let length = text.utf8.count
        guard length <= limits.outputLengthMax else {
            throw AnswerError(.limit("a text of more than \(limits.outputLengthMax) bytes"), at: place)
        }
        try charge(1 + length / 16, place)
        return text
    }

    /// `items` as a list if there are not too many; their number is charged.
    mutating func sized(_ items: [Value], _ place: TemplatePlace) throws(AnswerError) -> Value {
        guard items.count <= limits.itemCountMax else {
            throw AnswerError(.limit("a list of more than \(limits.itemCountMax) items"), at: place)
        }
        try charge(1 + items.count / 16, place)
        return .list(ValueList(items))
    }

    mutating func nested<Result>(
        _ place: TemplatePlace, _ body: (inout Renderer) throws(AnswerError) -> Result
    ) throws(AnswerError) -> Result {
        guard callDepth < AnswerLimits.callDepthMax else {
            throw AnswerError(
                .limit("more than \(AnswerLimits.callDepthMax) macros and loops within each other"), at: place
            )
        }
        callDepth += 1
        defer { callDepth -= 1 }
        return try body(&self)
    }

    mutating func makeNamespace() -> ValueMap {
        let namespace = ValueMap()
        namespaces.append(namespace)
        return namespace
    }

    mutating func append(_ value: Value, to list: ValueList, _ place: TemplatePlace) throws(AnswerError) {
        guard list.items.count < limits.itemCountMax else {
            throw AnswerError(.limit("a list of more than \(limits.itemCountMax) items"), at: place)
        }
        if !appended.contains(where: { $0 === list }) { appended.append(list) }
        list.items.append(value)
    }

    // MARK: Nodes

    /// Renders `nodes` into a text of their own.
    mutating func captured(_ nodes: [TemplateNode], in scope: Scope) throws(AnswerError) -> String {
        let outer = buffer
        buffer = ""
        defer { buffer = outer }
        try run(nodes, in: scope)
        return buffer
    }

    private mutating func write(_ text: String, _ place: TemplatePlace) throws(AnswerError) {
        try charge(1 + text.utf8.count / 16, place)
        guard buffer.utf8.count + text.utf8.count <= limits.outputLengthMax else {
            throw AnswerError(.limit("an answer of more than \(limits.outputLengthMax) bytes"), at: place)
        }
        buffer += text
    }

    mutating func run(_ nodes: [TemplateNode], in scope: Scope) throws(AnswerError) {
        for node in nodes {
            switch node {
            case .text(let text): try write(text, TemplatePlace(line: 1, column: 1))
            case .output(let expression):
                let value = try defined(expression, scope)
                try write(value.shown(limit: limits.outputLengthMax), expression.place)
            case .assign(let target, let expression):
                try assign(try evaluate(expression, scope), to: target, in: scope, expression.place)
            case .assignBlock(let target, let body, let place):
                let text = try captured(body, in: Scope(in: scope))
                try assign(.text(text), to: target, in: scope, place)
            case .condition(let branches): try run(branches, in: scope)
            case .loop(let loop): try run(loop, in: scope)
            case .macro(let macro):
                macroScopes.append(scope)
                scope.set(macro.name, to: .macro(macro, scope))
            }
        }
    }

    private mutating func run(_ branches: [TemplateNode.Branch], in scope: Scope) throws(AnswerError) {
        for branch in branches {
            if let condition = branch.condition, !(try isTrue(condition, scope)) { continue }
            return try run(branch.body, in: scope)
        }
    }

    private mutating func run(_ loop: TemplateNode.Loop, in scope: Scope) throws(AnswerError) {
        var items = try iterated(try evaluate(loop.items, scope), loop.items.place)
        if let condition = loop.condition {
            var kept: [Value] = []
            for item in items {
                let inner = Scope(in: scope)
                try assign(item, to: loop.target, in: inner, loop.place)
                if try isTrue(condition, inner) { kept.append(item) }
            }
            items = kept
        }
        if items.isEmpty { return try run(loop.otherwise, in: scope) }
        try nested(loop.place) { renderer throws(AnswerError) in
            for (index, item) in items.enumerated() {
                try renderer.charge(1, loop.place)
                let inner = Scope(in: scope)
                inner.set("loop", to: Self.loopState(index, of: items.count))
                try renderer.assign(item, to: loop.target, in: inner, loop.place)
                try renderer.run(loop.body, in: inner)
            }
        }
    }

    private static func loopState(_ index: Int, of count: Int) -> Value {
        let map = ValueMap()
        map[.text("index")] = .integer(index + 1)
        map[.text("index0")] = .integer(index)
        map[.text("revindex")] = .integer(count - index)
        map[.text("revindex0")] = .integer(count - index - 1)
        map[.text("first")] = .flag(index == 0)
        map[.text("last")] = .flag(index == count - 1)
        map[.text("length")] = .integer(count)
        return .map(map)
    }

    private mutating func assign(
        _ value: Value, to target: TemplateNode.Target, in scope: Scope, _ place: TemplatePlace
    ) throws(AnswerError) {
        switch target {
        case .name(let name): scope.set(name, to: value)
        case .attribute(let name, let attribute, let place):
            guard case .namespace(let namespace)? = scope.value(of: name) else {
                throw AnswerError(
                    .type("only attributes of a namespace can be set; \(name) is none"), at: place)
            }
            namespace[.text(attribute)] = value
        case .tuple(let targets, let place):
            let items = try iterated(value, place)
            guard items.count == targets.count else {
                throw AnswerError(
                    .type("\(items.count) values cannot be given to \(targets.count) names"), at: place)
            }
            for (target, item) in zip(targets, items) { try assign(item, to: target, in: scope, place) }
        }
    }

    /// The items that a loop over `value` meets.
    mutating func iterated(_ value: Value, _ place: TemplatePlace) throws(AnswerError) -> [Value] {
        let items: [Value]
        switch value {
        case .list(let list): items = list.items
        case .tuple(let tuple): items = tuple
        case .map(let map): items = map.keys.map(\.value)
        case .text(let text): items = text.unicodeScalars.map { .text(String($0)) }
        case .undefined(let name): throw AnswerError(.undefined(name), at: place)
        case .blank: items = []
        case .nothing, .flag, .integer, .number, .namespace, .date, .time, .macro, .function:
            throw AnswerError(.type("\(value.kindName) has no items"), at: place)
        }
        try charge(1 + items.count / 16, place)
        return items
    }
}
