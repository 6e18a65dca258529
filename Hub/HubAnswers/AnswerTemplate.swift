/// The text of an answer with places for what is to be said: the part of Jinja2 that the response templates of
/// the Home Assistant intents use.
///
/// Has text, `{{ }}`, `set`, `if`, `for`, `macro`, comments, and the filters and tests of ``Filter`` and ``Test``;
/// values behave as in Python. Undefined names are errors, as with Jinja's `StrictUndefined`. A template that was
/// read can be rendered from any thread.
package struct AnswerTemplate: Sendable {
    /// What errors call it.
    package var name: String
    private let nodes: [TemplateNode]
    /// The whole answer if there is nothing to fill in.
    private let plain: String?

    /// Reads `source`, at most ``AnswerLimits/sourceLengthMax`` Unicode scalars.
    ///
    /// - Parameter name: what errors call the template: "en/HassTurnOn default".
    /// - Throws: ``AnswerError`` with line and column of the first problem.
    package init(_ source: String, name: String = "") throws(AnswerError) {
        self.name = name
        do throws(AnswerError) {
            nodes = try TemplateBlockParser.parse(source)
        } catch {
            throw Self.named(error, name)
        }
        switch nodes.count {
        case 0: plain = ""
        case 1: if case .text(let text) = nodes[0] { plain = text } else { plain = nil }
        default: plain = nil
        }
    }

    /// The answer in full, with its white space as written.
    ///
    /// - Throws: ``AnswerError`` where a name is not defined, values do not fit or a bound of `limits` is reached.
    package func render(_ context: AnswerContext, limits: AnswerLimits = .usual) throws(AnswerError) -> String
    {
        if let plain { return plain }
        var renderer = Renderer(context, limits: limits)
        defer { renderer.breakCycles() }
        do throws(AnswerError) {
            return try renderer.render(nodes)
        } catch {
            throw Self.named(error, name)
        }
    }

    /// The answer as it is spoken: runs of white space are one space, none at the ends.
    ///
    /// - Throws: as ``render(_:limits:)``.
    package func answer(_ context: AnswerContext, limits: AnswerLimits = .usual) throws(AnswerError) -> String
    {
        PythonText.words(try render(context, limits: limits)).joined(separator: " ")
    }

    private static func named(_ error: AnswerError, _ name: String) -> AnswerError {
        AnswerError(error.problem, at: error.place, in: name)
    }
}
