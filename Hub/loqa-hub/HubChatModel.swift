import HubChat
import HubFallback
import HubSkills
import Logging
import NIOPosix

/// Makes the chat model of a hub, and says loudly what it means for the house's privacy.
enum HubChatModel {
    /// What was set cannot be used.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: ``Refused`` if the server turns out to be outside the house and that is not allowed.
    static func make(
        _ chat: ChatConfiguration, language: String, on group: MultiThreadedEventLoopGroup, logger: Logger
    ) async throws -> ChatFallback {
        let client = try ChatClient(
            .init(
                server: chat.server, key: chat.key, mayLeaveHouse: chat.mayLeaveHouse,
                authorities: chat.authorities), on: group)
        let isOutside = await client.isOutside()
        if isOutside == true, !chat.mayLeaveHouse {
            throw Refused(
                description:
                    "chat-url names \(chat.server.host), which is outside the house: what is said would leave "
                    + "it. To allow that, set chat-allow-outside to \(chat.server.host)")
        }
        let fallback = ChatFallback(
            client,
            .init(
                model: chat.model, language: language,
                intents: chat.mayOperate ? Assistant.chatIntents : []), logger: logger)
        if chat.mayLeaveHouse {
            logger.warning(
                "PRIVACY: what is said and not understood here LEAVES THE HOUSE, with the names of its rooms and devices",
                metadata: ["to": "\(chat.server)", "allowed by": "chat-allow-outside"])
        } else {
            logger.notice(
                "what is not understood is handed to a chat model in the house",
                metadata: ["at": "\(chat.server)", "model": "\(chat.model)"])
        }
        if isOutside == nil {
            logger.warning("the chat server has no address at the moment", metadata: ["at": "\(chat.server)"])
        }
        return fallback
    }
}
