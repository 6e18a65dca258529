/// What a talker wants, by the skill that does it. The raw values are the names in the sentences and in the
/// timeline.
package enum Intent: Sendable, Equatable {
    case house(HouseIntent)
    case clock(ClockIntent)
    case timer(TimerIntent)
    case help(HelpIntent)
    case answer(AnswerIntent)

    /// The intent called `name` in the sentences.
    init?(name: String) {
        if let intent = HouseIntent(rawValue: name) {
            self = .house(intent)
        } else if let intent = ClockIntent(rawValue: name) {
            self = .clock(intent)
        } else if let intent = TimerIntent(rawValue: name) {
            self = .timer(intent)
        } else if let intent = HelpIntent(rawValue: name) {
            self = .help(intent)
        } else if let intent = AnswerIntent(rawValue: name) {
            self = .answer(intent)
        } else {
            return nil
        }
    }

    /// The name in the sentences, the timeline and the log.
    package var name: String {
        switch self {
        case .house(let intent): intent.rawValue
        case .clock(let intent): intent.rawValue
        case .timer(let intent): intent.rawValue
        case .help(let intent): intent.rawValue
        case .answer(let intent): intent.rawValue
        }
    }
}

/// What the devices of the home are asked.
package enum HouseIntent: String, Sendable, CaseIterable {
    case turnOn = "TurnOn"
    case turnOff = "TurnOff"
    case setBrightness = "SetBrightness"
    case brighten = "Brighten"
    case dim = "Dim"
    case setColour = "SetColour"
    case openCover = "OpenCover"
    case closeCover = "CloseCover"
    case setPosition = "SetPosition"
    case setTemperature = "SetTemperature"
    case warmer = "Warmer"
    case cooler = "Cooler"
    case getTemperature = "GetTemperature"
    case getHumidity = "GetHumidity"
    case getState = "GetState"
}

/// What the clock is asked.
package enum ClockIntent: String, Sendable, CaseIterable {
    case getTime = "GetTime"
    case getDate = "GetDate"
    case getDay = "GetDay"
}

/// What timers are asked. `Stop` and `Thanks` end a ringing, or else nothing at all.
package enum TimerIntent: String, Sendable, CaseIterable {
    case setTimer = "SetTimer"
    case timerLeft = "TimerLeft"
    case cancelTimer = "CancelTimer"
    case stop = "Stop"
    case thanks = "Thanks"
}

/// What is asked about the home and the hub themselves.
package enum HelpIntent: String, Sendable, CaseIterable {
    case help = "Help"
    case listDevices = "ListDevices"
    case listRooms = "ListRooms"
    /// The wake word before this one was none.
    case falseWake = "FalseWake"
}

/// What only makes sense after a question of the hub's.
package enum AnswerIntent: String, Sendable, CaseIterable {
    case yes = "Yes"
    case no = "No"
    case choose = "Choose"
    case chooseLength = "ChooseLength"
}
