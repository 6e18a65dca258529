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

/// Which channels of a device are microphones, and how they become one: the mean of all of them.
///
/// Arrays also carry channels that are none (playback reference, empty slots), so every board maps its own.
/// A value; real-time safe once made.
package struct ChannelMap: Sendable {
    /// Channels that a device may have.
    package static let channelCountMax = 32
    /// Microphones that are mixed at most.
    package static let microphoneCountMax = 8

    /// Channels in one frame of the device.
    package let channelCount: Int
    private let microphoneCount: Int
    private var microphones = InlineArray<8, Int>(repeating: 0)

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
        self.channelCount = channelCount
        microphoneCount = microphones.count
        for (index, channel) in microphones.enumerated() {
            guard (0..<channelCount).contains(channel) else {
                throw .noSuchChannel(channel, channelCount: channelCount)
            }
            guard !microphones[..<index].contains(channel) else { throw .duplicate(channel) }
            self.microphones[index] = channel
        }
    }

    /// Mixes frames down, rounding half away from zero. The mean cannot clip.
    ///
    /// - Precondition: `frames` has ``channelCount`` samples for each of `mono`.
    @_noAllocation @_noLocks
    package func mix(_ frames: Span<Int16>, into mono: inout MutableSpan<Int16>) {
        // Outside the check: it would capture the span, and that is counted.
        let isMatched = frames.count == mono.count * channelCount
        precondition(isMatched, "frames and mono differ in length")
        let half = microphoneCount / 2
        for frame in 0..<mono.count {
            var sum = 0
            for index in 0..<microphoneCount { sum += Int(frames[frame * channelCount + microphones[index]]) }
            mono[frame] = Int16((sum >= 0 ? sum + half : sum - half) / microphoneCount)
        }
    }
}
