/// Why a sound device's settings cannot be used.
package enum SoundSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An empty name, one over 256 bytes or one that holds a zero byte.
    case badName
    /// Channels outside 1...32.
    case channelCountOutOfRange(Int)
    /// Buffered periods outside 3...50.
    case bufferPeriodsOutOfRange(Int)

    package var description: String {
        switch self {
        case .badName: "the device name is empty or longer than 256 bytes; \"arecord -L\" lists names"
        case .channelCountOutOfRange(let count): "\(count) channels; a device has 1 to 32"
        case .bufferPeriodsOutOfRange(let count): "\(count) buffered periods of 20 ms; use 3 to 50"
        }
    }
}

/// One direction of a sound device, checked. Samples are 16-bit, 16 kHz, moved in periods of 20 ms.
package struct SoundDeviceSettings: Sendable, Equatable {
    /// Frames a second. Devices that offer another rate are reached through ALSA's own converter ("plughw:...").
    package static let rate = 16_000
    /// Frames moved at once: 20 ms.
    package static let periodFrameCount = 320

    /// ALSA's name of the device, as `arecord -L` lists it: "default", "plughw:CARD=seeed,DEV=0".
    package let name: String
    package let channelCount: Int
    /// The device's buffer in periods. Capture: the longest stall survived. Playback: the delay once it is full.
    package let bufferPeriods: Int

    /// - Throws: ``SoundSettingsError`` for the first value out of range.
    package init(name: String, channelCount: Int, bufferPeriods: Int) throws(SoundSettingsError) {
        guard (1...256).contains(name.utf8.count), !name.utf8.contains(0) else { throw .badName }
        guard (1...32).contains(channelCount) else { throw .channelCountOutOfRange(channelCount) }
        guard (3...50).contains(bufferPeriods) else { throw .bufferPeriodsOutOfRange(bufferPeriods) }
        (self.name, self.channelCount, self.bufferPeriods) = (name, channelCount, bufferPeriods)
    }

    /// Samples in one period of all channels.
    var periodSampleCount: Int { Self.periodFrameCount * channelCount }
}

/// Which way sound goes through a device.
package enum SoundDirection: UInt8, Sendable, Equatable {
    case capture = 0
    case playback = 1
}
