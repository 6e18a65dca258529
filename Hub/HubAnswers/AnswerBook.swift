/// The response templates of a language: by intent, then by key.
package struct AnswerBook: Sendable {
    private let sources: [String: [String: String]]

    /// - Parameter sources: templates as they are written in a pack; read when they are needed.
    package init(_ sources: [String: [String: String]]) { self.sources = sources }

    /// The answer of `intent` under `key`; nil if the language has none.
    ///
    /// - Throws: ``AnswerError`` if the template cannot be read or rendered.
    package func answer(_ intent: String, _ key: String, _ context: AnswerContext) throws(AnswerError)
        -> String?
    {
        guard let source = sources[intent]?[key] else { return nil }
        return try AnswerTemplate(source, name: "\(intent) \(key)").answer(context)
    }
}
