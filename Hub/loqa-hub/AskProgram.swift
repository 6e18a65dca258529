import Glibc
import HubChat
import HubDialogue
import HubFallback
import HubSkills
import Logging
import LoqaBase
import LoqaSystem
import NIOCore
import NIOPosix
import Synchronization

/// `--ask`: understands one typed sentence and says what would come of it. Nothing is saved.
struct AskProgram {
    private let configuration: HubConfiguration
    private let logger: Logger

    init(_ configuration: HubConfiguration, _ logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    func ask(_ sentence: String, _ assistant: inout Assistant) async throws {
        guard
            let room = configuration.room.map({ name in assistant.home.rooms.first { $0.name == name } })
                ?? assistant.home.rooms.first
        else { throw SystemError("find the room \(configuration.room ?? "") in the home file", code: ENOENT) }
        let reply = assistant.hear(sentence, from: RelayID(1), room: room.id, at: HouseClock.now())
        if let chat = configuration.chat,
            let words = assistant.wordsForChat(sentence, scorePerFrame: nil, after: reply)
        {
            return try await ask(chat, words, in: room, assistant)
        }
        show(reply)
        print("answer   \(reply.answer)")
    }

    private func ask(
        _ chat: ChatConfiguration, _ words: String, in room: Room, _ assistant: Assistant
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let model = try await HubChatModel.make(
            chat, language: configuration.language, on: group, logger: logger)
        let mind = Mutex((assistant: assistant, done: Reply?.none))
        let outcome = await model.answer(
            OpenQuestion(words, room: room.name), in: assistant.home.dialogueHome
        ) { readings in
            mind.withLock { mind in
                let (texts, reply) = mind.assistant.carryOut(
                    readings, text: words, from: RelayID(1), room: room.id, at: HouseClock.now())
                mind.done = reply
                return reply.expectsReply ? .askedTalker : .told(texts)
            }
        }
        let done = mind.withLock { $0.done }
        if let done { show(done) }
        switch outcome {
        case .say(let text): print("chat     \(text)")
        case .askedTalker: print("asked    \(done?.answer ?? "")")
        case .failed(let trouble):
            print("answer   \(done?.answer ?? assistant.say(Phrase(trouble)))")
        }
        try await group.shutdownGracefully()
    }

    private func show(_ reply: Reply) {
        let slots = reply.slots.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        print("intent   \(reply.intent?.name ?? "none")")
        if !slots.isEmpty { print("slots    \(slots)") }
        for change in reply.changes { print("change   \(change.name): \(change.from) to \(change.to)") }
    }
}
