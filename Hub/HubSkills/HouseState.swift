package import LoqaBase

/// A temperature in tenths of a degree Celsius.
package struct Temperature: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Tenths of a degree Celsius.
    package var tenths: Int
    package init(tenths: Int) { self.tenths = tenths }
    package init(degrees: Int) { tenths = degrees * 10 }
    package static func < (left: Temperature, right: Temperature) -> Bool { left.tenths < right.tenths }

    /// "21" or "21.5".
    package var description: String {
        let sign = tenths < 0 ? "-" : ""
        let whole = "\(sign)\(tenths.magnitude / 10)"
        return tenths % 10 == 0 ? whole : "\(whole).\(tenths.magnitude % 10)"
    }
}

/// What a device is doing.
package enum DeviceState: Sendable, Equatable {
    /// `brightness` in 1...100 % is kept while the light is off. `colour` is a word, nil if it has none.
    case light(isOn: Bool, brightness: Int, colour: String?)
    case outlet(isOn: Bool)
    /// `position` in 0...100 %, 100 is open.
    case cover(position: Int)
    case climate(isOn: Bool, target: Temperature, measured: Temperature?)
    case temperature(Temperature)
    /// Relative humidity in 0...100 %.
    case humidity(Int)
    /// A door or window.
    case contact(isOpen: Bool)

    /// How a new device starts.
    static func usual(for kind: DeviceKind) -> DeviceState {
        switch kind {
        case .light(_, let colour): .light(isOn: false, brightness: 100, colour: colour ? "white" : nil)
        case .outlet: .outlet(isOn: false)
        case .cover: .cover(position: 0)
        case .climate(let range):
            .climate(
                isOn: false, target: Temperature(degrees: min(max(20, range.lowerBound), range.upperBound)),
                measured: nil)
        case .sensor: .contact(isOpen: false)
        }
    }

    /// Whether a device of `kind` can be in this state. A saved state may be older than the home file.
    package func fits(_ kind: DeviceKind) -> Bool {
        switch (self, kind) {
        case (.light(_, let brightness, let colour), .light(_, let hasColour)):
            (1...100).contains(brightness) && (colour == nil || hasColour)
        case (.outlet, .outlet): true
        case (.cover(let position), .cover): (0...100).contains(position)
        case (.climate(_, let target, _), .climate(let range)):
            target >= Temperature(degrees: range.lowerBound)
                && target <= Temperature(degrees: range.upperBound)
        case (.temperature, .sensor), (.humidity, .sensor), (.contact, .sensor): true
        case (.light, _), (.outlet, _), (.cover, _), (.climate, _), (.temperature, _), (.humidity, _),
            (.contact, _):
            false
        }
    }

    /// Whether it is on, for what can be; nil for covers and sensors.
    package var isOn: Bool? {
        switch self {
        case .light(let isOn, _, _), .outlet(let isOn), .climate(let isOn, _, _): isOn
        case .cover, .temperature, .humidity, .contact: nil
        }
    }

    /// Whether it is open, for what can be.
    package var isOpen: Bool? {
        switch self {
        case .cover(let position): position > 0
        case .contact(let isOpen): isOpen
        case .light, .outlet, .climate, .temperature, .humidity: nil
        }
    }

    /// The room temperature it measures.
    package var measured: Temperature? {
        switch self {
        case .climate(_, _, let measured): measured
        case .temperature(let measured): measured
        case .light, .outlet, .cover, .humidity, .contact: nil
        }
    }
}

/// Readable text for the timeline and the log: "on, 40 %", "closed", "heats to 21 °C".
extension DeviceState: CustomStringConvertible {
    package var description: String {
        switch self {
        case .light(true, let brightness, let colour):
            (["on"] + (brightness < 100 ? ["\(brightness) %"] : []) + (colour.map { [$0] } ?? []))
                .joined(separator: ", ")
        case .outlet(true): "on"
        case .light(false, _, _), .outlet(false): "off"
        case .cover(0): "closed"
        case .cover(100): "open"
        case .cover(let position): "\(position) % open"
        case .climate(let isOn, let target, _): "\(isOn ? "on" : "off"), \(target) °C"
        case .temperature(let measured): "\(measured) °C"
        case .humidity(let percent): "\(percent) %"
        case .contact(let isOpen): isOpen ? "open" : "closed"
        }
    }
}

/// A timer that runs or rings.
package struct HouseTimer: Sendable, Equatable {
    /// Unique among the timers of the home; also the number of its ringing.
    package var id: UInt32
    /// What the talker called it, as spoken: "pasta".
    package var name: String?
    package var length: Duration
    /// Where it was set and will ring.
    package var room: RoomID
    /// The relay it was set at; nil after a restart of the hub, which numbers its relays anew.
    package var relay: RelayID?
    /// When it ends, in milliseconds since 1970: survives a restart of the hub.
    package var endsAtMilliseconds: Int64
    /// When it ends on the hub's clock. ``Assistant`` works it out anew after a restart.
    package var deadline: HubInstant
    /// When its ringing began; nil while it runs.
    package var ringingSince: HubInstant?

    package init(
        id: UInt32, name: String?, length: Duration, room: RoomID, relay: RelayID?, endsAtMilliseconds: Int64,
        deadline: HubInstant = .origin
    ) {
        (self.id, self.name, self.length, self.room, self.relay) = (id, name, length, room, relay)
        (self.endsAtMilliseconds, self.deadline) = (endsAtMilliseconds, deadline)
    }
}

/// What changes in a home: its devices and its timers. Saved after each change.
package struct HouseState: Sendable, Equatable {
    /// Devices missing here are in their initial state.
    package var devices: [DeviceID: DeviceState] = [:]
    /// At most ``TimerLimits/countMax``.
    package var timers: [HouseTimer] = []

    package init() {}

    /// The state of `device`: the saved one if it fits, else its initial one.
    package subscript(device: Device) -> DeviceState {
        guard let state = devices[device.id], state.fits(device.kind) else { return device.initial }
        return state
    }
}
