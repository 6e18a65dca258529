import HubUnderstanding

/// Questions about the house. Nothing here changes anything.
extension HouseSkill {
    enum Quantity { case temperature, humidity }

    /// "It is 21.5 degrees in the living room."
    static func measure(_ quantity: Quantity, _ request: Request, in house: House) -> Reply {
        let home = house.home
        let place: Place
        switch questionPlace(of: request, in: home) {
        case .success(let known): place = known
        case .failure(let unknown): return askRoom(unknown.name, .getTemperature, request, in: home)
        }
        let readings = home.rooms.compactMap { room -> String? in
            let inside = room.devices.filter { place.contains($0, in: home) }
            return inside.lazy.compactMap { reading(quantity, house.state[$0]) }.first.map { text in
                "\(text) in the \(room.name)"
            }
        }
        guard !readings.isEmpty else {
            let noun = quantity == .temperature ? "temperature" : "humidity"
            return Reply(.yes, answer: "I can't measure the \(noun) \(place.text(in: home)).")
        }
        return Reply(.yes, answer: "It is \(Wording.list(readings)).")
    }

    private static func reading(_ quantity: Quantity, _ state: DeviceState) -> String? {
        switch quantity {
        case .temperature: return state.measured.map { "\($0) degrees" }
        case .humidity:
            if case .humidity(let percent) = state { return "\(percent) percent humidity" }
            return nil
        }
    }

    /// "Yes, the garage door is open.", "No, the kitchen lights are off."
    static func tellState(_ request: Request, in house: House) -> Reply {
        let target: Target
        switch select(for: .getState, request, in: house.home, mayLookElsewhere: true) {
        case .ask(let reply): return reply
        case .found(let found): target = found
        }
        guard let query = request.match.text("query") else { return describe(target, in: house) }
        let matching = target.devices.filter { holds(query, for: house.state[$0]) ?? false }
        let decidable = target.devices.filter { holds(query, for: house.state[$0]) != nil }
        let subject = target.subject(in: house.home)
        let verb = subject.isPlural ? "are" : "is"
        if decidable.isEmpty {
            return Reply(.yes, answer: Wording.sentence("\(subject.text) can't be \(query)"))
        }
        if request.match.text("scope") == "which" {
            guard !matching.isEmpty else { return Reply(.yes, answer: "No lights are \(query).") }
            let some = Target(devices: matching, place: target.place, group: nil).subject(in: house.home)
            return Reply(
                .yes, answer: Wording.sentence("\(some.text) \(some.isPlural ? "are" : "is") \(query)"))
        }
        if matching.count == decidable.count {
            return Reply(.yes, answer: Wording.sentence("yes, \(subject.text) \(verb) \(query)"))
        }
        if matching.isEmpty {
            return Reply(.yes, answer: Wording.sentence("no, \(subject.text) \(verb) \(opposite(of: query))"))
        }
        // Some are: name those that are on or open, whichever way it was asked.
        let isAskedOff = query == "off" || query == "closed"
        let exceptions = isAskedOff ? decidable.filter { !matching.contains($0) } : matching
        let some = Target(devices: exceptions, place: target.place, group: nil).subject(in: house.home)
        let state = isAskedOff ? opposite(of: query) : query
        let answer = "\(isAskedOff ? "no" : "yes"), \(some.text) \(some.isPlural ? "are" : "is") \(state)"
        return Reply(.yes, answer: Wording.sentence(answer))
    }

    private static func describe(_ target: Target, in house: House) -> Reply {
        let sentences = target.devices.map { device -> String in
            let state: String
            switch house.state[device] {
            case .light(true, let brightness, _):
                state = brightness < 100 ? "on at \(brightness) percent" : "on"
            case .outlet(true): state = "on"
            case .light(false, _, _), .outlet(false): state = "off"
            case .cover(0), .contact(false): state = "closed"
            case .cover(100), .contact(true): state = "open"
            case .cover(let position): state = "\(position) percent open"
            case .climate(let isOn, let goal, let measured):
                let now = measured.map { ", and it is \($0) degrees now" } ?? ""
                state = (isOn ? "set to \(goal) degrees" : "off") + now
            case .temperature(let measured): state = "at \(measured) degrees"
            case .humidity(let percent): state = "at \(percent) percent"
            }
            let name = Wording.device(device, in: house.home)
            return Wording.sentence("the \(name) \(Wording.verb(name)) \(state)")
        }
        return Reply(.yes, answer: sentences.joined(separator: " "))
    }

    /// Whether a device is what was asked; nil if it can be neither that nor the opposite.
    private static func holds(_ query: String, for state: DeviceState) -> Bool? {
        switch query {
        case "on": state.isOn
        case "off": state.isOn.map { !$0 }
        case "open": state.isOpen
        case _: state.isOpen.map { !$0 }
        }
    }

    private static func opposite(of query: String) -> String {
        switch query {
        case "on": "off"
        case "off": "on"
        case "open": "closed"
        case _: "open"
        }
    }
}
