/// Why a channel map cannot be used. The descriptions are meant for the person who wrote it.
package enum ChannelMapError: Error, Sendable, Equatable, CustomStringConvertible {
    /// More or fewer channels than ``ChannelMap/channelCountMax`` allows.
    case channelCountOutOfRange(Int)
    /// No microphone, or more than ``ChannelMap/microphoneCountMax``.
    case microphoneCountOutOfRange(Int)
    /// A microphone on a channel that the device does not have.
    case noSuchChannel(Int, channelCount: Int)
    /// The same channel twice.
    case duplicate(Int)

    package var description: String {
        switch self {
        case .channelCountOutOfRange(let count):
            "\(count) channels; a device has 1 to \(ChannelMap.channelCountMax)"
        case .microphoneCountOutOfRange(let count):
            "\(count) microphones mapped; name 1 to \(ChannelMap.microphoneCountMax) channels"
        case .noSuchChannel(let channel, let count):
            "microphone on channel \(channel), but the channels are 0 to \(count - 1)"
        case .duplicate(let channel): "channel \(channel) is mapped twice"
        }
    }
}

/// Which channels of a device are microphones. Arrays also carry channels that are none (playback reference, empty slots),
/// so every board maps its own.
package struct ChannelMap: Sendable, Equatable {
    /// Channels that a device may have.
    package static let channelCountMax = 32
    /// Microphones that are used at most.
    package static let microphoneCountMax = 8

    /// Channels in one frame of the device.
    package let channelCount: Int
    /// The channels of the microphones, in the order of the array.
    package let microphones: [Int]

    /// - Parameters:
    ///   - channelCount: Channels of the device, 1...32.
    ///   - microphones: Their channels, from 0, each once; 1...8 of them.
    /// - Throws: ``ChannelMapError``.
    package init(channelCount: Int, microphones: [Int]) throws(ChannelMapError) {
        guard (1...Self.channelCountMax).contains(channelCount) else {
            throw .channelCountOutOfRange(channelCount)
        }
        guard (1...Self.microphoneCountMax).contains(microphones.count) else {
            throw .microphoneCountOutOfRange(microphones.count)
        }
        for (index, channel) in microphones.enumerated() {
            guard (0..<channelCount).contains(channel) else {
                throw .noSuchChannel(channel, channelCount: channelCount)
            }
            guard !microphones[..<index].contains(channel) else { throw .duplicate(channel) }
        }
        (self.channelCount, self.microphones) = (channelCount, microphones)
    }
}
