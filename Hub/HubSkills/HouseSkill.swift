import HubUnderstanding
import LoqaBase

/// Lights, switches, covers and climate: changes them and tells how they are.
///
/// A command acts in the room it names; without one, in the relay's own room; in the whole house only if the
/// talker says so. What is not known is asked about and nothing is changed.
enum HouseSkill: Skill {
    /// Percent that "brighter" and "darker" change.
    static let brightnessStep = 20
    /// Percent below which "darker" does not go; "off" does.
    static let brightnessFloor = 5

    static func answer(_ intent: HouseIntent, _ request: Request, in house: inout House) -> Reply {
        switch intent {
        case .getTemperature: return measure(.temperature, request, in: house)
        case .getHumidity: return measure(.humidity, request, in: house)
        case .getState: return tellState(request, in: house)
        case .turnOn, .turnOff, .setBrightness, .brighten, .dim, .setColour, .openCover, .closeCover,
            .setPosition, .setTemperature, .warmer, .cooler:
            switch select(for: intent, request, in: house.home) {
            case .ask(let reply): return reply
            case .found(let target): return change(target, intent, request, in: &house)
            }
        }
    }

    /// What one device would do.
    private enum Outcome {
        case state(DeviceState)
        /// It lacks the ability; the text completes "The floor lamp ...".
        case cannot(String)
    }

    /// Changes the devices of `target` and no others.
    static func change(
        _ target: Target, _ intent: HouseIntent, _ request: Request, in house: inout House
    ) -> Reply {
        var able: [(device: Device, before: DeviceState, after: DeviceState)] = []
        var reasons: [String] = []
        for device in target.devices {
            let before = house.state[device]
            switch outcome(of: intent, request.match, on: device, in: before) {
            case .state(let after): able.append((device, before, after))
            case .cannot(let reason): reasons.append(reason)
            }
        }
        guard !able.isEmpty else {
            let subject = target.subject(in: house.home)
            return Reply(
                .asked, answer: Wording.sentence("\(subject.text) \(reasons.first ?? "cannot do that")"))
        }
        var changes: [HouseChange] = []
        for (device, before, after) in able where before != after {
            house.state.devices[device.id] = after
            let name = Wording.device(device, in: house.home)
            changes.append(
                HouseChange(device: device.id, room: device.room, name: name, from: before, to: after))
        }
        let subject = target.keeping(able.map(\.device)).subject(in: house.home)
        let phrase = report(able.map { ($0.device, $0.after) }, for: intent)
        let already = changes.isEmpty ? "already " : ""
        let answer = Wording.sentence(
            "\(subject.text) \(subject.isPlural ? "are" : "is") \(already)\(phrase)")
        return Reply(.yes, answer: answer, changes: changes)
    }

    private static func outcome(
        of intent: HouseIntent, _ match: Match, on device: Device, in state: DeviceState
    ) -> Outcome {
        switch state {
        case .light(let isOn, let brightness, let colour):
            lightOutcome(of: intent, match, device, (isOn, brightness, colour))
        case .outlet: switched(intent) { .outlet(isOn: $0) }
        case .cover: coverOutcome(of: intent, match)
        case .climate(let isOn, let target, let measured):
            climateOutcome(of: intent, match, device, (isOn, target, measured))
        case .temperature, .humidity, .contact: .cannot("can only be read")
        }
    }

    private static func switched(_ intent: HouseIntent, _ state: (Bool) -> DeviceState) -> Outcome {
        switch intent {
        case .turnOn: .state(state(true))
        case .turnOff: .state(state(false))
        case .setBrightness, .brighten, .dim, .setColour, .openCover, .closeCover, .setPosition,
            .setTemperature, .warmer, .cooler, .getTemperature, .getHumidity, .getState:
            .cannot("can only be turned on and off")
        }
    }

    private static func lightOutcome(
        of intent: HouseIntent, _ match: Match, _ device: Device,
        _ light: (isOn: Bool, brightness: Int, colour: String?)
    ) -> Outcome {
        guard case .light(let isDimmable, let hasColour) = device.kind else {
            return .cannot("cannot be dimmed")
        }
        func at(_ brightness: Int) -> Outcome {
            guard isDimmable else { return .cannot("cannot be dimmed") }
            return .state(.light(isOn: true, brightness: min(max(brightness, 1), 100), colour: light.colour))
        }
        func state(_ isOn: Bool) -> DeviceState {
            .light(isOn: isOn, brightness: light.brightness, colour: light.colour)
        }
        let step = match.number("percent") ?? brightnessStep
        switch intent {
        case .setBrightness:
            guard let percent = match.number("percent"), percent > 0 else {
                return switched(.turnOff, state)
            }
            return at(percent)
        case .brighten: return at(light.isOn ? light.brightness + step : light.brightness)
        case .dim:
            // An off light is as dark as it gets: say so, and leave it off.
            guard light.isOn || !isDimmable else { return switched(.turnOff, state) }
            return at(max(light.brightness - step, min(light.brightness, brightnessFloor)))
        case .setColour:
            guard hasColour else { return .cannot("cannot change colour") }
            return .state(.light(isOn: true, brightness: light.brightness, colour: match.text("colour")))
        case .turnOn, .turnOff, .openCover, .closeCover, .setPosition, .setTemperature, .warmer, .cooler,
            .getTemperature, .getHumidity, .getState:
            return switched(intent, state)
        }
    }

    private static func coverOutcome(of intent: HouseIntent, _ match: Match) -> Outcome {
        switch intent {
        case .openCover: .state(.cover(position: 100))
        case .closeCover: .state(.cover(position: 0))
        case .setPosition: .state(.cover(position: min(max(match.number("percent") ?? 50, 0), 100)))
        case .turnOn, .turnOff, .setBrightness, .brighten, .dim, .setColour, .setTemperature, .warmer,
            .cooler,
            .getTemperature, .getHumidity, .getState:
            .cannot("can only be opened and closed")
        }
    }

    private static func climateOutcome(
        of intent: HouseIntent, _ match: Match, _ device: Device,
        _ climate: (isOn: Bool, target: Temperature, measured: Temperature?)
    ) -> Outcome {
        guard case .climate(let range) = device.kind else { return .cannot("cannot be heated") }
        let low = Temperature(degrees: range.lowerBound)
        let high = Temperature(degrees: range.upperBound)
        let step = (match.number("degrees") ?? 1) * 10
        func heats(to tenths: Int) -> Outcome {
            let target = min(max(Temperature(tenths: tenths), low), high)
            return .state(.climate(isOn: true, target: target, measured: climate.measured))
        }
        switch intent {
        case .setTemperature:
            guard let degrees = match.number("degrees") else {
                return .cannot("cannot be set without a number of degrees")
            }
            let wanted = Temperature(tenths: degrees * 10 + (match["half"] == nil ? 0 : 5))
            guard wanted >= low, wanted <= high else {
                return .cannot("can be set from \(low) to \(high) degrees")
            }
            return heats(to: wanted.tenths)
        case .warmer: return heats(to: climate.target.tenths + step)
        case .cooler: return heats(to: climate.target.tenths - step)
        case .turnOn, .turnOff, .setBrightness, .brighten, .dim, .setColour, .openCover, .closeCover,
            .setPosition, .getTemperature, .getHumidity, .getState:
            return switched(intent) { .climate(isOn: $0, target: climate.target, measured: climate.measured) }
        }
    }

    /// What is said of the new states: "on", "at 40 percent", "set to 21 degrees".
    private static func report(_ states: [(device: Device, state: DeviceState)], for intent: HouseIntent)
        -> String
    {
        var phrases: [String] = []
        for (_, state) in states {
            let phrase = phrase(for: state, after: intent)
            if !phrases.contains(phrase) { phrases.append(phrase) }
        }
        if phrases.count == 1 { return phrases[0] }
        switch intent {
        case .brighten: return "brighter now"
        case .dim: return "darker now"
        case .warmer: return "set warmer"
        case .cooler: return "set cooler"
        case .turnOn, .turnOff, .setBrightness, .setColour, .openCover, .closeCover, .setPosition,
            .setTemperature, .getTemperature, .getHumidity, .getState:
            return Wording.list(phrases)
        }
    }

    private static func phrase(for state: DeviceState, after intent: HouseIntent) -> String {
        switch state {
        case .light(false, _, _), .outlet(false), .climate(false, _, _): return "off"
        case .outlet(true): return "on"
        case .light(true, let brightness, let colour):
            if intent == .turnOn { return "on" }
            return intent == .setColour ? colour ?? "on" : "at \(brightness) percent"
        case .climate(true, let target, _): return intent == .turnOn ? "on" : "set to \(target) degrees"
        case .cover(0): return "closed"
        case .cover(100): return "open"
        case .cover(let position): return "\(position) percent open"
        case .temperature, .humidity, .contact: return state.description
        }
    }
}
