import Foundation
import RelayIO
import Testing

extension SoundTests {
    /// The board itself, through the devices of the relay: is the witness true?
    @Suite struct VirtualBoardTests {
        @Test(arguments: [0, 50_000, -50_000])
        func `frames come at the card's own rate`(ppm: Int) throws {
            let board = try TestBoard("PPM=\(ppm)")
            var device = try CaptureDevice(board.settings())
            let times = try read(&device, periods: 50).times
            let seconds = Double(times[49] - times[0]) / 1e9
            let expected = 49 * 0.02 / (1 + Double(ppm) / 1e6)
            #expect(abs(seconds - expected) < 0.01, "\(seconds) s")
        }

        @Test(arguments: [0, 2_000])
        func `the talker's events are the frames that the relay hears`(ppm: Int) throws {
            let board = try TestBoard("PPM=\(ppm)")
            var device = try CaptureDevice(board.settings())
            _ = try read(&device, periods: 3)
            try board.say(ramp(4_000))
            let rest = try read(&device, periods: 45)
            let start = try #require(rest.frames.firstIndex { $0 != 0 })
            #expect(Array(rest.frames[start..<start + 4_000]) == ramp(4_000))
            #expect(rest.frames[(start + 4_000)...].allSatisfy { $0 == 0 })

            try board.eventually("the end is told") { try board.events("talker.ended").count == 1 }
            let started = try #require(try board.events("talker.started").first)
            let ended = try #require(try board.events("talker.ended").first)
            #expect(try board.events("talker.started").count == 1)
            #expect(started.frame == 960 + start)
            #expect(ended.frame == started.frame + 4_000)
            let expected = 0.25 / (1 + Double(ppm) / 1e6) * 1e9
            #expect(abs(Double(ended.t - started.t) - expected) < 200)
            #expect((started.board, started.stream, started.from) == ("kitchen", "capture", "board"))
            // The period that holds the first spoken sample was complete at most a period later.
            let complete = rest.times[start / 320]
            #expect((0...25_000_000).contains(complete - started.t), "\(complete - started.t) ns")
        }

        @Test func `every further channel hears the talker later`() throws {
            let board = try TestBoard("CH=4,DELAY=5")
            var device = try CaptureDevice(board.settings(channelCount: 4))
            _ = try read(&device, periods: 1, channelCount: 4)
            try board.say(ramp(1_000))
            let frames = try read(&device, periods: 10, channelCount: 4).frames
            let start = try #require(frames.firstIndex { $0 != 0 }) / 4
            for channel in 0..<4 {
                let heard = (0..<1_000).map { frames[(start + 5 * channel + $0) * 4 + channel] }
                #expect(heard == ramp(1_000), "channel \(channel)")
            }
        }

        @Test func `the talker is mixed with looped noise, saturated`() throws {
            let board = try TestBoard()
            let noise: [Int16] = [100, 200, 32_000]
            try noise.withUnsafeBytes { Data($0) }.write(to: URL(filePath: board.path("noise.raw")))
            let name = "noisy:DIR=\(board.folder.path)"
            var device = try CaptureDevice(SoundDeviceSettings(name: name, channelCount: 1, bufferPeriods: 5))
            let quiet = try read(&device, periods: 2).frames
            #expect(quiet == (0..<640).map { noise[$0 % 3] })
            try board.say([Int16](repeating: 1_000, count: 3_200))
            let loud = try read(&device, periods: 8).frames
            let mixed = Array(loud[960..<1_600]).enumerated().map {
                $1 == [1_100, 1_200, 32_767][($0 + 1_600) % 3]
            }
            #expect(mixed.allSatisfy { $0 })
        }

        @Test func `half a sample waits for its other half`() throws {
            let board = try TestBoard()
            var device = try CaptureDevice(board.settings())
            let pipe = try #require(FileHandle(forWritingAtPath: board.path("speech")))
            try pipe.write(contentsOf: Data([0x34]))
            #expect(try read(&device, periods: 4).frames.allSatisfy { $0 == 0 })
            try pipe.write(contentsOf: Data([0x12, 0x78, 0x56]))
            #expect(try read(&device, periods: 8).frames.filter { $0 != 0 } == [0x1234, 0x5678])
        }

        @Test func `what is played is written as played, and its events are when it is audible`() throws {
            let board = try TestBoard("CH=2,PPM=1000")
            var device = try PlaybackDevice(board.settings(channelCount: 2))
            var frames = [Int16](repeating: 0, count: 640)
            let before = now()
            #expect(try device.write(frames.span) == .written)
            // Loud in frames 100...299 of the second period; 64 is not loud, 65 is.
            frames[199] = 64
            for sample in 200..<600 { frames[sample] = 65 }
            #expect(try device.write(frames.span) == .written)
            try board.eventually("drained") { try device.drain() }
            #expect(board.played() == [Int16](repeating: 0, count: 640) + frames)

            try board.eventually("the end is told") { try board.events("speaker.ended").count == 1 }
            let started = try #require(try board.events("speaker.started").first)
            let ended = try #require(try board.events("speaker.ended").first)
            #expect((started.frame, ended.frame) == (420, 619))
            let expected = 199.0 / 16_016 * 1e9
            #expect(abs(Double(ended.t - started.t) - expected) < 200)
            // Frame 420 is audible 26 ms after the start, and the start followed the second write.
            #expect((26_000_000...76_000_000).contains(started.t - before), "\(started.t - before) ns")
            #expect(try board.events("xrun").isEmpty)
        }

        @Test func `sounds closer than 300 ms are one`() throws {
            let board = try TestBoard()
            var device = try PlaybackDevice(board.settings(bufferPeriods: 50))
            let (loud, quiet) = ([Int16](repeating: 99, count: 320), [Int16](repeating: 0, count: 320))
            // 14 quiet periods are 280 ms; 15 are 300 ms from the last loud frame to the next.
            for block in [loud] + Array(repeating: quiet, count: 14) + [loud] {
                _ = try device.write(block.span)
            }
            for block in Array(repeating: quiet, count: 15) + [loud] { _ = try device.write(block.span) }
            try board.eventually("drained") { try device.drain() }
            try board.eventually("both ends are told") { try board.events("speaker.ended").count == 2 }
            #expect(try board.events("speaker.started").map(\.frame) == [0, 31 * 320])
            #expect(try board.events("speaker.ended").map(\.frame) == [16 * 320 - 1, 32 * 320 - 1])
        }

        @Test func `output grows over several openings, and frames point into it`() throws {
            let board = try TestBoard()
            for opening in 0..<2 {
                var device = try PlaybackDevice(board.settings())
                let block = ramp(320)
                for _ in 0..<2 { _ = try device.write(block.span) }
                try board.eventually("drained") { try device.drain() }
                #expect(board.played().count == (opening + 1) * 640)
            }
            #expect(try board.events("speaker.started").map(\.frame) == [0, 640])
            #expect(
                try board.events().filter { $0.event.hasPrefix("device") }.map(\.event) == [
                    "device.opened", "device.closed", "device.opened", "device.closed",
                ])
        }

        private func now() -> Int64 {
            var time = timespec()
            clock_gettime(CLOCK_BOOTTIME, &time)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }

        private func read(
            _ device: inout CaptureDevice, periods: Int, channelCount: Int = 1
        ) throws -> (frames: [Int16], times: [Int64]) {
            var (frames, times) = ([Int16](), [Int64]())
            var room = [Int16](repeating: -1, count: 320 * channelCount)
            while times.count < periods {
                var span = room.mutableSpan
                switch try device.read(into: &span, waiting: 1_000) {
                case .period(let captured):
                    times.append(captured)
                    frames += room
                case .nothing: Issue.record("the device stands still")
                case .restarted: Issue.record("the device overran")
                }
            }
            return (frames, times)
        }
    }
}
