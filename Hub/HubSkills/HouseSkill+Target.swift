import HubUnderstanding

extension HouseSkill {
    /// Where a sentence applies.
    enum Place: Equatable {
        case room(RoomID)
        case floor(String)
        case house

        func contains(_ device: Device, in home: Home) -> Bool {
            switch self {
            case .room(let room): device.room == room
            case .floor(let floor):
                home.room(device.room)?.floor.map { Home.spoken([$0])[0] } == floor
            case .house: true
            }
        }

        /// "in the kitchen", "upstairs", "in the house".
        func text(in home: Home) -> String {
            switch self {
            case .room(let room): "in the \(home.room(room)?.name ?? room.value)"
            case .floor(let floor): Wording.floor(floor)
            case .house: "in the house"
            }
        }
    }

    /// Everything of one sort, where no single name was said.
    enum Group: String {
        case lights, everything, temperature

        func contains(_ device: Device) -> Bool {
            switch (self, device.kind) {
            case (.lights, .light), (.everything, .light), (.everything, .outlet), (.temperature, .climate):
                true
            case (_, .light), (_, .outlet), (_, .cover), (_, .climate), (_, .sensor): false
            }
        }

        var noun: String {
            switch self {
            case .lights: "lights"
            case .everything: "devices"
            case .temperature: "heating"
            }
        }
    }

    /// The devices a sentence means.
    struct Target {
        var devices: [Device]
        var place: Place
        var group: Group?

        func keeping(_ some: [Device]) -> Target {
            Target(devices: some, place: place, group: some.count == devices.count ? group : nil)
        }

        /// The devices as the subject of a sentence.
        func subject(in home: Home) -> (text: String, isPlural: Bool) {
            switch (group, place) {
            case (.lights, .room(let room)):
                return ("the \(home.room(room)?.name ?? room.value) lights", true)
            case (.lights, .floor): return ("the lights \(place.text(in: home))", true)
            case (.lights, .house): return ("all the lights", true)
            case (.everything, _): return ("everything \(place.text(in: home))", false)
            case (.temperature, _), (nil, _):
                let names = devices.map { "the \(Wording.device($0, in: home))" }
                let isPlural = devices.count > 1 || Wording.isPlural(devices.first?.name ?? "")
                return (Wording.list(names), isPlural)
            }
        }
    }

    enum Selection {
        case found(Target)
        /// Not known or not clear: say so and ask.
        case ask(Reply)
    }

    /// The devices `request` means. Never one outside the place that was said, or outside the relay's room
    /// if none was said; `mayLookElsewhere` lets a question about one certain device find it in another room.
    static func select(
        for intent: HouseIntent, _ request: Request, in home: Home, mayLookElsewhere: Bool = false
    ) -> Selection {
        let place: Place
        switch self.place(of: request, in: home) {
        case .known(let known): place = known
        case .unknown(let name): return .ask(askRoom(name, intent, request, in: home))
        }
        if let unknown = request.match.unknown("device") {
            return .ask(askDevice(unknown, intent, place, request, in: home))
        }
        let name = request.match.text("device")
        let group = name == nil ? request.match.text("group").flatMap(Group.init) ?? intent.usualGroup : nil
        let wanted = home.devices.filter { device in
            if let name { return intent.accepts(device.kind) && device.spokenNames.contains(name) }
            return group?.contains(device) ?? false
        }
        let found = wanted.filter { place.contains($0, in: home) }
        if !found.isEmpty { return .found(Target(devices: found, place: place, group: group)) }
        if mayLookElsewhere, wanted.count == 1, request.match["room"] == nil {
            return .found(Target(devices: wanted, place: .room(wanted[0].room), group: group))
        }
        return .ask(
            askElsewhere(wanted, noun: name ?? group?.noun ?? "device", group, place, request, in: home))
    }

    private enum PlaceFound { case known(Place), unknown(String) }

    private static func place(of request: Request, in home: Home) -> PlaceFound {
        let match = request.match
        if let name = match.unknown("room") {
            return home.room(named: name).map { .known(.room($0.id)) } ?? .unknown(name)
        }
        if let room = match.text("room") {
            return home.room(RoomID(room)).map { .known(.room($0.id)) } ?? .unknown(room)
        }
        if let floor = match.text("floor") { return .known(.floor(floor)) }
        switch match.text("scope") {
        case "everywhere", "all", "which": return .known(.house)
        case _: return .known(.room(request.room.id))
        }
    }

    /// The place a question about the house is about.
    static func questionPlace(of request: Request, in home: Home) -> Result<Place, UnknownRoom> {
        switch place(of: request, in: home) {
        case .known(let place): .success(place)
        case .unknown(let name): .failure(UnknownRoom(name: name))
        }
    }

    struct UnknownRoom: Error { var name: String }
}

extension HouseIntent {
    /// Whether it makes sense for a device of this kind.
    func accepts(_ kind: DeviceKind) -> Bool {
        switch self {
        case .turnOn, .turnOff: kind.isSwitchable
        case .setBrightness, .brighten, .dim, .setColour: kind.isLight
        case .openCover, .closeCover, .setPosition: kind == .cover
        case .setTemperature, .warmer, .cooler: kind.isClimate
        case .getTemperature, .getHumidity, .getState: true
        }
    }

    /// What is meant if nothing is named: "brighter" means the lights.
    var usualGroup: HouseSkill.Group? {
        switch self {
        case .turnOn, .turnOff, .setBrightness, .brighten, .dim, .setColour: .lights
        case .setTemperature, .warmer, .cooler: .temperature
        case .openCover, .closeCover, .setPosition, .getTemperature, .getHumidity, .getState: nil
        }
    }

    /// Completes "that I can ...".
    var ability: String {
        switch self {
        case .turnOn: "turn on"
        case .turnOff: "turn off"
        case .setBrightness, .brighten, .dim: "dim"
        case .setColour: "colour"
        case .openCover: "open"
        case .closeCover: "close"
        case .setPosition: "move"
        case .setTemperature, .warmer, .cooler: "heat or cool"
        case .getTemperature, .getHumidity, .getState: "tell about"
        }
    }
}
