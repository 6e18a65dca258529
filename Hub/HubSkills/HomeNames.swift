import HubAnswers
package import HubDialogue

/// A home as a dialogue, and the templates of answers, see it.
extension Home {
    /// All rooms, devices and floors with their names. A device can also be called with its room: "kitchen lamp".
    package var dialogueHome: DialogueHome {
        var seen: Set<String> = []
        let floors = rooms.compactMap(\.floor).filter { seen.insert($0).inserted }
        return DialogueHome(
            floors: floors.map { .init(id: $0, names: [$0]) },
            areas: rooms.map { .init(id: $0.id.value, names: [$0.name] + $0.aliases, floor: $0.floor) },
            entities: rooms.flatMap { room in
                room.devices.map { device in
                    let names = [device.name] + device.aliases
                    return .init(
                        id: device.id.value, names: names + names.map { "\(room.name) \($0)" },
                        domain: device.domain,
                        deviceClass: device.deviceClass, area: room.id.value)
                }
            })
    }
}

extension Device {
    /// What the packs of sentences call its kind.
    var domain: String {
        switch kind {
        case .light: "light"
        case .outlet: "switch"
        case .cover: "cover"
        case .climate: "climate"
        case .sensor: "sensor"
        }
    }

    /// What sort of cover its name says it is, so that "open the curtains" means it.
    var deviceClass: String? {
        guard kind == .cover else { return nil }
        let sorts = ["blind", "curtain", "shutter", "garage", "gate", "awning", "shade", "window", "door"]
        return sorts.first { name.contains($0) }
    }

    /// The device with its state, for the template of an answer.
    func entity(in state: DeviceState) -> AnswerEntity {
        var attributes: [AnswerValue.Entry] = []
        let raw: String
        switch state {
        case .light(let isOn, let brightness, let colour):
            raw = isOn ? "on" : "off"
            attributes = [
                .init("brightness", .integer(brightness)),
                .init("color", colour.map(AnswerValue.text) ?? .none),
            ]
        case .outlet(let isOn): raw = isOn ? "on" : "off"
        case .cover(let position):
            raw = position > 0 ? "open" : "closed"
            attributes = [.init("current_position", .integer(position))]
        case .climate(let isOn, let target, let measured):
            raw = isOn ? "heat" : "off"
            attributes = [
                .init("temperature", .number(Double(target.tenths) / 10)),
                .init("current_temperature", measured.map { .number(Double($0.tenths) / 10) } ?? .none),
            ]
        case .temperature(let measured):
            raw = "\(measured)"
            attributes = [.init("unit_of_measurement", .text("°C"))]
        case .humidity(let percent):
            raw = "\(percent)"
            attributes = [.init("unit_of_measurement", .text("%"))]
        case .contact(let isOpen): raw = isOpen ? "on" : "off"
        }
        return AnswerEntity(
            entityID: id.value, name: name, domain: domain, rawState: raw, attributes: attributes)
    }
}

extension DeviceState {
    /// The state as a dialogue keeps it, to be put back; sensors have none.
    var restorable: AnswerValue? {
        switch self {
        case .light(let isOn, let brightness, let colour):
            .list([.flag(isOn), .integer(brightness), colour.map(AnswerValue.text) ?? .none])
        case .outlet(let isOn): .flag(isOn)
        case .cover(let position): .integer(position)
        case .climate(let isOn, let target, _): .list([.flag(isOn), .integer(target.tenths)])
        case .temperature, .humidity, .contact: nil
        }
    }

    /// This state, put back to what ``restorable`` kept; nil if it is of another kind.
    func restored(_ value: AnswerValue) -> DeviceState? {
        switch (self, value) {
        case (.light, .list(let parts)) where parts.count == 3:
            guard case .flag(let isOn) = parts[0], case .integer(let brightness) = parts[1] else {
                return nil
            }
            if case .text(let colour) = parts[2] {
                return .light(isOn: isOn, brightness: brightness, colour: colour)
            }
            return .light(isOn: isOn, brightness: brightness, colour: nil)
        case (.outlet, .flag(let isOn)): return .outlet(isOn: isOn)
        case (.cover, .integer(let position)): return .cover(position: position)
        case (.climate(_, _, let measured), .list(let parts)) where parts.count == 2:
            guard case .flag(let isOn) = parts[0], case .integer(let tenths) = parts[1] else { return nil }
            return .climate(isOn: isOn, target: Temperature(tenths: tenths), measured: measured)
        case (_, _): return nil
        }
    }
}
