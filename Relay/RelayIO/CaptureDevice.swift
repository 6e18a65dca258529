import CALSA
import Glibc
import LoqaSystem

/// A microphone array, open and running.
///
/// One thread at a time. Reading allocates nothing.
package struct CaptureDevice: ~Copyable {
    /// What ``read(into:waiting:)`` found.
    package enum Outcome: Sendable, Equatable {
        /// One period stands in the room; when its last frame was captured, in ns of the monotonic clock.
        case period(capturedNanoseconds: Int64)
        /// Nothing within the wait.
        case nothing
        /// The device overran and was started again: sound between the last period and the next is lost.
        case restarted
    }

    private let handle: PCMHandle
    /// Times the device overran since it was opened.
    package private(set) var xrunCount = 0

    /// Opens and starts the device.
    package init(_ settings: SoundDeviceSettings) throws(SoundDeviceError) {
        handle = try PCMHandle(settings, .capture)
    }

    /// Waits for one period of interleaved frames and reads it.
    ///
    /// - Parameters:
    ///   - frames: Room for exactly one period of all channels.
    ///   - milliseconds: How long to wait at most, 1...1000.
    /// - Throws: when the device is gone or refuses; close it then.
    package mutating func read(
        into frames: inout MutableSpan<Int16>, waiting milliseconds: Int32 = 100
    ) throws(SoundDeviceError) -> Outcome {
        precondition(frames.count == handle.settings.periodSampleCount, "not one period")
        let period = SoundDeviceSettings.periodFrameCount
        var available = snd_pcm_avail_update(handle.pcm)
        if available >= 0, available < period {
            let waited = snd_pcm_wait(handle.pcm, milliseconds)
            guard waited >= 0 else { return try restart(waited) }
            available = snd_pcm_avail_update(handle.pcm)
        }
        guard available >= 0 else { return try restart(Int32(available)) }
        guard available >= period else {
            if snd_pcm_state(handle.pcm) == SND_PCM_STATE_DISCONNECTED { throw handle.error(.read, -ENODEV) }
            return .nothing
        }
        let read = frames.withUnsafeMutableBufferPointer {
            snd_pcm_readi(handle.pcm, $0.baseAddress, snd_pcm_uframes_t(period))
        }
        guard read >= 0 else { return try restart(Int32(read)) }
        guard read == period else { throw handle.error(.read, -EIO) }
        let waiting = Int64(available - period) * 1_000_000_000 / Int64(SoundDeviceSettings.rate)
        return .period(capturedNanoseconds: MonotonicClock.nanoseconds - waiting)
    }

    private mutating func restart(_ code: Int32) throws(SoundDeviceError) -> Outcome {
        if code == -EINTR || code == -EAGAIN { return .nothing }
        try handle.recover(.read, code)
        xrunCount += 1
        let started = snd_pcm_start(handle.pcm)
        guard started >= 0 else { throw handle.error(.start, started) }
        return .restarted
    }
}
