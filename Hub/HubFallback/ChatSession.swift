import HubAnswers
package import HubDialogue
package import LoqaBase

/// One sentence that no template knows, handed to a chat model: what to send, what to do with what comes back, and
/// when to give up. Pure: the caller moves the bytes.
///
/// Off unless the owner switched it on. The model can only call intents, with names that the home has; its calls
/// become ``HubDialogue/Reading`` and pass through the same scope and the same questions as spoken sentences.
package struct ChatSession: Sendable {
    /// Requests for one sentence.
    package static let roundCountMax = 4
    /// How long the model may take for one sentence: a relay waits 8 s for its answer (T9), recognition included.
    package static let timeLimit: Duration = .seconds(6)

    /// What the owner set.
    package struct Settings: Sendable {
        /// The model's name at the server.
        package var model: String
        /// "en", "de": the language of its answers.
        package var language: String
        /// Tokens of an answer.
        package var answerTokenCountMax: Int
        /// Intents that the model may call, as far as the home has use for them; nil for all, none for talk alone.
        package var intents: Set<String>?

        package init(
            model: String, language: String, answerTokenCountMax: Int = 200, intents: Set<String>? = nil
        ) {
            (self.model, self.language, self.intents) = (model, language, intents)
            self.answerTokenCountMax = min(max(answerTokenCountMax, 16), 4_096)
        }
    }

    /// What is to be done next.
    package enum Action: Sendable, Equatable {
        /// Send this body to `/v1/chat/completions`.
        case send(String)
        /// Carry these out through the dialogue, then call ``results(_:)``.
        case perform([Reading])
        /// Say this; the session has ended.
        case say(String)
    }

    private let settings: Settings
    private let home: DialogueHome
    private let tools: [ChatTool]
    private let distance: SoundDistance
    private var messages: [JSONValue]
    private var calls: [ChatReply.Call] = []
    /// Results that are known already: of calls that cannot be carried out.
    private var refusals: [String: String] = [:]
    private var roundCount = 1
    /// Time to give up.
    package let deadline: HubInstant

    /// - Parameters:
    ///   - text: what was said.
    ///   - room: where; nil if unknown.
    package init(_ text: String, room: String?, home: DialogueHome, settings: Settings, at now: HubInstant) {
        (self.settings, self.home) = (settings, home)
        tools = ChatTool.tools(for: home).filter { settings.intents?.contains($0.intent) ?? true }
        distance = SoundDistance(language: settings.language)
        deadline = now + Self.timeLimit
        messages = [
            Self.message("system", Self.instructions(home, settings)),
            // What changes comes last, so that servers can keep what they computed for the rest.
            Self.message("user", room.map { "In the \($0): \(text)" } ?? text),
        ]
    }

    /// The body of the next request.
    package func request(isStreamed: Bool = false) -> String {
        let domains = Set(home.entities.map(\.domain)).sorted()
        // Servers refuse an empty list of tools.
        let offer: [JSONValue.Member] =
            tools.isEmpty
            ? []
            : [
                .init("tools", .list(tools.map { $0.schema(domains: domains) })),
                .init("tool_choice", .text("auto")),
            ]
        return JSONValue.map(
            [
                .init("model", .text(settings.model)), .init("messages", .list(messages)),
            ] + offer + [
                .init("temperature", .integer(0)),
                .init("max_tokens", .integer(settings.answerTokenCountMax)),
                .init("stream", .flag(isStreamed)),
            ]
        ).json
    }

    /// What to do with the server's reply.
    ///
    /// - Throws: ``ChatError/tooManyRounds`` if the model calls tools without end.
    package mutating func received(_ reply: ChatReply) throws(ChatError) -> Action {
        guard !reply.calls.isEmpty else { return .say(reply.text) }
        guard roundCount < Self.roundCountMax else { throw .tooManyRounds }
        roundCount += 1
        calls = reply.calls
        refusals = [:]
        messages.append(Self.message(reply))
        var readings: [Reading] = []
        for call in calls {
            switch reading(of: call) {
            case .success(let reading): readings.append(reading)
            case .failure(let refusal): refusals[call.id] = refusal.text
            }
        }
        return readings.isEmpty ? results([]) : .perform(readings)
    }

    /// Tells the model what came of its calls: one text for each reading of ``Action/perform(_:)``, in order.
    package mutating func results(_ texts: [String]) -> Action {
        var texts = texts[...]
        for call in calls {
            let text = refusals[call.id] ?? texts.popFirst() ?? "not done"
            messages.append(
                .map([
                    .init("role", .text("tool")), .init("tool_call_id", .text(call.id)),
                    .init("content", .text(text)),
                ]))
        }
        calls = []
        return .send(request(isStreamed: true))
    }

    // MARK: Calls

    private struct Refusal: Error { var text: String }

    /// A call as a reading, with the home's own names; refused if a name is none of them.
    private func reading(of call: ChatReply.Call) -> Result<Reading, Refusal> {
        guard let tool = tools.first(where: { $0.intent == call.tool }) else {
            return .failure(Refusal(text: "there is no tool \(call.tool)"))
        }
        guard case .map(let members) = call.arguments else { return .failure(Refusal(text: "no arguments")) }
        var reading = Reading(tool.intent, combination: Command.chatCombination)
        for member in members {
            guard let slot = tool.slots.first(where: { $0.rawValue == member.name }) else {
                return .failure(Refusal(text: "\(tool.intent) takes no \(member.name)"))
            }
            switch value(member.value, for: slot, tool) {
            case .success(let value?): reading.slots.append(.init(slot.rawValue, value))
            case .success(nil): continue
            case .failure(let refusal): return .failure(refusal)
            }
        }
        let names = Set(reading.slots.map(\.name))
        let needsTarget = tool.slots.contains(.name) && tool.intent != "HassStartTimer"
        if needsTarget, names.isDisjoint(with: ["name", "domain"]), !tool.hasOwnDomain {
            return .failure(Refusal(text: "say which device: name or domain"))
        }
        return .success(reading)
    }

    private func value(_ value: JSONValue, for slot: ChatTool.Slot, _ tool: ChatTool) -> Result<
        AnswerValue?, Refusal
    > {
        switch value {
        case .null, .text(""): return .success(nil)
        case .integer(let number) where slot.isNumber: return .success(.integer(number))
        case .number(let number) where slot.isNumber && number.magnitude < 1e6:
            return .success(.number(number))
        case .text(let text) where slot.isNumber:
            return Int(text).map { .success(.integer($0)) }
                ?? .failure(Refusal(text: "\(slot.rawValue) must be a number"))
        case .text(let text): return named(text, slot, tool)
        case .flag, .integer, .number, .list, .map:
            return .failure(Refusal(text: "\(slot.rawValue) must be a \(slot.isNumber ? "number" : "text")"))
        }
    }

    private func named(_ text: String, _ slot: ChatTool.Slot, _ tool: ChatTool) -> Result<
        AnswerValue?, Refusal
    > {
        let known: [String]
        switch slot {
        case .name where tool.intent != "HassStartTimer": known = home.entities.flatMap(\.names)
        case .area: known = home.areas.flatMap(\.names)
        case .floor: known = home.floors.flatMap(\.names)
        case .domain: known = Array(Set(home.entities.map(\.domain))).sorted()
        case .name, .color, .item, .search_query, .brightness, .temperature, .position, .percentage,
            .volume_level,
            .hours, .minutes, .seconds:
            return .success(.text(text))
        }
        if let same = known.first(where: { $0.lowercased() == text.lowercased() }) {
            return .success(.text(same))
        }
        let near = distance.nearest(
            text, among: known, within: Tuning.nameDistanceMax, count: Tuning.optionCountMax)
        let hint = near.isEmpty ? "" : "; near it are: " + near.map(\.name).joined(separator: ", ")
        return .failure(Refusal(text: "the home has no \(slot.rawValue) \"\(text.prefix(64))\"\(hint)"))
    }

    // MARK: Messages

    private static func message(_ role: String, _ content: String) -> JSONValue {
        .map([.init("role", .text(role)), .init("content", .text(content))])
    }

    private static func message(_ reply: ChatReply) -> JSONValue {
        let calls = reply.calls.map { call -> JSONValue in
            .map([
                .init("id", .text(call.id)), .init("type", .text("function")),
                .init(
                    "function",
                    .map([.init("name", .text(call.tool)), .init("arguments", .text(call.arguments.json))])),
            ])
        }
        return .map([
            .init("role", .text("assistant")), .init("content", .text(reply.text)),
            .init("tool_calls", .list(calls)),
        ])
    }

    /// Devices of a home that the model is told of.
    static let deviceCountMax = 200

    private static func instructions(_ home: DialogueHome, _ settings: Settings) -> String {
        var lines = [
            "You are the voice of a home. Use the tools to do what is asked; never claim to have done what no tool did.",
            "Use names exactly as they are listed. If something is not in the list, say so.",
            "Answer in one short sentence in the language \"\(settings.language)\", as it is spoken, without lists or signs.",
            "Rooms: " + home.areas.compactMap(\.names.first).joined(separator: ", "),
        ]
        if !home.floors.isEmpty {
            lines.append("Floors: " + home.floors.compactMap(\.names.first).joined(separator: ", "))
        }
        lines.append("Devices:")
        for entity in home.entities.prefix(deviceCountMax) {
            let area = entity.area.flatMap { home.area($0)?.names.first }
            lines.append(
                "- \(entity.names.first ?? entity.id) (\(entity.domain)\(area.map { ", \($0)" } ?? ""))")
        }
        return lines.joined(separator: "\n")
    }
}

extension ChatTool {
    /// Whether the intent itself says what sort of devices it means.
    fileprivate var hasOwnDomain: Bool { !["HassTurnOn", "HassTurnOff"].contains(intent) }
}
