import HubLanguage
import HubSkills

/// The names of a home as templates ask for them.
enum UnderstandHome {
    static func entries(_ home: Home) -> [HomeVocabulary.Entry] {
        var entries: [HomeVocabulary.Entry] = []
        for room in home.rooms {
            for said in [room.name] + room.aliases {
                entries.append(.init(list: "area", said: said, value: .text(room.name)))
            }
            for device in room.devices {
                let context: [String: SlotValue] = ["domain": .text(domain(of: device))]
                for said in [device.name] + device.aliases {
                    entries.append(
                        .init(list: "name", said: said, value: .text(device.name), context: context))
                    // With its room a name means one device of the home.
                    entries.append(
                        .init(
                            list: "name", said: "\(room.name) \(said)", value: .text(device.id.value),
                            context: context))
                }
            }
        }
        for floor in Set(home.rooms.compactMap(\.floor)).sorted() {
            entries.append(.init(list: "floor", said: floor))
        }
        return entries
    }

    /// The packs' name for what a device is.
    private static func domain(of device: Device) -> String {
        switch device.kind {
        case .light: "light"
        case .outlet: "switch"
        case .cover: "cover"
        case .climate: "climate"
        case .sensor: device.initial.isOpen == nil ? "sensor" : "binary_sensor"
        }
    }
}
