import HubSkills
import HubUnderstanding
import LoqaBase

/// The home that the tests talk to; the same rooms as `tools/demo-home.yaml`.
enum DemoHome {
    static let home = Home(
        name: "Demo house",
        rooms: [
            Room(
                name: "kitchen", floor: "downstairs",
                devices: [
                    device("kitchen", "ceiling lights", .light(dimmable: true, colour: false)),
                    device("kitchen", "coffee maker", .outlet, ["coffee machine"]),
                    device("kitchen", "blinds", .cover),
                ]),
            Room(
                name: "living room", aliases: ["lounge"], floor: "downstairs",
                devices: [
                    device("living room", "main lights", .light(dimmable: true, colour: true)),
                    device("living room", "floor lamp", .light(dimmable: false, colour: false), ["lamp"]),
                    device(
                        "living room", "heating", .climate(range: 5...28), ["radiator"],
                        .climate(
                            isOn: true, target: Temperature(degrees: 21), measured: Temperature(tenths: 205))),
                    device("living room", "curtains", .cover, [], .cover(position: 100)),
                ]),
            Room(
                name: "bedroom", floor: "upstairs",
                devices: [
                    device("bedroom", "ceiling lights", .light(dimmable: true, colour: false)),
                    device("bedroom", "reading lamp", .light(dimmable: true, colour: false), ["lamp"]),
                    device(
                        "bedroom", "heater", .climate(range: 5...25), [],
                        .climate(
                            isOn: false, target: Temperature(degrees: 18), measured: Temperature(degrees: 19))
                    ),
                ]),
            Room(
                name: "hallway", aliases: ["corridor"], floor: "downstairs",
                devices: [
                    device("hallway", "front door", .sensor, [], .contact(isOpen: false)),
                    device("hallway", "wall light", .light(dimmable: false, colour: false)),
                ]),
        ])

    private static func device(
        _ room: String, _ name: String, _ kind: DeviceKind, _ aliases: [String] = [],
        _ initial: DeviceState? = nil
    ) -> Device {
        Device(room: RoomID(room), name: name, aliases: aliases, kind: kind, initial: initial)
    }

    /// Tuesday, 24 November 2026, 7:20 in the evening, `seconds` later.
    static func moment(_ seconds: Int = 0) -> Moment {
        let minutes = 19 * 60 + 20 + seconds / 60
        return Moment(
            instant: .origin + .seconds(1_000 + seconds),
            wallMilliseconds: 1_795_548_000_000 + Int64(seconds) * 1_000,
            civil: CivilTime(
                year: 2026, month: 11, day: 24, weekday: 2, hour: (minutes / 60 + 24_000) % 24,
                minute: (minutes % 60 + 60) % 60))
    }

    /// An assistant with nothing changed yet.
    static func assistant() throws -> Assistant { try fresh.get() }

    /// Compiled once: a copy is as good as a new one.
    private static let fresh = Result { try assistant(home) }

    /// An assistant started with a saved state.
    static func assistant(state: HouseState, at now: Int) throws -> Assistant {
        try assistant(home, state: state, at: now)
    }

    /// An assistant in another home, or started with a saved state.
    static func assistant(_ home: Home, state: HouseState = HouseState(), at now: Int = 0) throws -> Assistant
    {
        try Assistant(home: home, state: state, wakePhrases: ["hey computer"], now: moment(now))
    }
}
