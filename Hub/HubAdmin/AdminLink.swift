/// The link of one connected relay, as the hub measures it or the relay reports it. Up is from the relay to the hub.
package struct AdminLink: Sendable, Equatable, Codable {
    /// The relay's name.
    package var relay: String
    package var path: Path
    /// Of the latest probe; nil before the first.
    package var roundTripMicroseconds: UInt32?
    /// How long ago the latest probe came; nil before the first.
    package var probeAgeMilliseconds: Int64?
    package var up: Direction
    package var down: Direction
    /// What the relay believes that its clock is ahead of the hub's; nil while it does not know.
    package var clockOffsetMicroseconds: Int64?
    /// How far off that may be; nil while unknown.
    package var clockBoundMicroseconds: UInt32?
    /// Packets that had been accepted before, or were too old to tell.
    package var replaysRefused: UInt64
    /// Packets that were not authentic.
    package var forgeriesRefused: UInt64
    /// How long the relay has been connected.
    package var ageSeconds: Int64

    /// Where media travels.
    package enum Path: String, Sendable, Codable, CaseIterable {
        case udp
        /// Within the control connection, because UDP is blocked.
        case tcp
    }

    /// One direction of the media.
    package struct Direction: Sendable, Equatable, Codable {
        /// Packets lost in a thousand, lately; 0...1,000.
        package var lossPermille: UInt16
        package var jitterMicroseconds: UInt32
        /// Authentic packets since the relay connected.
        package var packets: UInt64
        /// How often the key was changed.
        package var keyEpoch: UInt32

        package init(lossPermille: UInt16, jitterMicroseconds: UInt32, packets: UInt64, keyEpoch: UInt32) {
            (self.lossPermille, self.jitterMicroseconds) = (lossPermille, jitterMicroseconds)
            (self.packets, self.keyEpoch) = (packets, keyEpoch)
        }
    }

    package init(
        relay: String, path: Path, roundTripMicroseconds: UInt32?, probeAgeMilliseconds: Int64?,
        up: Direction,
        down: Direction, clockOffsetMicroseconds: Int64?, clockBoundMicroseconds: UInt32?,
        replaysRefused: UInt64, forgeriesRefused: UInt64, ageSeconds: Int64
    ) {
        (self.relay, self.path, self.roundTripMicroseconds) = (relay, path, roundTripMicroseconds)
        (self.probeAgeMilliseconds, self.up, self.down) = (probeAgeMilliseconds, up, down)
        (self.clockOffsetMicroseconds, self.clockBoundMicroseconds) =
            (clockOffsetMicroseconds, clockBoundMicroseconds)
        (self.replaysRefused, self.forgeriesRefused) = (replaysRefused, forgeriesRefused)
        self.ageSeconds = ageSeconds
    }
}
