import Foundation
import Testing

@testable import RelayIO

/// All tests on real time share two processors: one at a time.
@Suite(.serialized) struct SoundTests {}

extension SoundTests {
    @Suite struct SoundDeviceTests {
        @Test func `a stalled reader overruns, is started again and counted`() throws {
            let board = try TestBoard()
            var device = try CaptureDevice(board.settings(bufferPeriods: 5))
            var room = [Int16](repeating: 0, count: 320)
            var span = room.mutableSpan
            #expect(isPeriod(try device.read(into: &span, waiting: 1_000)))
            try board.eventually("the device overruns") { try board.events("xrun").count == 1 }
            #expect(try board.events("xrun").first?.frame == 320 + 1_600)
            #expect(try device.read(into: &span, waiting: 1_000) == .restarted)
            #expect(device.xrunCount == 1)
            #expect(isPeriod(try device.read(into: &span, waiting: 1_000)))
            #expect(device.xrunCount == 1)
        }

        @Test func `a starved loudspeaker goes on with the next period and is counted`() throws {
            let board = try TestBoard()
            var device = try PlaybackDevice(board.settings())
            let block = ramp(320)
            for _ in 0..<2 { #expect(try device.write(block.span) == .written) }
            try board.eventually("all is played") { board.played().count == 640 }
            // ALSA itself would go on telling the delay from before.
            try board.eventually("the device has run dry") { device.delayFrameCount() == 0 }
            #expect(device.delayFrameCount() == 0)
            for _ in 0..<2 { #expect(try device.write(block.span) == .written) }
            #expect(device.xrunCount == 1)
            try board.eventually("drained") { try device.drain() }
            #expect(device.xrunCount == 1)
            #expect(board.played() == ramp(320) + ramp(320) + ramp(320) + ramp(320))
            #expect(try board.events("xrun").map(\.frame) == [640])
        }

        @Test func `less than it takes to start is played when drained`() throws {
            let board = try TestBoard()
            var device = try PlaybackDevice(board.settings())
            let block = ramp(320)
            for count in 1...3 {
                #expect(try device.write(block.span) == .written)
                try board.eventually("drained") { try device.drain() }
                #expect(board.played().count == count * 320)
            }
            #expect(device.xrunCount == 0)
        }

        @Test func `a full loudspeaker says so, tells its delay and falls silent when dropped`() throws {
            let board = try TestBoard()
            var device = try PlaybackDevice(board.settings(bufferPeriods: 10))
            let block = ramp(320)
            var written = 0
            while try device.write(block.span, waiting: 1) == .written { written += 1 }
            #expect((10...12).contains(written))
            #expect((2_500...3_200).contains(device.delayFrameCount()))
            try device.drop()
            #expect(device.delayFrameCount() == 0)
            #expect(board.played().count < 1_600)
            #expect(device.xrunCount == 0)
        }

        @Test(arguments: ["no-such-device", "hw:7"])
        func `a device that is not there is called missing, with the way to find one`(name: String) throws {
            _ = try TestBoard()
            let settings = try SoundDeviceSettings(name: name, channelCount: 1, bufferPeriods: 5)
            let error = #expect(throws: SoundDeviceError.self) { _ = try CaptureDevice(settings) }
            #expect(error?.problem == .missing)
            #expect(error?.description.hasPrefix("microphone \"\(name)\" does not exist") == true)
            #expect(error?.description.contains("arecord -L") == true)
        }

        @Test func `another rate is named, with the way out, which works`() throws {
            let board = try TestBoard("RATE=48000")
            let error = #expect(throws: SoundDeviceError.self) { _ = try CaptureDevice(board.settings()) }
            #expect(error?.problem == .rateNotOffered(lowest: 48_000, highest: 48_000))
            let text = try #require(error?.description)
            #expect(text.contains("offers 48000 Hz, not 16000 Hz"))
            let name = try #require(text.split(separator: "\"").first { $0.hasPrefix("plug") })
            let converted = try SoundDeviceSettings(name: String(name), channelCount: 1, bufferPeriods: 5)
            var device = try CaptureDevice(converted)
            var room = [Int16](repeating: 0, count: 320)
            for _ in 0..<10 {
                var span = room.mutableSpan
                #expect(isPeriod(try device.read(into: &span, waiting: 1_000)))
            }
        }

        @Test func `another channel count is named, and the failed device is free again`() throws {
            let board = try TestBoard("CH=6")
            let error = #expect(throws: SoundDeviceError.self) {
                _ = try CaptureDevice(board.settings(channelCount: 4))
            }
            #expect(error?.problem == .channelCountNotOffered(lowest: 6, highest: 6))
            #expect(error?.description.contains("offers 6 channels, not 4") == true)
            #expect(throws: Never.self) { _ = try CaptureDevice(board.settings(channelCount: 6)) }
        }

        @Test func `a device in use is busy`() throws {
            let board = try TestBoard()
            let first = try CaptureDevice(board.settings())
            let error = #expect(throws: SoundDeviceError.self) { _ = try CaptureDevice(board.settings()) }
            #expect(error?.problem == .busy)
            _ = first.xrunCount
        }

        @Test func `an unplugged device is named when opened and within a period while it runs`() throws {
            let board = try TestBoard()
            var microphone = try CaptureDevice(board.settings())
            var loudspeaker = try PlaybackDevice(board.settings())
            try board.setUnplugged(true)
            let begin = ContinuousClock.now
            let error = #expect(throws: SoundDeviceError.self) {
                var room = [Int16](repeating: 0, count: 320)
                while true {
                    var span = room.mutableSpan
                    _ = try microphone.read(into: &span)
                }
            }
            #expect(error?.problem == .unplugged)
            #expect(ContinuousClock.now - begin < .milliseconds(100))
            #expect(throws: SoundDeviceError.self) { try loudspeaker.checkConnected() }
            let block = ramp(320)
            #expect(throws: SoundDeviceError.self) { _ = try loudspeaker.write(block.span) }
            #expect(
                throws: SoundDeviceError(
                    settings: try board.settings(), direction: .playback, problem: .unplugged)
            ) {
                _ = try PlaybackDevice(board.settings())
            }
        }

        @Test(arguments: ["misspelt", "misnamed", "many"])
        func `a mistake in the board's configuration fails to open`(name: String) throws {
            _ = try TestBoard()
            let settings = try SoundDeviceSettings(name: name, channelCount: 1, bufferPeriods: 5)
            let error = #expect(throws: SoundDeviceError.self) { _ = try CaptureDevice(settings) }
            #expect(error?.problem == .failed(.open, code: EINVAL))
            #expect(error?.description.contains("mistake in its name or its ALSA configuration") == true)
        }

        @Test func `settings out of range are refused by name`() {
            #expect(throws: SoundSettingsError.badName) {
                try SoundDeviceSettings(name: "", channelCount: 1, bufferPeriods: 5)
            }
            #expect(throws: SoundSettingsError.channelCountOutOfRange(33)) {
                try SoundDeviceSettings(name: "default", channelCount: 33, bufferPeriods: 5)
            }
            #expect(throws: SoundSettingsError.bufferPeriodsOutOfRange(2)) {
                try SoundDeviceSettings(name: "default", channelCount: 1, bufferPeriods: 2)
            }
        }

        @Test func `every problem passes through one word, and says what to do`() throws {
            let settings = try SoundDeviceSettings(name: "hw:1", channelCount: 4, bufferPeriods: 5)
            var problems: [SoundDeviceError.Problem] = [
                .missing, .unplugged, .busy, .notPermitted, .formatNotOffered, .stalled,
                .rateNotOffered(lowest: 8_000, highest: 384_000),
                .channelCountNotOffered(lowest: 1, highest: 32),
            ]
            problems += SoundDeviceError.Step.allCases.map { .failed($0, code: EIO) }
            for problem in problems {
                #expect(problem.packed != 0)
                #expect(problem.packed != .max)
                #expect(SoundDeviceError.Problem(packed: problem.packed) == problem)
                let error = SoundDeviceError(settings: settings, direction: .playback, problem: problem)
                #expect(error.description.hasPrefix("loudspeaker \"hw:1\" "))
            }
            #expect(SoundDeviceError.Problem(packed: 0) == nil)
            #expect(SoundDeviceError.Problem(packed: .max) == nil)
            #expect(SoundDeviceError.Problem(packed: 0xF9) == nil)
        }

        private func isPeriod(_ outcome: CaptureDevice.Outcome) -> Bool {
            if case .period = outcome { true } else { false }
        }
    }
}
