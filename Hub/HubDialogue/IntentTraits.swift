import HubAnswers

/// What a dialogue has to know of an intent beyond its sentences.
struct IntentTraits {
    /// What the intent is about.
    enum Subject: Equatable {
        /// Changes devices of these domains; of any domain if there are none.
        case devices([String])
        /// Asks about devices of these domains.
        case question([String])
        /// Neither: time, timers, lists, talk.
        case other
    }

    var subject: Subject
    /// One of these slots must be there before the intent can be carried out; empty if none is needed.
    var needs: [String]
    /// What is asked for when none of them is there.
    var question: Phrase

    /// The traits of an intent, with those of an unknown one for skills of one's own.
    init(of intent: String) {
        switch intent {
        case "HassTurnOn", "HassTurnOff": self.init(.devices([]))
        case "HassLightSet":
            self.init(.devices(["light"]), needs: ["brightness", "color", "temperature"], .askBrightness)
        case "HassSetPosition": self.init(.devices(["cover", "valve"]), needs: ["position"], .askPosition)
        case "HassClimateSetTemperature":
            self.init(.devices(["climate", "water_heater"]), needs: ["temperature"], .askTemperature)
        case "HassFanSetSpeed": self.init(.devices(["fan"]), needs: ["percentage"], .askPercentage)
        case "HassSetVolume": self.init(.devices(["media_player"]), needs: ["volume_level"], .askPercentage)
        case "HassSetVolumeRelative", "HassMediaPause", "HassMediaUnpause", "HassMediaNext",
            "HassMediaPrevious",
            "HassMediaPlayerMute", "HassMediaPlayerUnmute":
            self.init(.devices(["media_player"]))
        case "HassMediaSearchAndPlay":
            self.init(.devices(["media_player"]), needs: ["search_query"], .askMedia)
        case "HassVacuumStart", "HassVacuumReturnToBase", "HassVacuumCleanArea":
            self.init(.devices(["vacuum"]))
        case "HassLawnMowerStartMowing", "HassLawnMowerDock": self.init(.devices(["lawn_mower"]))
        case "HassGetState": self.init(.question([]))
        case "HassClimateGetTemperature": self.init(.question(["climate"]))
        case "HassGetWeather": self.init(.question(["weather"]))
        case "HassStartTimer": self.init(.other, needs: ["hours", "minutes", "seconds"], .askDuration)
        case "HassShoppingListAddItem", "HassListAddItem": self.init(.other, needs: ["item"], .askItem)
        case "HassBroadcast": self.init(.other, needs: ["message"], .askMessage)
        default: self.init(.other)
        }
    }

    private init(_ subject: Subject, needs: [String] = [], _ question: Phrase = .askAgain) {
        (self.subject, self.needs, self.question) = (subject, needs, question)
    }

    /// Whether something that it needs was said. Every other intent is complete.
    func isComplete(_ reading: Reading) -> Bool {
        needs.isEmpty || needs.contains { reading.slot($0) != nil }
    }

    /// Whether the intent changes devices.
    var changesDevices: Bool { if case .devices = subject { true } else { false } }

    /// Domains where a mistake costs more than a repeated sentence: doors, heat, water, alarms.
    static let guardedDomains: Set<String> = [
        "alarm_control_panel", "climate", "cover", "humidifier", "lock", "siren", "valve", "water_heater",
    ]
}

extension Reading {
    /// Whether carrying it out by mistake could harm: decided before the devices are known, so by intent and domain.
    func isGuarded(devices: [DialogueHome.Entity]) -> Bool {
        let traits = IntentTraits(of: intent)
        guard case .devices(let domains) = traits.subject else { return false }
        let said = slot("domain").map { [$0.words] } ?? []
        return (domains + said + devices.map(\.domain)).contains { IntentTraits.guardedDomains.contains($0) }
    }
}
