import HubAnswers
import HubDialogue
import HubUnderstanding

/// From the intents of the packs to the built-in ones.
extension HouseIntent {
    /// What `reading` asks of `devices`; nil if it is nothing that changes them.
    init?(_ reading: Reading, _ devices: [Device]) {
        let areCovers = devices.allSatisfy { $0.kind == .cover }
        switch reading.intent {
        case "HassTurnOn": self = areCovers ? .openCover : .turnOn
        case "HassTurnOff": self = areCovers ? .closeCover : .turnOff
        case "HassLightSet":
            if reading.slot("brightness") != nil {
                self = .setBrightness
            } else if reading.slot("color") != nil {
                self = .setColour
            } else {
                return nil
            }
        case "HassSetPosition": self = .setPosition
        case "HassClimateSetTemperature": self = .setTemperature
        default: return nil
        }
    }

    /// The packs' name for it; nil if they have none that says the same.
    var packName: String? {
        switch self {
        case .turnOn, .openCover: "HassTurnOn"
        case .turnOff, .closeCover: "HassTurnOff"
        case .setBrightness, .setColour: "HassLightSet"
        case .setPosition: "HassSetPosition"
        case .setTemperature: "HassClimateSetTemperature"
        case .brighten, .dim, .warmer, .cooler, .getTemperature, .getHumidity, .getState: nil
        }
    }
}

extension Reading {
    /// The built-in intent that is about no device in particular.
    var builtIn: Intent? {
        switch intent {
        case "HassGetCurrentTime": .clock(.getTime)
        case "HassGetCurrentDate": .clock(.getDate)
        case "HassStartTimer" where slot("conversation_command") == nil: .timer(.setTimer)
        case "HassTimerStatus", "LoqaListTimers": .timer(.timerLeft)
        case "HassCancelTimer", "HassCancelAllTimers": .timer(.cancelTimer)
        case "LoqaStop", "HassNevermind": .timer(.stop)
        case "LoqaHelp": .help(.help)
        case "LoqaListRooms": .help(.listRooms)
        case "LoqaListDevices": .help(.listDevices)
        default: nil
        }
    }
}

extension Command {
    /// The slots under the names of the built-in skills.
    func match(in home: Home) -> Match {
        let isTimer = reading.intent.hasSuffix("Timer") || reading.intent.hasSuffix("TimerStatus")
        var slots: [Slot] = []
        for slot in reading.slots {
            let words = SpokenWords.words(of: slot.words).joined(separator: " ")
            let names: [String: String] = [
                "brightness": "percent", "position": "percent", "temperature": "degrees", "color": "colour",
                "hours": "hours", "minutes": "minutes", "seconds": "seconds", "start_hours": "hours",
                "start_minutes": "minutes", "start_seconds": "seconds",
            ]
            if slot.name == "area", slot.source != .context, let room = home.room(named: slot.words) {
                slots.append(.init(name: "room", value: .text(room.id.value), spoken: words))
            } else if slot.name == "name", isTimer {
                slots.append(.init(name: "timer_name", value: .text(words), spoken: words))
            } else if let name = names[slot.name] {
                switch slot.value {
                case .integer(let number):
                    slots.append(.init(name: name, value: .number(number), spoken: words))
                case .number(let number):
                    slots.append(.init(name: name, value: .number(Int(number.rounded())), spoken: words))
                case .text(let text): slots.append(.init(name: name, value: .text(text), spoken: words))
                case .none, .flag, .list, .map, .date, .time: break
                }
            }
        }
        if reading.intent == "HassCancelAllTimers" {
            slots.append(.init(name: "scope", value: .text("all"), spoken: "all"))
        }
        return Match(intent: reading.intent, slots: slots)
    }

    /// Where it applies, for the answer.
    func place(_ room: RoomID) -> HouseSkill.Place {
        switch scope {
        case .area(let area): .room(RoomID(area))
        case .floor(let floor): .floor(Home.spoken([floor])[0])
        case .home: .house
        case nil: .room(room)
        }
    }
}
