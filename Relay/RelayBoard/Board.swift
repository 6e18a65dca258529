package import RelayAudio
package import RelayRing

/// One kind of relay hardware, as its board.json describes it.
package struct Board: Sendable, Equatable {
    /// Short name: small letters, digits and hyphens; the folder's name.
    package var name: String
    /// What a person calls it.
    package var title: String
    /// ALSA's name of the microphones; nil leaves it to the relay's settings.
    package var captureDevice: String?
    /// ALSA's name of the loudspeaker; nil leaves it to the relay's settings.
    package var playbackDevice: String?
    /// Channels of the playback device, 1...32.
    package var playbackChannelCount: Int
    /// What the front end does with the microphones.
    package var frontEnd: FrontEndSettings
    /// Its lights; nil if it has none that Loqa drives.
    package var ring: BoardRing?

    package init(
        name: String, title: String, captureDevice: String? = nil, playbackDevice: String? = nil,
        playbackChannelCount: Int = 1, frontEnd: FrontEndSettings, ring: BoardRing? = nil
    ) {
        (self.name, self.title, self.frontEnd) = (name, title, frontEnd)
        (self.captureDevice, self.playbackDevice) = (captureDevice, playbackDevice)
        (self.playbackChannelCount, self.ring) = (playbackChannelCount, ring)
    }
}

/// The lights of a board: how they are told, where they stand, what they may draw.
package struct BoardRing: Sendable, Equatable {
    /// How the lamps are told their colours.
    package var code: PixelCode
    /// Path of the SPI device.
    package var device: String
    /// Azimuths in the same degrees as the microphones' directions.
    package var lamps: RingLamps
    package var supply: RingSupply
    /// GPIO line that must be high for the lamps to have power; nil if they always have.
    package var powerLine: Int?

    package init(
        code: PixelCode, device: String, lamps: RingLamps, supply: RingSupply, powerLine: Int? = nil
    ) {
        (self.code, self.device, self.lamps) = (code, device, lamps)
        (self.supply, self.powerLine) = (supply, powerLine)
    }
}

/// Everything that is wrong with a board's file, not only the first thing.
package struct BoardError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for each problem: where in the file, what it is.
    package var problems: [String]
    package var path: String

    package init(_ path: String, _ problems: [String]) { (self.path, self.problems) = (path, problems) }

    package var description: String { problems.map { "\(path): \($0)" }.joined(separator: "\n") }
}
