import HubSkills
import LoqaBase

/// The version alone, read first: the rest may have another shape.
struct SavedVersion: Decodable {
    var version: Int
}

/// ``HouseState`` as it stands in the state file. Apart from it, so that one may change without the other.
struct SavedState: Codable {
    /// The year 9999, in milliseconds since 1970.
    private static let endsAtMax: Int64 = 253_402_300_799_000

    var version = StateFile.version
    var devices: [String: SavedDevice]
    var timers: [SavedTimer]

    struct SavedDevice: Codable {
        var on: Bool?
        var brightness: Int?
        var color: String?
        var position: Int?
        /// Tenths of a degree.
        var target: Int?
        /// Tenths of a degree.
        var temperature: Int?
        var humidity: Int?
        var open: Bool?
    }

    struct SavedTimer: Codable {
        var id: UInt32
        var name: String?
        var room: String
        var lengthMilliseconds: Int64
        /// Milliseconds since 1970.
        var endsAt: Int64
    }

    init(_ state: HouseState) {
        devices = [:]
        for (id, device) in state.devices { devices[id.value] = SavedDevice(device) }
        timers = state.timers.map { timer in
            SavedTimer(
                id: timer.id, name: timer.name, room: timer.room.value,
                lengthMilliseconds: timer.length.milliseconds, endsAt: timer.endsAtMilliseconds)
        }
    }

    /// What can be used of it: devices and timers with impossible values are left out.
    var state: HouseState {
        var state = HouseState()
        for (id, device) in devices.prefix(HomeFile.deviceCountMax) {
            if let known = device.state { state.devices[DeviceID(id)] = known }
        }
        var ids: Set<UInt32> = []
        for timer in timers.prefix(TimerLimits.countMax) {
            let length = Duration.milliseconds(
                min(max(timer.lengthMilliseconds, 0), TimerLimits.lengthMax.milliseconds))
            guard length > .zero, timer.id < UInt32.max, ids.insert(timer.id).inserted else { continue }
            state.timers.append(
                HouseTimer(
                    id: timer.id, name: timer.name.map { String($0.prefix(100)) },
                    length: length, room: RoomID(timer.room), relay: nil,
                    endsAtMilliseconds: min(max(timer.endsAt, 0), Self.endsAtMax)))
        }
        return state
    }
}

extension SavedState.SavedDevice {
    init(_ state: DeviceState) {
        switch state {
        case .light(let isOn, let brightness, let colour):
            (on, self.brightness, color) = (isOn, brightness, colour)
        case .outlet(let isOn): on = isOn
        case .cover(let position): self.position = position
        case .climate(let isOn, let target, let measured):
            (on, self.target, temperature) = (isOn, target.tenths, measured?.tenths)
        case .temperature(let measured): temperature = measured.tenths
        case .humidity(let percent): humidity = percent
        case .contact(let isOpen): open = isOpen
        }
    }

    /// Nil if the values fit no device.
    var state: DeviceState? {
        let degrees = -10_000...10_000
        if let brightness { return .light(isOn: on ?? false, brightness: brightness, colour: color) }
        if let position { return .cover(position: position) }
        if let target {
            guard degrees.contains(target), temperature.map(degrees.contains) ?? true else { return nil }
            return .climate(
                isOn: on ?? false, target: Temperature(tenths: target),
                measured: temperature.map(Temperature.init(tenths:)))
        }
        if let on { return .outlet(isOn: on) }
        if let temperature {
            return degrees.contains(temperature) ? .temperature(.init(tenths: temperature)) : nil
        }
        if let humidity { return (0...100).contains(humidity) ? .humidity(humidity) : nil }
        return open.map { .contact(isOpen: $0) }
    }
}
