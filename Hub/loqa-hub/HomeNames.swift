import HubLanguage
import HubSkills

/// The names of a home as packs of sentences know them: lists `name`, `area` and `floor`, and the domain of each device.
enum HomeNames {
    static func entries(of home: Home) -> [HomeVocabulary.Entry] {
        var entries: [HomeVocabulary.Entry] = []
        for room in home.rooms {
            for name in room.spokenNames {
                entries.append(.init(list: "area", said: name, value: .text(room.id.value)))
            }
            for device in room.devices {
                let context: [String: SlotValue] = ["domain": .text(domain(of: device))]
                for name in device.spokenNames {
                    // Two rooms may each have a lamp: it is named with its room as well.
                    for said in [name] + room.spokenNames.map({ "\($0) \(name)" }) {
                        entries.append(
                            .init(list: "name", said: said, value: .text(device.id.value), context: context))
                    }
                }
            }
        }
        return entries + home.floors.map { HomeVocabulary.Entry(list: "floor", said: $0) }
    }

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
