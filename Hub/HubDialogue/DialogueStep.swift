package import HubAnswers
package import LoqaBase

/// What was heard.
package struct Heard: Sendable {
    /// What the recogniser made of it, or what was typed; a wake phrase may stand first.
    package var text: String
    /// How sure the recogniser is, 0...1; nil for typed text and for recognisers that do not say.
    package var confidence: Double?
    /// What else it may have been, best first.
    package var alternatives: [String]

    /// Other texts of one recognition that are looked at.
    package static let alternativeCountMax = 4

    package init(_ text: String, confidence: Double? = nil, alternatives: [String] = []) {
        (self.text, self.confidence) = (text, confidence)
        self.alternatives = Array(alternatives.prefix(Self.alternativeCountMax))
    }
}

/// Something to carry out, with everything that it may touch.
package struct Command: Sendable, Equatable {
    /// Unique in its dialogue; see ``Dialogue/performed(_:restores:)``.
    package var id: UInt32
    package var reading: Reading
    /// The only devices that it may change or tell about; empty if it is about none.
    package var devices: [DialogueHome.Entity]
    /// Where they are; nil if it is about no device.
    package var scope: Scope?
    /// The sentence, without wake phrase, as it was understood.
    package var text: String
}

extension Command {
    /// Combination of the readings that a chat model makes.
    package static let chatCombination = "chat"

    /// Whether a chat model wants it, not a sentence.
    var isOfChat: Bool { reading.combination == Self.chatCombination }
}

/// How one device was before a command.
package struct Restore: Sendable, Equatable {
    /// Its identifier.
    package var entity: String
    /// Its state then, as whoever carries commands out writes it.
    package var state: AnswerValue
    package init(entity: String, state: AnswerValue) { (self.entity, self.state) = (entity, state) }
}

/// What comes of one sentence.
package struct DialogueStep: Sendable, Equatable {
    /// How well it was understood.
    package enum Clarity: Sendable, Equatable {
        /// Acted on.
        case clear
        /// Acted on with "I think you said".
        case likely
        /// Asked about; nothing was done.
        case asked
        /// Not understood; nothing was done.
        case nothing
    }

    package var clarity: Clarity
    /// To be put back before the commands are carried out.
    package var restores: [Restore] = []
    /// To be carried out, in order.
    package var commands: [Command] = []
    /// Said before the answers of the commands.
    package var preface = ""
    /// Said after them: what failed, and the question.
    package var closing = ""
    /// Whether an answer is expected, and until when.
    package var listensUntil: HubInstant?

    /// The one answer, from those of the commands in order; empty answers are left out.
    package func speech(_ answers: [String]) -> String {
        ([preface] + answers + [closing]).map { $0.trimmed }.filter { !$0.isEmpty }.map { text in
            text.last.map { ".?!。？！".contains($0) } == true ? text : text + "."
        }.joined(separator: " ")
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}

/// A question that waits for its answer.
struct OpenQuestion: Sendable {
    /// What an answer brings about.
    enum Topic: Sendable {
        /// "Did you mean", "shall I really": yes carries these out.
        case confirmation([Command])
        /// One of these; yes is enough if there is only one.
        case choice([Option])
        /// The missing part of what was said.
        case slot(text: String, reading: Reading)
    }

    struct Option: Sendable {
        /// What it is called.
        var names: [String]
        var command: Command
    }

    var topic: Topic
    /// As it was asked.
    var text: String
    var deadline: HubInstant
    var repeatCount = 0
    static let repeatCountMax = 1

    var awaited: Awaited {
        switch topic {
        case .confirmation: .confirmation
        case .choice: .choice
        case .slot: .slot
        }
    }
}

/// What one talker, or one relay, said lately.
struct Conversation: Sendable {
    var question: OpenQuestion?
    /// The last command that was carried out, for "it", "again" and "and the bedroom".
    var last: Command?
    var lastAt: HubInstant = .origin
    /// Newest last.
    var undos: [Undo] = []

    struct Undo: Sendable {
        var command: UInt32
        var restores: [Restore]
        var at: HubInstant
    }

    mutating func forget(at now: HubInstant) {
        if let deadline = question?.deadline, now >= deadline { question = nil }
        if now >= lastAt + Tuning.contextTime { last = nil }
        undos.removeAll { now >= $0.at + Tuning.undoTime }
    }
}
