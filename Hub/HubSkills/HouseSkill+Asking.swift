import HubUnderstanding

/// What the hub asks when a name is not known or stands in another room. Nothing here changes anything.
extension HouseSkill {
    /// "There is no heater in the kitchen. Do you mean the one in the bedroom?"
    static func askElsewhere(
        _ others: [Device], noun: String, _ group: Group?, _ place: Place, _ request: Request, in home: Home
    ) -> Reply {
        let missing = "There \(Wording.verb(noun)) no \(noun) \(place.text(in: home))."
        var rooms: [RoomID] = []
        for device in others where !rooms.contains(device.room) { rooms.append(device.room) }
        guard case .room = place, !rooms.isEmpty else { return Reply(.asked, answer: missing) }
        let options = rooms.prefix(PendingQuestion.optionCountMax).compactMap {
            id -> PendingQuestion.Option? in
            guard let room = home.room(id), let device = others.first(where: { $0.room == id }) else {
                return nil
            }
            let one = group == .temperature ? "the \(device.name)" : Wording.one(noun)
            return PendingQuestion.Option(
                names: room.spokenNames + device.spokenNames, label: "\(one) in the \(room.name)",
                match: request.match.removing("scope").setting("room", to: .text(id.value), spoken: room.name)
            )
        }
        return ask(missing, options)
    }

    /// "There is no garage here. Do you mean the garden?", or all rooms to choose from.
    static func askRoom(_ name: String, _ intent: HouseIntent, _ request: Request, in home: Home) -> Reply {
        let near = NameDistance.nearest(name, among: home.rooms.flatMap(\.spokenNames))
        let nearRooms = home.rooms.filter { room in room.spokenNames.contains(where: near.contains) }
        let rooms = nearRooms.isEmpty ? home.rooms : nearRooms
        let options = rooms.prefix(PendingQuestion.optionCountMax).map { room in
            PendingQuestion.Option(
                names: room.spokenNames, label: "the \(room.name)",
                match: request.match.removing("scope")
                    .setting("room", to: .text(room.id.value), spoken: room.name))
        }
        let unknown = "There \(Wording.verb(name)) no \(name) here."
        if !nearRooms.isEmpty { return ask(unknown, options) }
        if options.count == 1 { return ask(unknown, options) }
        return list(unknown, "I know", options, "Which room do you mean?")
    }

    /// An unknown device: a name that sounds alike, one of the same sort, or what there is.
    static func askDevice(
        _ name: String, _ intent: HouseIntent, _ place: Place, _ request: Request, in home: Home
    ) -> Reply {
        if let known = home.devices.first(where: {
            $0.spokenNames.contains(name) && place.contains($0, in: home)
        }) {
            return Reply(.asked, answer: cannot(known, intent, in: home))
        }
        if let room = home.room(named: name), intent.usualGroup == .lights,
            room.devices.contains(where: { $0.kind.isLight })
        {
            let match = request.match.removing("device").removing("scope")
                .setting("group", to: .text("lights"), spoken: "lights")
                .setting("room", to: .text(room.id.value), spoken: room.name)
            return ask("", [.init(names: room.spokenNames, label: "the \(room.name) lights", match: match)])
        }
        let able = home.devices.filter { intent.accepts($0.kind) }
        let here = able.filter { place.contains($0, in: home) }
        let near = NameDistance.nearest(name, among: here.flatMap(\.spokenNames))
        let alike = here.filter { device in device.spokenNames.contains(where: near.contains) }
        let options = (alike.isEmpty ? here : alike).prefix(PendingQuestion.optionCountMax).map { device in
            PendingQuestion.Option(
                names: device.spokenNames + (device.kind.isLight ? ["lights", "light"] : []),
                label: "the \(device.name)",
                match: request.match.removing("scope")
                    .setting("device", to: .text(Home.spoken([device.name])[0]), spoken: device.name)
                    .setting("room", to: .text(device.room.value), spoken: device.room.value))
        }
        let unknown = "I don't know \(Wording.some(name)) here."
        if !alike.isEmpty { return ask(unknown, options) }
        guard !options.isEmpty else {
            let text = place.text(in: home)
            return Reply(.asked, answer: "\(unknown) There is nothing \(text) that I can \(intent.ability).")
        }
        let opening = Wording.sentence(place.text(in: home)).dropLast()
        let head = "\(opening) I can \(options.count == 1 ? "only " : "")\(intent.ability)"
        if options.count == 1 {
            let them = Wording.isPlural(options[0].label) ? "them" : "it"
            return list(unknown, head, options, "Do you mean \(them)?")
        }
        return list(unknown, head, options, "Which one do you mean?")
    }

    /// A device that is here but cannot do what was asked.
    private static func cannot(_ device: Device, _ intent: HouseIntent, in home: Home) -> String {
        let subject = "the \(Wording.device(device, in: home))"
        switch device.kind {
        case .cover: return Wording.sentence("\(subject) can be opened and closed")
        case .light, .outlet: return Wording.sentence("\(subject) can be turned on and off")
        case .climate: return Wording.sentence("\(subject) can be set to a temperature")
        case .sensor:
            return Wording.sentence(
                "\(subject) only \(Wording.isPlural(device.name) ? "measure" : "measures")")
        }
    }

    /// "Do you mean the lamp or the fan?"
    private static func ask(_ opening: String, _ options: [PendingQuestion.Option]) -> Reply {
        let question = "Do you mean \(Wording.list(options.map(\.label), "or"))?"
        return Reply(
            .asked, answer: opening.isEmpty ? question : "\(opening) \(question)",
            question: PendingQuestion(.oneOf(Array(options))))
    }

    /// "I don't know a dishwasher here. In the kitchen I can turn on the lamp and the fan. Which one?"
    private static func list(
        _ opening: String, _ head: String, _ options: [PendingQuestion.Option], _ question: String
    ) -> Reply {
        Reply(
            .asked, answer: "\(opening) \(head) \(Wording.list(options.map(\.label))). \(question)",
            question: PendingQuestion(.oneOf(Array(options))))
    }
}
