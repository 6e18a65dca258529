/// The arguments of a filter, a test or a call, evaluated.
struct Passed {
    var positional: [Value]
    var named: [(name: String, value: Value)]
    /// Where the filter, test or call stands.
    let place: TemplatePlace

    init(_ arguments: (positional: [Value], named: [(name: String, value: Value)]), _ place: TemplatePlace) {
        ((positional, named), self.place) = (arguments, place)
    }

    /// The argument at `index` or called `name`; nil if it was not given.
    func value(_ index: Int, _ name: String) -> Value? {
        positional.indices.contains(index) ? positional[index] : named.first { $0.name == name }?.value
    }

    /// The argument, which must be there.
    func required(_ index: Int, _ name: String) throws(AnswerError) -> Value {
        guard let value = value(index, name) else {
            throw AnswerError(.type("the argument \"\(name)\" is missing"), at: place)
        }
        if case .undefined(let name) = value { throw AnswerError(.undefined(name), at: place) }
        return value
    }

    /// The argument as a text; `usual` if it was not given.
    func text(_ index: Int, _ name: String, usual: String) throws(AnswerError) -> String {
        guard let value = value(index, name) else { return usual }
        if case .text(let text) = value { return text }
        throw AnswerError(.type("\"\(name)\" must be a text, not \(value.kindName)"), at: place)
    }

    /// The argument as a whole number; `usual` if it was not given.
    func integer(_ index: Int, _ name: String, usual: Int) throws(AnswerError) -> Int {
        guard let value = value(index, name) else { return usual }
        if let integer = value.asInteger { return integer }
        throw AnswerError(.type("\"\(name)\" must be a whole number, not \(value.kindName)"), at: place)
    }

    /// Without the first `count` of the arguments without names.
    func dropping(_ count: Int) -> Passed {
        var rest = self
        rest.positional = Array(positional.dropFirst(count))
        return rest
    }
}
