package import RelayAudio

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

    package init(
        name: String, title: String, captureDevice: String? = nil, playbackDevice: String? = nil,
        playbackChannelCount: Int = 1, frontEnd: FrontEndSettings
    ) {
        (self.name, self.title, self.frontEnd) = (name, title, frontEnd)
        (self.captureDevice, self.playbackDevice) = (captureDevice, playbackDevice)
        self.playbackChannelCount = playbackChannelCount
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
