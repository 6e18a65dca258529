package import HubDialogue

/// A sentence that no template knows.
package struct OpenQuestion: Sendable, Equatable {
    /// What was said, without the wake phrase.
    package var text: String
    /// Where; nil if unknown.
    package var room: String?
    package init(_ text: String, room: String?) { (self.text, self.room) = (text, room) }
}

/// What came of the calls of a chat model.
package enum ChatDeeds: Sendable, Equatable {
    /// One text for each reading, in order: what was done, or why not.
    case told([String])
    /// The talker is asked first; the model has nothing more to say.
    case askedTalker
}

/// What a chat model's answer is.
package enum ChatOutcome: Sendable, Equatable {
    /// To be said.
    case say(String)
    /// The talker is asked about what the model wants to do.
    case askedTalker
    /// It was of no help.
    case failed(ChatTrouble)
}

/// Whoever answers what no sentence of a language knows: off unless the owner switched it on.
package protocol OpenFallback: Sendable {
    /// For people: where it is, and whether words leave the house.
    var summary: String { get }

    /// Answers within ``ChatSession/timeLimit``, or tells why not. Ends early if its task is cancelled.
    ///
    /// - Parameter perform: carries out what the model calls, by the same rules as what people say.
    func answer(
        _ question: OpenQuestion, in home: DialogueHome,
        perform: @escaping @Sendable ([Reading]) async -> ChatDeeds
    ) async -> ChatOutcome
}
