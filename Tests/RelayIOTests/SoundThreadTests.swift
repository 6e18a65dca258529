import Foundation
import LoqaBase
import LoqaSystem
import RelayAudio
import RelayIO
import Testing

extension SoundTests {
    @Suite struct SoundThreadTests {
        @Test func `captured sound arrives with all channels, in order and without a gap`() throws {
            let board = try TestBoard("CH=3,DELAY=4")
            let owner = try Owner()
            let capture = try CaptureThread(
                board.settings(channelCount: 3), eventDescriptor: owner.descriptor)
            _ = try capture.start()
            defer { capture.stop() }
            var heard = owner.receive(capture, blocks: 2, channel: 2).samples
            try board.say(ramp(4_000))
            let (samples, blocks) = owner.receive(capture, blocks: 20, channel: 2)
            heard += samples
            let start = try #require(heard.firstIndex { $0 != 0 })
            #expect(Array(heard[start..<start + 4_000]) == ramp(4_000))
            #expect(blocks.map(\.position) == (2..<22).map { SampleCount($0 * 320) })
            #expect(blocks.map(\.capturedAt) == blocks.map(\.capturedAt).sorted())
            // Channel 2 hears the talker 8 samples later than channel 0, of which the board tells.
            #expect(try board.events("talker.started").first?.frame == start - 8)
            #expect(capture.state() == .running)
            #expect((capture.xrunCount(), capture.failureCount(), capture.lostFrameCount()) == (0, 0, 0))
        }

        @Test func `an unplugged microphone is told, plugged in it is used again, and the gap is counted`()
            throws
        {
            let board = try TestBoard()
            let owner = try Owner()
            let capture = try CaptureThread(
                board.settings(), eventDescriptor: owner.descriptor)
            _ = try capture.start()
            defer { capture.stop() }
            let before = owner.receive(capture, blocks: 3).blocks
            try board.setUnplugged(true)
            let unplugged = SoundDeviceError(
                settings: try board.settings(), direction: .capture, problem: .unplugged)
            try board.eventually("the failure is told") { capture.state() == .failed(unplugged) }
            try board.setUnplugged(false)
            try board.eventually("the device is back") { capture.state() == .running }
            var last = before[2]
            var gaps: [(samples: Int64, seconds: Double)] = []
            for _ in 0..<100 where gaps.isEmpty {
                let next = owner.receive(capture, blocks: 1).blocks[0]
                let jump = next.position - last.position
                if jump.value != 320 {
                    gaps.append((jump.value, (next.capturedAt - last.capturedAt).seconds))
                }
                last = next
            }
            try #require(gaps.count == 1)
            // Position and time agree over the gap, so later sound keeps its place in time.
            #expect(abs(Double(gaps[0].samples) / 16_000 - gaps[0].seconds) < 0.001)
            #expect(gaps[0].samples > 8_000)
            #expect(capture.lostFrameCount() == Int(gaps[0].samples) - 320)
            #expect(capture.failureCount() >= 1)
            #expect(capture.xrunCount() == 0)
        }

        @Test func `pushed sound is played exactly, on every channel, and its end is told`() throws {
            let board = try TestBoard("CH=2")
            let owner = try Owner()
            let playback = try PlaybackThread(
                board.settings(channelCount: 2), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            #expect(playback.isDrained())
            let sound = ramp(320 * 9 + 100)
            for start in stride(from: 0, to: sound.count, by: 320) {
                #expect(push(playback, Array(sound[start..<min(start + 320, sound.count)])))
            }
            #expect(!playback.isDrained())
            #expect((2_000...3_000).contains(playback.latencySampleCount()))
            owner.wait { playback.isDrained() }
            #expect(playback.latencySampleCount() == 0)
            let played = board.played()
            #expect(Array(played[..<(sound.count * 2)]) == sound.flatMap { [$0, $0] })
            // The last period is filled up and three of silence follow.
            #expect(played.count == (10 + 3) * 640)
            #expect(played[(sound.count * 2)...].allSatisfy { $0 == 0 })
            #expect((playback.xrunCount(), playback.failureCount(), playback.refusedCount()) == (0, 0, 0))
        }

        @Test func `what is played is told for the echo stage, with the instant at which it is heard`() throws
        {
            let board = try TestBoard()
            let owner = try Owner()
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            let sound = ramp(320 * 6)
            #expect(push(playback, sound))
            owner.wait { playback.isDrained() }
            var told: [(block: CaptureBlock, samples: [Int16])] = []
            while let (block, samples) = playback.audible.pop() { told.append((block, samples)) }
            #expect(told.flatMap(\.samples).prefix(sound.count) == sound[...])
            let started = try #require(try board.events("speaker.started").first)
            let first = try #require(told.first)
            #expect(abs(first.block.capturedAt.sinceOrigin.nanoseconds - started.t) < 25_000_000)
            for (before, after) in zip(told, told.dropFirst()) {
                let step = after.block.capturedAt - before.block.capturedAt
                #expect((.milliseconds(10)...(.milliseconds(30))).contains(step))
            }
        }

        @Test func `sound cancelled in its middle is told to be silenced`() throws {
            let board = try TestBoard()
            let owner = try Owner()
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            // A test held up for a whole sound cancels nothing: it tries again.
            for attempt in 1...10 {
                let sound = ramp(320 * 40)
                #expect(push(playback, sound))
                owner.wait { playback.latencySampleCount() < sound.count - 320 }
                playback.cancel()
                owner.wait { playback.isDrained() }
                var told: [Int64] = []
                while let (block, _) = playback.audible.pop() { told.append(block.position.value) }
                let silenced = told.filter { $0 == PlaybackThread.silencedPosition }
                guard silenced.isEmpty, attempt < 10 else {
                    #expect(silenced.count == 1)
                    #expect(told.last == PlaybackThread.silencedPosition)
                    #expect(told.count < 40)
                    return
                }
                #expect(told.count >= 40)
            }
        }

        @Test func `one short sound alone is played too`() throws {
            let board = try TestBoard()
            let owner = try Owner()
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            for count in [1, 319, 640] {
                let before = board.played().count
                #expect(push(playback, ramp(count)))
                owner.wait { playback.isDrained() }
                #expect(Array(board.played()[before..<before + count]) == ramp(count))
            }
            #expect(playback.xrunCount() == 0)
        }

        @Test func `a cancelled sound stops at once and the next one plays`() throws {
            let board = try TestBoard()
            let owner = try Owner()
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            #expect(push(playback, [Int16](repeating: 111, count: 16_000)))
            #expect(!push(playback, ramp(320 * 20)))
            #expect(playback.refusedCount() == 6_400)
            try board.eventually("it plays") { board.played().count > 640 }
            playback.cancel()
            #expect(push(playback, [Int16](repeating: 222, count: 640)))
            owner.wait { playback.isDrained() }
            let played = board.played()
            #expect(played.filter { $0 == 111 }.count < 8_000)
            #expect(played.filter { $0 == 222 }.count == 640)
        }

        @Test func `without a loudspeaker sound is dropped, and nothing old is played when it returns`()
            throws
        {
            let board = try TestBoard()
            let owner = try Owner()
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            _ = try playback.start()
            defer { playback.stop() }
            owner.wait { playback.state() == .running }
            // Idle, so only the thread's own look every 500 ms finds out.
            try board.setUnplugged(true)
            owner.wait { playback.state() != .running }
            #expect(push(playback, [Int16](repeating: 111, count: 640)))
            owner.wait { playback.isDrained() }
            try board.setUnplugged(false)
            owner.wait { playback.state() == .running }
            #expect(push(playback, [Int16](repeating: 222, count: 640)))
            owner.wait { playback.isDrained() }
            #expect(board.played().filter { $0 != 0 } == [Int16](repeating: 222, count: 640))
        }

        @Test func `a microphone that was switched off and on again goes on in time, never back`() throws {
            let board = try TestBoard()
            let owner = try Owner()
            let capture = try CaptureThread(
                board.settings(), eventDescriptor: owner.descriptor)
            var preRoll = PreRoll()
            var last = SampleCount(-1)
            for _ in 0..<3 {
                _ = try capture.start()
                let (samples, blocks) = owner.receive(capture, blocks: 5)
                capture.stop()
                for (index, block) in blocks.enumerated() {
                    #expect(block.position > last)
                    last = block.position
                    preRoll.append(Array(samples[index * 320..<(index + 1) * 320]).span, at: block.position)
                }
            }
        }

        @Test func `both threads stop within 100 ms in every state, and start again`() throws {
            let board = try TestBoard()
            let owner = try Owner()
            let capture = try CaptureThread(board.settings(), eventDescriptor: owner.descriptor)
            let playback = try PlaybackThread(board.settings(), eventDescriptor: owner.descriptor)
            for isUnplugged in [false, true, false] {
                if isUnplugged != FileManager.default.fileExists(atPath: board.path("unplug")) {
                    try board.setUnplugged(isUnplugged)
                }
                _ = try capture.start()
                _ = try playback.start()
                owner.wait { capture.state() != .idle && playback.state() != .idle }
                #expect((capture.state() == .running) == !isUnplugged)
                #expect(push(playback, ramp(8_000)))
                let begin = ContinuousClock.now
                capture.stop()
                playback.stop()
                #expect(ContinuousClock.now - begin < .milliseconds(200), "two stops")
                #expect((capture.state(), playback.state()) == (.idle, .idle))
                playback.cancel()
            }
        }

        private func push(_ playback: PlaybackThread, _ samples: [Int16]) -> Bool {
            playback.push(samples.span)
        }
    }
}

/// Stands in for the relay's main loop: waits on the eventfd and looks.
private final class Owner {
    private let wakeup: Wakeup
    var descriptor: Int32 { wakeup.descriptor }

    init() throws { wakeup = try Wakeup() }

    /// Blocks until `condition` holds, looking only when signalled or, at the latest, after 1 s; fails after 5 s.
    func wait(at location: SourceLocation = #_sourceLocation, until condition: () -> Bool) {
        let end = ContinuousClock.now + .seconds(5)
        while !condition() {
            guard ContinuousClock.now < end else {
                Issue.record("nothing happened for 5 s", sourceLocation: location)
                return
            }
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&polled, 1, 1_000) > 0 { wakeup.clear() }
        }
    }

    /// Blocks as they come, and the samples of one of their channels.
    func receive(
        _ capture: CaptureThread, blocks: Int, channel: Int = 0
    ) -> (samples: [Int16], blocks: [CaptureBlock]) {
        var (samples, received) = ([Int16](), [CaptureBlock]())
        let channelCount = capture.ring.channelCount
        var room = [Int16](repeating: 0, count: 320 * channelCount)
        wait {
            while received.count < blocks {
                var span = room.mutableSpan
                guard let block = capture.ring.pop(into: &span) else { return false }
                received.append(block)
                samples += stride(from: channel, to: room.count, by: channelCount).map { room[$0] }
            }
            return true
        }
        return (samples, received)
    }
}
