import HubAnswers
import HubDialogue
import HubUnderstanding
import LoqaBase

/// Sentences that the dialogue understands, carried out by the same skills as the built-in ones.
extension Assistant {
    /// The whole reply to `text` from the dialogue.
    mutating func converse(
        _ text: String, _ mind: inout Mind, confidence: Double?, from relay: RelayID, room: RoomID,
        at now: Moment
    ) -> Reply {
        let conversation = "\(relay)"
        let step = mind.dialogue.hear(
            Heard(text, confidence: confidence), in: conversation, room: home.room(room)?.id.value,
            at: now.instant)
        return perform(step, &mind, in: conversation, from: relay, room: room, at: now)
    }

    /// Carries out what the dialogue decided, and answers.
    mutating func perform(
        _ step: DialogueStep, _ mind: inout Mind, in conversation: String, from relay: RelayID, room: RoomID,
        at now: Moment
    ) -> Reply {
        var changes: [HouseChange] = []
        var effects: [Effect] = []
        var changedState = false
        var answers: [String] = []
        for restore in step.restores { changes += putBack(restore) }
        var intent: Intent?
        for command in step.commands {
            let request = Request(
                match: command.match(in: home), room: home.room(room) ?? Room(name: room.value), relay: relay,
                now: now)
            let reply = carryOut(command, request, &mind)
            changes += reply.changes
            effects += reply.effects
            changedState = changedState || reply.changedState
            answers.append(reply.answer)
            intent = intent ?? reply.intent
            mind.dialogue.performed(
                command.id, in: conversation, restores: Self.restores(reply.changes), at: now.instant)
        }
        let understood: Reply.Understood =
            switch step.clarity {
            case .clear, .likely: .yes
            case .asked: .asked
            case .nothing: .no
            }
        var reply = Reply(
            understood, answer: step.speech(answers),
            question: step.listensUntil == nil ? nil : PendingQuestion(.dialogue), changes: changes,
            effects: effects, changedState: changedState)
        reply.intent = intent
        reply.slots = step.commands.flatMap { command in
            command.reading.slots.map { ($0.name, $0.words) }
        }
        return reply
    }

    /// Tells the dialogue of what the built-in sentences did, so that what follows can refer to it.
    func note(
        _ reply: Reply, _ match: Match, _ text: String, _ mind: inout Mind, from relay: RelayID,
        at now: Moment
    ) {
        guard reply.understood == .yes, let first = reply.changes.first,
            case .house(let intent)? = reply.intent,
            let hass = intent.packName
        else { return }
        let ids = Set(reply.changes.map(\.device.value))
        let devices = home.dialogueHome.entities.filter { ids.contains($0.id) }
        let rooms = Set(reply.changes.map(\.room))
        var slots: [Reading.Slot] = []
        if let name = match.text("device") {
            slots.append(.init("name", .text(name), text: name))
        } else if let domain = devices.first?.domain {
            slots.append(.init("domain", .text(domain), source: .implied))
        }
        if rooms.count == 1 {
            slots.append(.init("area", .text(home.room(first.room)?.name ?? first.room.value)))
        }
        if let percent = match.number("percent") {
            slots.append(.init(intent == .setPosition ? "position" : "brightness", .integer(percent)))
        }
        if let colour = match.text("colour") { slots.append(.init("color", .text(colour))) }
        if let degrees = match.number("degrees") { slots.append(.init("temperature", .integer(degrees))) }
        mind.dialogue.note(
            Reading(hass, combination: rooms.count == 1 ? "area_domain" : "domain_all", slots: slots),
            on: devices,
            scope: rooms.count == 1 ? .area(first.room.value) : .home, text: text,
            restores: Self.restores(reply.changes), in: "\(relay)", at: now.instant)
    }

    private static func restores(_ changes: [HouseChange]) -> [Restore] {
        changes.compactMap { change in
            change.from.restorable.map { Restore(entity: change.device.value, state: $0) }
        }
    }

    private mutating func putBack(_ restore: Restore) -> [HouseChange] {
        guard let device = home.devices.first(where: { $0.id.value == restore.entity }) else { return [] }
        let before = state[device]
        guard let after = before.restored(restore.state), after.fits(device.kind), after != before else {
            return []
        }
        house.state.devices[device.id] = after
        let name = Wording.device(device, in: home)
        return [HouseChange(device: device.id, room: device.room, name: name, from: before, to: after)]
    }

    /// One command, on exactly the devices that the dialogue chose.
    private mutating func carryOut(_ command: Command, _ request: Request, _ mind: inout Mind) -> Reply {
        let ids = Set(command.devices.map(\.id))
        let devices = home.devices.filter { ids.contains($0.id.value) }
        let reading = command.reading
        var reply: Reply
        if let intent = HouseIntent(reading, devices), !devices.isEmpty {
            let target = HouseSkill.Target(
                devices: devices, place: command.place(request.room.id), group: nil)
            reply = HouseSkill.change(target, intent, request, in: &house)
            reply.intent = .house(intent)
            if reply.understood != .yes, !mind.isEnglish {
                let names = devices.map(\.name).joined(separator: ", ")
                reply.answer = mind.phrases.say(.notPossible, [("names", names)])
            }
        } else if let own = own(command, request, &mind) {
            return own
        } else if let intent = reading.builtIn {
            reply = carryOut(intent, request, awaiting: nil)
        } else if reading.intent == "HassGetState" || reading.intent == "HassClimateGetTemperature" {
            reply = Reply(.yes, answer: "")
        } else {
            return Reply(.asked, answer: mind.phrases.say(Self.refusal(of: reading.intent)))
        }
        let usesTemplate = !mind.isEnglish || reply.answer.isEmpty
        if usesTemplate, reply.understood == .yes {
            reply.answer = answer(reading, devices, request.now, mind) ?? mind.phrases.say(.allRight)
        }
        return reply
    }

    /// The answer of the language's templates; nil if they have none that fits.
    func answer(_ reading: Reading, _ devices: [Device], _ now: Moment, _ mind: Mind) -> String? {
        var slots = reading.slots.map { slot in
            // Numbers are spoken as they were said.
            let isNumber = if case .text = slot.value { false } else { !slot.text.isEmpty }
            return AnswerValue.Entry(slot.name, isNumber ? .text(slot.text) : slot.value)
        }
        let (date, time) = (now.civil, now.civil)
        slots.append(.init("date", .date(.init(year: date.year, month: date.month, day: date.day))))
        slots.append(.init("time", .time(.init(hour: time.hour, minute: time.minute, second: time.second))))
        let entities = devices.map { $0.entity(in: state[$0]) }
        let wanted = reading.slot("state")?.words
        let context = AnswerContext(
            slots: slots, matched: entities.filter { wanted == nil || $0.rawState == wanted },
            unmatched: entities.filter { wanted != nil && $0.rawState != wanted })
        do throws(AnswerError) {
            return try mind.answers.answer(reading.intent, reading.response, context)
        } catch {
            // A template that does not fit these devices: what was done is done all the same.
            return nil
        }
    }
}
