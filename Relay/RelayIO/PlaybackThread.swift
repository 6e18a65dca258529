import CALSA
package import LoqaSystem
package import RelayAudio
import Synchronization

/// Owns the loudspeaker: plays what the owner pushes, on a thread of its own, and heals by itself.
///
/// The device starts when two periods wait, or 40 ms after the first sample of less; it is kept going with silence
/// for three periods when the owner is late, and ends after that. While the device is away, what is pushed is dropped:
/// nothing old is played when it comes back. Mono goes to every channel. Memory is taken at init only.
package final class PlaybackThread: Sendable {
    /// Periods that wait before the device starts.
    private static let prebufferPeriods = 2
    /// Periods of silence between the last sound and the end.
    private static let silentPeriodsMax = 3
    private static let prebufferMilliseconds: Int64 = 40

    /// What was given to the device, block by block, for the echo stage: the time is when the first sample becomes
    /// audible. A block at position ``silencedPosition`` says that nothing given before is audible from then on. The
    /// owner may leave it unread: it then fills up and refuses.
    package let audible = CaptureRing()
    /// See ``audible``.
    package static let silencedPosition: Int64 = -1

    private let ring: SampleRing
    private let settings: SoundDeviceSettings
    private let control: SoundThreadControl
    // When the device will have played all it holds, in ns of the monotonic clock.
    private let deviceDryAt = Atomic<Int64>(0)
    private let drainedThrough = Atomic<Int>(0)
    private let cancelThrough = Atomic<Int>(0)
    private let xruns = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)
    private let thread = Mutex<RealTimeThread?>(nil)

    /// - Parameters:
    ///   - capacity: Samples that wait at most; a push beyond is refused. The default holds one second.
    ///   - eventDescriptor: The owner's eventfd, written when all is played and at each change of state; stays the
    ///     owner's and must outlive the thread.
    package init(
        _ settings: SoundDeviceSettings, capacity: Int = 16_000, eventDescriptor: Int32
    ) throws(SystemError) {
        (self.settings, ring) = (settings, SampleRing(capacity: capacity))
        control = try SoundThreadControl(settings, .playback, ownerDescriptor: eventDescriptor)
    }

    /// Whether the device works; any thread.
    package func state() -> SoundThreadState { control.state() }
    /// Times the device ran dry in the middle of a sound.
    package func xrunCount() -> Int { xruns.load(ordering: .relaxed) }
    /// Times the device failed or could not be opened.
    package func failureCount() -> Int { failures.load(ordering: .relaxed) }
    /// Samples refused because the ring was full.
    package func refusedCount() -> Int { ring.refusedCount() }

    /// Samples that can be pushed now. Owner.
    package func availableToWrite() -> Int { ring.availableToWrite() }
    /// Samples pushed and not yet audible, those in the device included: the delay of the next push. Any thread.
    package func latencySampleCount() -> Int {
        let left = max(0, deviceDryAt.load(ordering: .relaxed) - MonotonicClock.nanoseconds)
        return ring.availableToRead() + Int(left) * SoundDeviceSettings.rate / 1_000_000_000
    }
    /// Whether every sample pushed so far has left the loudspeaker, was cancelled or was dropped. Owner.
    package func isDrained() -> Bool {
        drainedThrough.load(ordering: .acquiring) >= ring.pushedCount()
    }

    /// Appends 16 kHz mono samples, or none and counts them. Owner.
    package func push(_ samples: Span<Int16>) -> Bool {
        defer { control.wake() }
        return ring.push(samples)
    }

    /// Falls silent at once and forgets all samples pushed so far; later ones play. Owner.
    package func cancel() {
        cancelThrough.store(ring.pushedCount(), ordering: .releasing)
        control.wake()
    }

    /// Starts the thread. Owner only; once, or again after ``stop()``.
    ///
    /// - Returns: Whether it runs with real-time priority.
    /// - Throws: when the system has no room for a thread. A missing device is no error here but a state.
    package func start() throws(SystemError) -> Bool {
        control.start()
        let started = try RealTimeThread(name: "loqa-playback") { [self] in run() }
        thread.withLock { $0 = started }
        return started.isRealTime
    }

    /// Ends the thread and closes the device, falling silent; within 100 ms. Does nothing if it does not run.
    package func stop() {
        control.stop()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    private func run() {
        let mono = UnsafeMutableBufferPointer<Int16>.allocate(capacity: SoundDeviceSettings.periodFrameCount)
        let frames = UnsafeMutableBufferPointer<Int16>.allocate(capacity: settings.periodSampleCount)
        mono.initialize(repeating: 0)
        frames.initialize(repeating: 0)
        defer {
            mono.deallocate()
            frames.deallocate()
        }
        while !control.isStopping() {
            do throws(SoundDeviceError) {
                try serve(mono, frames)
            } catch {
                failures.add(1, ordering: .relaxed)
                control.set(.failed(error))
                loqa_alsa_quiet_thread()
                dropAllUntilRetry()
            }
        }
        control.set(.idle)
    }

    /// Waits for the next try; whoever pushes meanwhile must not wait for ever for the end of the sound.
    private func dropAllUntilRetry() {
        deviceDryAt.store(0, ordering: .relaxed)
        let end = MonotonicClock.nanoseconds + Int64(SoundThreadControl.retryMilliseconds) * 1_000_000
        while !control.isStopping() {
            ring.discard(ring.capacity)
            tellDrained()
            let left = (end - MonotonicClock.nanoseconds) / 1_000_000
            guard left > 0 else { return }
            control.sleep(milliseconds: Int32(left))
        }
    }

    /// Everything taken from the ring so far is over; tells the owner if that is news.
    private func tellDrained() {
        let taken = ring.takenCount()
        guard drainedThrough.exchange(taken, ordering: .acquiringAndReleasing) != taken else { return }
        control.signalOwner()
    }

    /// Plays one sound after the other until told to stop or the device fails.
    private func serve(
        _ mono: UnsafeMutableBufferPointer<Int16>, _ frames: UnsafeMutableBufferPointer<Int16>
    ) throws(SoundDeviceError) {
        var device = try PlaybackDevice(settings)
        control.set(.running)
        while !control.isStopping() {
            if dropCancelled() { tellDrained() }
            if ring.availableToRead() == 0 {
                try device.checkConnected()
                control.sleep(milliseconds: SoundThreadControl.retryMilliseconds)
            } else {
                waitForPrebuffer()
                let xrunsBefore = device.xrunCount
                try playOneSound(&device, mono, frames)
                xruns.add(device.xrunCount - xrunsBefore, ordering: .relaxed)
                deviceDryAt.store(0, ordering: .relaxed)
                tellDrained()
            }
        }
    }

    /// Takes the cancelled samples out of the ring. True if there was anything to cancel.
    private func dropCancelled() -> Bool {
        let cancelled = cancelThrough.load(ordering: .acquiring) - ring.takenCount()
        guard cancelled > 0 else { return false }
        ring.discard(cancelled)
        return true
    }

    private func waitForPrebuffer() {
        let enough = Self.prebufferPeriods * SoundDeviceSettings.periodFrameCount
        let end = MonotonicClock.nanoseconds + Self.prebufferMilliseconds * 1_000_000
        while ring.availableToRead() < enough, !control.isStopping() {
            let left = (end - MonotonicClock.nanoseconds + 999_999) / 1_000_000
            guard left > 0 else { return }
            control.sleep(milliseconds: Int32(left))
        }
    }

    /// Plays until the ring stays empty, the rest is cancelled, or the thread must stop.
    private func playOneSound(
        _ device: inout PlaybackDevice, _ mono: UnsafeMutableBufferPointer<Int16>,
        _ frames: UnsafeMutableBufferPointer<Int16>
    ) throws(SoundDeviceError) {
        let cancelledBefore = cancelThrough.load(ordering: .acquiring)
        var silentPeriods = 0
        var lastProgress = MonotonicClock.nanoseconds
        var hasPeriod = false
        while silentPeriods < Self.silentPeriodsMax {
            if control.isStopping() || cancelThrough.load(ordering: .acquiring) != cancelledBefore {
                _ = dropCancelled()
                tellSilenced(mono)
                return try device.drop()
            }
            if !hasPeriod {
                guard let count = take(into: mono, deviceDelay: device.delayFrameCount()) else {
                    try checkProgress(since: lastProgress)
                    continue
                }
                silentPeriods = count == 0 ? silentPeriods + 1 : 0
                spread(mono, over: frames)
                hasPeriod = true
            }
            switch try device.write(frames.span, waiting: 50) {
            case .written:
                hasPeriod = false
                lastProgress = MonotonicClock.nanoseconds
                let left = Int64(device.delayFrameCount()) * 1_000_000_000 / Int64(SoundDeviceSettings.rate)
                deviceDryAt.store(lastProgress + left, ordering: .relaxed)
                _ = audible.push(mono.span, position: 0, nanoseconds: lastProgress + left - 20_000_000)
            case .full: try checkProgress(since: lastProgress)
            }
        }
        try finish(&device)
    }

    /// What the device holds will not be heard.
    private func tellSilenced(_ mono: UnsafeMutableBufferPointer<Int16>) {
        _ = audible.push(
            mono.span, position: Self.silencedPosition, nanoseconds: MonotonicClock.nanoseconds)
    }

    private func checkProgress(since lastProgress: Int64) throws(SoundDeviceError) {
        guard MonotonicClock.nanoseconds - lastProgress < stallNanoseconds else {
            throw SoundDeviceError(settings: settings, direction: .playback, problem: .stalled)
        }
    }

    /// One period from the ring, filled up with silence once the device is about to run dry; returns the samples that
    /// came from the ring. Nil after having waited for more: look again.
    private func take(into mono: UnsafeMutableBufferPointer<Int16>, deviceDelay: Int) -> Int? {
        let period = SoundDeviceSettings.periodFrameCount
        if ring.availableToRead() < period, deviceDelay > period {
            // The last period in the device is the time left to bring a silent one.
            let framesPerMillisecond = SoundDeviceSettings.rate / 1_000
            control.sleep(milliseconds: Int32((deviceDelay - period) / framesPerMillisecond + 1))
            return nil
        }
        var room = mono.mutableSpan
        let count = ring.pop(into: &room)
        for index in count..<period { mono[index] = 0 }
        return count
    }

    private func spread(
        _ mono: UnsafeMutableBufferPointer<Int16>, over frames: UnsafeMutableBufferPointer<Int16>
    ) {
        let channelCount = settings.channelCount
        for frame in 0..<SoundDeviceSettings.periodFrameCount {
            for channel in 0..<channelCount { frames[frame * channelCount + channel] = mono[frame] }
        }
    }

    /// Plays what the device still holds to its end.
    private func finish(_ device: inout PlaybackDevice) throws(SoundDeviceError) {
        let begin = MonotonicClock.nanoseconds
        while try !device.drain() {
            if control.isStopping() { return try device.drop() }
            try checkProgress(since: begin)
            control.sleep(milliseconds: 5)
        }
    }
}
