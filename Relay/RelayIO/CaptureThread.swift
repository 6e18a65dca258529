import CALSA
package import LoqaSystem
package import RelayAudio
import Synchronization

/// Owns the microphones: moves their sound into a ``CaptureRing`` on a thread of its own and heals by itself.
///
/// Every block carries its position in a stream that also counts what was lost. After an overrun, or while the
/// device was away, the length of the gap is taken from the relay's clock (good to about a period); nothing is
/// filled in, the positions jump. The owner reads ``ring`` whenever its eventfd is readable and looks at
/// ``state()`` then too. Memory is taken at init only.
package final class CaptureThread: Sendable {
    /// What the owner reads, all channels of the device: the consumer's side of it.
    package let ring: CaptureRing
    private let settings: SoundDeviceSettings
    private let control: SoundThreadControl
    private let xruns = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let thread = Mutex<RealTimeThread?>(nil)
    /// Where the stream stood when the thread last ended. Touched at its start and end only.
    private let lastStream = Mutex(CaptureStream())

    /// - Parameter eventDescriptor: The owner's eventfd, written for each period and each change of state; stays the
    ///   owner's and must outlive the thread.
    package init(_ settings: SoundDeviceSettings, eventDescriptor: Int32) throws(SystemError) {
        self.settings = settings
        ring = CaptureRing(channelCount: settings.channelCount)
        control = try SoundThreadControl(settings, .capture, ownerDescriptor: eventDescriptor)
    }

    /// Whether the device works; any thread.
    package func state() -> SoundThreadState { control.state() }
    /// Times the device overran.
    package func xrunCount() -> Int { xruns.load(ordering: .relaxed) }
    /// Times the device failed or could not be opened.
    package func failureCount() -> Int { failures.load(ordering: .relaxed) }
    /// Frames that the device lost, by the clock; blocks that the ring refused are not among them.
    package func lostFrameCount() -> Int { lost.load(ordering: .relaxed) }

    /// Starts the thread. Owner only; once, or again after ``stop()``.
    ///
    /// - Returns: Whether it runs with real-time priority.
    /// - Throws: when the system has no room for a thread. A missing device is no error here but a state.
    package func start() throws(SystemError) -> Bool {
        control.start()
        let started = try RealTimeThread(name: "loqa-capture") { [self] in run() }
        thread.withLock { $0 = started }
        return started.isRealTime
    }

    /// Ends the thread and closes the device; within 100 ms. Does nothing if it does not run.
    package func stop() {
        control.stop()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private func run() {
        let frames = UnsafeMutableBufferPointer<Int16>.allocate(capacity: settings.periodSampleCount)
        frames.initialize(repeating: 0)
        defer { frames.deallocate() }
        // Positions go on where an earlier run left them: to its reader a stop is a gap like any other.
        var stream = lastStream.withLock { $0 }
        defer { lastStream.withLock { $0 = stream } }
        while !control.isStopping() {
            do throws(SoundDeviceError) {
                try capture(&stream, frames)
            } catch {
                failures.add(1, ordering: .relaxed)
                control.set(.failed(error))
                loqa_alsa_quiet_thread()
                control.sleep(milliseconds: SoundThreadControl.retryMilliseconds)
            }
        }
        control.set(.idle)
    }

    /// Moves sound until told to stop or the device fails.
    private func capture(
        _ stream: inout CaptureStream, _ frames: UnsafeMutableBufferPointer<Int16>
    ) throws(SoundDeviceError) {
        var device = try CaptureDevice(settings)
        control.set(.running)
        stream.isBroken = true
        var lastProgress = MonotonicClock.nanoseconds
        let opened = lastProgress
        var readNanoseconds: Int64 = 0
        var room = frames.mutableSpan
        while !control.isStopping() {
            switch try device.read(into: &room, waiting: 50) {
            case .period(let capturedNanoseconds):
                lastProgress = capturedNanoseconds
                // Its real-time priority would let an endless device starve everything else.
                readNanoseconds += 20_000_000
                guard readNanoseconds - (MonotonicClock.nanoseconds - opened) < unpacedNanoseconds else {
                    throw SoundDeviceError(settings: settings, direction: .capture, problem: .unpaced)
                }
                lost.add(Int(stream.place(capturedNanoseconds)), ordering: .relaxed)
                // A full ring counts what it refuses; the next position shows it.
                _ = ring.push(room.span, position: stream.position, nanoseconds: capturedNanoseconds)
                control.signalOwner()
            case .nothing:
                if MonotonicClock.nanoseconds - lastProgress > stallNanoseconds {
                    throw SoundDeviceError(settings: settings, direction: .capture, problem: .stalled)
                }
            case .restarted:
                xruns.add(1, ordering: .relaxed)
                stream.isBroken = true
            }
        }
    }
}

/// An open device that has not moved for this long counts as failed.
let stallNanoseconds: Int64 = 2_000_000_000

/// A device that has handed out this much more sound than time has passed is not paced by a clock. Buffers are shorter.
let unpacedNanoseconds: Int64 = 3_000_000_000

/// Where the next period lies in the capture stream.
private struct CaptureStream: Sendable {
    /// Position of the period placed last.
    private(set) var position: Int64 = -Int64(SoundDeviceSettings.periodFrameCount)
    /// The next period does not follow the last one.
    var isBroken = false
    private var lastNanoseconds: Int64?

    /// Places one period whose last frame was captured at this time. Returns the frames lost before it.
    mutating func place(_ capturedNanoseconds: Int64) -> Int64 {
        let period = Int64(SoundDeviceSettings.periodFrameCount)
        var gap: Int64 = 0
        if isBroken, let lastNanoseconds {
            let elapsed = capturedNanoseconds - lastNanoseconds
            gap = max(0, elapsed * Int64(SoundDeviceSettings.rate) / 1_000_000_000 - period)
        }
        isBroken = false
        lastNanoseconds = capturedNanoseconds
        position += period + gap
        return gap
    }
}
