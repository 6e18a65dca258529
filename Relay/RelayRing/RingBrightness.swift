/// How bright the ring is: by the clock, by the light of the room, and by what the board's supply bears.
package struct RingBrightness: Sendable, Hashable {
    /// Hours in which the ring is dimmed, in minutes of the day; the end may come before the start, over midnight.
    package struct QuietHours: Sendable, Hashable {
        /// First minute of the day, 0..<1440.
        package var from: Int
        /// Minute of the day after the last, 0..<1440.
        package var to: Int
        /// Brightness meanwhile, 0...1; 0 for dark, apart from scenes that must be seen.
        package var brightness: Float

        /// - Precondition: both times are in 0..<1440, `brightness` in 0...1.
        package init(from: Int, to: Int, brightness: Float) {
            precondition((0..<1_440).contains(from) && (0..<1_440).contains(to), "no minute of the day")
            precondition((0...1).contains(brightness), "brightness out of range")
            (self.from, self.to, self.brightness) = (from, to, brightness)
        }

        /// Whether a minute of the day is in them; never if both ends are the same.
        package func contains(_ minute: Int) -> Bool {
            from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
        }
    }

    /// Light of the room in lux at which the ring has its full brightness, and in the dark.
    private static let brightRoom: Float = 300
    private static let darkRoomShare: Float = 0.15
    /// What a scene that must be seen keeps of its light, whatever is set.
    package static let least: Float = 0.08

    /// By day, 0...1.
    package var normal: Float
    package var quiet: QuietHours?

    /// - Precondition: `normal` is in 0...1.
    package init(normal: Float = 0.6, quiet: QuietHours? = nil) {
        precondition((0...1).contains(normal), "brightness out of range")
        (self.normal, self.quiet) = (normal, quiet)
    }

    /// By what to multiply the light of a scene.
    ///
    /// - Parameters:
    ///   - minute: of the day, where the relay is; nil while its clock was not set.
    ///   - lux: light of the room; nil without a sensor.
    package func factor(for scene: RingScene, minute: Int?, lux: Float? = nil) -> Float {
        var factor = normal
        if let quiet, let minute, quiet.contains(minute) { factor = min(factor, quiet.brightness) }
        if let lux, lux.isFinite {
            let room = min(max(lux / Self.brightRoom, 0), 1)
            factor *= Self.darkRoomShare + (1 - Self.darkRoomShare) * room
        }
        return scene.mustBeSeen ? max(factor, Self.least) : factor
    }
}

/// What a ring may draw from the board's supply.
package struct RingSupply: Sendable, Hashable {
    /// Of one colour of one lamp at full power, mA.
    package var colourMilliamperes: Float
    /// Of all lamps together, mA.
    package var limitMilliamperes: Float

    /// - Precondition: both are above 0.
    package init(colourMilliamperes: Float = 20, limitMilliamperes: Float) {
        precondition(colourMilliamperes > 0 && limitMilliamperes > 0, "currents are above 0")
        (self.colourMilliamperes, self.limitMilliamperes) = (colourMilliamperes, limitMilliamperes)
    }

    /// Dims all lamps alike until they draw no more than the limit.
    package func limit(_ lights: inout [RingLight]) {
        let drawn = lights.reduce(0) { $0 + $1.sum() } * colourMilliamperes
        guard drawn > limitMilliamperes else { return }
        for index in lights.indices { lights[index] *= limitMilliamperes / drawn }
    }
}
