import CALSA
import Glibc

/// A loudspeaker, open. It starts by itself when two periods wait in it.
///
/// One thread at a time. Writing allocates nothing.
package struct PlaybackDevice: ~Copyable {
    /// What became of ``write(_:waiting:)``.
    package enum Outcome: Sendable, Equatable {
        /// The period waits to be played.
        case written
        /// No room within the wait; nothing was written.
        case full
    }

    private let handle: PCMHandle
    /// Times the device ran dry since it was opened, ends asked for not counted.
    package private(set) var xrunCount = 0

    /// Opens the device; it stays silent until something is written.
    package init(_ settings: SoundDeviceSettings) throws(SoundDeviceError) {
        handle = try PCMHandle(settings, .playback)
    }

    /// Writes one period of interleaved frames, waiting for room. After the device ran dry it starts again with
    /// this period.
    ///
    /// - Parameters:
    ///   - frames: Exactly one period of all channels.
    ///   - milliseconds: How long to wait for room at most, 1...1000.
    /// - Throws: when the device is gone or refuses; close it then.
    package mutating func write(
        _ frames: Span<Int16>, waiting milliseconds: Int32 = 100
    ) throws(SoundDeviceError) -> Outcome {
        precondition(frames.count == handle.settings.periodSampleCount, "not one period")
        guard try waitForRoom(milliseconds) else { return .full }
        var written = writeNow(frames)
        if written == -EPIPE || written == -ESTRPIPE {
            try recover(Int32(written))
            written = writeNow(frames)
        }
        if written == -EAGAIN || written == -EINTR { return .full }
        guard written >= 0 else { throw handle.error(.write, Int32(written)) }
        // Room for a whole period was there, so a part is a fault of the driver.
        guard written == SoundDeviceSettings.periodFrameCount else { throw handle.error(.write, -EIO) }
        return .written
    }

    /// Waits until one period fits. False if the wait ended first.
    private mutating func waitForRoom(_ milliseconds: Int32) throws(SoundDeviceError) -> Bool {
        let period = SoundDeviceSettings.periodFrameCount
        var room = snd_pcm_avail_update(handle.pcm)
        if room >= 0, room < period {
            let waited = snd_pcm_wait(handle.pcm, milliseconds)
            room = waited < 0 ? Int(waited) : snd_pcm_avail_update(handle.pcm)
        }
        if room == -EINTR || room == -EAGAIN { return false }
        if room < 0 {
            try recover(Int32(room))
            return true
        }
        try checkConnected()
        return room >= period
    }

    private mutating func recover(_ code: Int32) throws(SoundDeviceError) {
        try handle.recover(.write, code)
        xrunCount += 1
    }

    private func writeNow(_ frames: Span<Int16>) -> Int {
        frames.withUnsafeBufferPointer {
            snd_pcm_writei(
                handle.pcm, $0.baseAddress, snd_pcm_uframes_t(SoundDeviceSettings.periodFrameCount))
        }
    }

    /// Frames written and not yet audible; 0 while nothing plays.
    package func delayFrameCount() -> Int {
        var delay: snd_pcm_sframes_t = 0
        guard snd_pcm_delay(handle.pcm, &delay) >= 0 else { return 0 }
        // A device that just ran dry still tells the delay it had before.
        return snd_pcm_state(handle.pcm) == SND_PCM_STATE_XRUN ? 0 : max(delay, 0)
    }

    /// - Throws: `.unplugged` if the device has gone. An idle device tells nobody unless asked.
    package func checkConnected() throws(SoundDeviceError) {
        let code = snd_pcm_avail_update(handle.pcm)
        if code == -ENODEV || snd_pcm_state(handle.pcm) == SND_PCM_STATE_DISCONNECTED {
            throw handle.error(.write, -ENODEV)
        }
    }

    /// Plays what was written to its end. True once done and ready for the next sound; false while it still plays:
    /// call again after a few milliseconds.
    package func drain() throws(SoundDeviceError) -> Bool {
        let code = snd_pcm_drain(handle.pcm)
        if code == -EAGAIN || code == -EINTR {
            try checkConnected()
            return false
        }
        if code < 0, code != -EPIPE { throw handle.error(.drain, code) }
        try prepare()
        return true
    }

    /// Falls silent at once, what was written is lost, and gets ready for the next sound.
    package func drop() throws(SoundDeviceError) {
        let code = snd_pcm_drop(handle.pcm)
        guard code >= 0 else { throw handle.error(.drain, code) }
        try prepare()
    }

    private func prepare() throws(SoundDeviceError) {
        let code = snd_pcm_prepare(handle.pcm)
        guard code >= 0 else { throw handle.error(.start, code) }
    }
}
