import CAllocationCount
import LoqaTestKit
import RelayDSP
import Testing

struct EchoStageTests {
    @Test(arguments: [8, 320, 1_300, 3_900])
    func `an echo is taken off by 20 dB, and its delay is known within half a millisecond`(delay: Int) throws
    {
        let scene = EchoScene(seconds: 4, channels: 2, delay: delay)
        var last = EchoReport()
        let output = scene.run(try EchoStage(channels: 2)) { last = $1 }
        for channel in 0..<2 {
            let (before, after) = (scene.microphones[channel], output[channel])
            #expect(decibels(before, from: 3, to: 4) - decibels(after, from: 3, to: 4) > 20)
        }
        #expect(abs(try #require(last.delay) - Float(delay)) < 8)
        #expect(last.delayConfidence > 0.5 && abs(last.drift) < 1 && last.erle > 15)
        #expect(last.farEnd.isActive)
    }

    @Test(arguments: [20.0, -50])
    func `a loudspeaker on another clock is followed`(drift: Double) throws {
        let scene = EchoScene(seconds: 7, delay: 800, drift: drift)
        var last = EchoReport()
        let output = scene.run(try EchoStage(channels: 1)) { last = $1 }
        #expect(abs(Double(last.drift) - drift) < 2)
        let moved = Float(800 - drift * 1e-6 * 7 * 16_000)
        #expect(abs(try #require(last.delay) - moved) < 1)
        #expect(decibels(scene.microphones[0], from: 6, to: 7) - decibels(output[0], from: 6, to: 7) > 17)
    }

    @Test func `a talker over the loudspeaker is judged, and keeps all but half a decibel`() throws {
        var scene = EchoScene(seconds: 8, delay: 800)
        var generator = SeededGenerator(seed: 5)
        let talker = EchoScene.sound(4 * 16_000, level: 0.04, &generator)
        for index in talker.indices { scene.microphones[0][4 * 16_000 + index] += talker[index] }
        var (alone, together) = (0, 0)
        let output = scene.run(try EchoStage(channels: 1)) { hop, report in
            if report.farEnd.isDoubleTalk {
                if hop < 250 { alone += 1 } else { together += 1 }
            }
        }
        var (along, power) = (0.0, 0.0)
        for index in talker.indices {
            along += Double(talker[index]) * Double(output[0][4 * 16_000 + index])
            power += Double(talker[index]) * Double(talker[index])
        }
        #expect(Elementary.decibels(power: Float(along * along / (power * power))) > -0.5)
        #expect(alone < 30)
        #expect(together > 90)
    }

    @Test func `another path is learned within two seconds, another delay is found`() throws {
        var scene = EchoScene(seconds: 10, delay: 800)
        scene.changePath(channel: 0, at: 4, delay: 800)
        scene.changePath(channel: 0, at: 7, delay: 1_700)
        var last = EchoReport()
        let output = scene.run(try EchoStage(channels: 1)) { last = $1 }
        for (from, to) in [(6, 7), (9, 10)] {
            #expect(
                decibels(scene.microphones[0], from: from, to: to) - decibels(output[0], from: from, to: to)
                    > 9)
        }
        #expect(abs(try #require(last.delay) - 1_700) < 8)
        #expect(last.resetCount >= 2)
    }

    @Test func `without a reference the microphones pass untouched, bit by bit`() throws {
        let scene = EchoScene(seconds: 1, channels: 2, delay: 100)
        let output = scene.run(try EchoStage(channels: 2), withReference: false) { _, report in
            #expect(report == EchoReport())
        }
        let whole = scene.reference.count / EchoStage.hop * EchoStage.hop
        for channel in 0..<2 { #expect(output[channel] == Array(scene.microphones[channel][..<whole])) }
    }

    @Test func `a reference that stops ends the far end, and one that comes back finds its canceller ready`()
        throws
    {
        var scene = EchoScene(seconds: 9, delay: 800)
        for index in 4 * 16_000..<6 * 16_000 {
            (scene.reference[index], scene.microphones[0][index]) = (0, 0.001)
        }
        let stage = try EchoStage(channels: 1)
        var activity = [Bool]()
        var resets = 0
        let output = scene.run(stage) { _, report in
            activity.append(report.farEnd.isActive)
            resets = report.resetCount
        }
        #expect(activity[240] && !activity[350] && activity[400])
        #expect(resets == 1)
        // 0.1 s after the reference came back.
        let range = 6 * 16_000 + 1_600..<7 * 16_000
        let before = scene.microphones[0][range].reduce(0) { $0 + $1 * $1 }
        let after = output[0][range].reduce(0) { $0 + $1 * $1 }
        #expect(Elementary.decibels(power: before / after) > 12)
    }

    @Test(arguments: [
        "nothing that is a number", "a full-scale square wave", "full-scale square waves in both",
    ])
    func `what no microphone sends gives numbers, and the stage recovers`(kind: String) throws {
        var scene = EchoScene(seconds: 9, delay: 800)
        for index in 3 * 16_000..<4 * 16_000 {
            let square: Float = index % 2 == 0 ? 1 : -1
            switch kind {
            case "nothing that is a number":
                scene.microphones[0][index] = index % 2 == 0 ? .nan : .infinity
                scene.reference[index] = index % 3 == 0 ? .nan : -.infinity
            case "a full-scale square wave": scene.microphones[0][index] = square
            default: (scene.microphones[0][index], scene.reference[index]) = (square, 100 * square)
            }
        }
        let output = scene.run(try EchoStage(channels: 1))
        #expect(output[0].allSatisfy { $0.isFinite && $0.magnitude <= 4 })
        #expect(decibels(scene.microphones[0], from: 8, to: 9) - decibels(output[0], from: 8, to: 9) > 15)
    }

    @Test(arguments: [-1, 0, 17])
    func `a wrong count of channels is an error that tells it`(count: Int) {
        #expect(throws: EchoError.channelCount(count)) { try EchoStage(channels: count) }
    }

    @Test func `the shadow of a sound is what comes out of it while the loudspeaker is silent`() throws {
        let scene = EchoScene(seconds: 1, channels: 2, delay: 100)
        let stage = try EchoStage(channels: 2)
        let silence = [Float](repeating: 0, count: EchoStage.hop)
        for number in 0..<40 {
            let range = number * EchoStage.hop..<(number + 1) * EchoStage.hop
            var block = scene.microphones.flatMap { $0[range] }
            var shadow = block
            var samples = block.mutableSpan
            var others = shadow.mutableSpan
            _ = stage.process(&samples, reference: silence.span)
            stage.processShadow(&others)
            #expect(block == shadow)
        }
    }

    @Test func `the shadow of the talker is in the output, whatever is left of the echo`() throws {
        let scene = EchoScene(seconds: 5, delay: 800)
        var generator = SeededGenerator(seed: 9)
        let talker = EchoScene.sound(scene.reference.count, level: 0.05, &generator)
        let stage = try EchoStage(channels: 1)
        var (left, all) = (Float(0), Float(0))
        for number in 0..<scene.reference.count / EchoStage.hop {
            let range = number * EchoStage.hop..<(number + 1) * EchoStage.hop
            var block = zip(scene.microphones[0][range], talker[range]).map { $0 + $1 }
            var shadow = Array(talker[range])
            let played = Array(scene.reference[range])
            var samples = block.mutableSpan
            var others = shadow.mutableSpan
            _ = stage.process(&samples, reference: played.span)
            stage.processShadow(&others)
            guard number > 200 else { continue }
            for index in 0..<EchoStage.hop {
                left += (block[index] - shadow[index]) * (block[index] - shadow[index])
                all += shadow[index] * shadow[index]
            }
        }
        #expect(Elementary.decibels(power: left / all) < -8)
    }

    @Test func `no hop takes memory`() throws {
        let scene = EchoScene(seconds: 4, channels: 2, delay: 800, drift: 0)
        let stage = try EchoStage(channels: 2)
        var (block, taken) = ([Float](repeating: 0, count: 512), [Float](repeating: 0, count: 256))
        var most = 0
        for number in 0..<scene.reference.count / EchoStage.hop {
            let range = number * EchoStage.hop..<(number + 1) * EchoStage.hop
            for (index, at) in range.enumerated() {
                (block[index], block[256 + index]) = (scene.microphones[0][at], scene.microphones[1][at])
            }
            let played = Array(scene.reference[range])
            let before = allocation_count()
            var samples = block.mutableSpan
            var echo = taken.mutableSpan
            _ = stage.process(&samples, reference: played.span)
            stage.readEcho(into: &echo)
            most = max(most, Int(allocation_count() - before))
        }
        #expect(most == 0)
    }
}
