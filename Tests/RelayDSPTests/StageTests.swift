import LoqaTestKit
import Testing

@testable import RelayDSP

struct ElementaryTests {
    @Test func `sine and cosine lie on the circle and at known angles`() {
        for step in -400...400 {
            let turn = Elementary.sineAndCosine(Double(step) * 0.37)
            #expect(abs(turn.sine * turn.sine + turn.cosine * turn.cosine - 1) < 1e-12)
        }
        let third = Elementary.sineAndCosine(.pi / 6)
        #expect(abs(third.sine - 0.5) < 1e-12)
        #expect(abs(third.cosine - 0.75.squareRoot()) < 1e-12)
        #expect(abs(Elementary.sineAndCosine(1_000 * .pi / 2).cosine - 1) < 1e-9)
        #expect(Elementary.sineAndCosine(.infinity).sine.isNaN)
    }

    @Test func `powers of two are exact in both directions, and others undo each other`() {
        for power in stride(from: Float(-120), through: 120, by: 7.25) {
            let lane = Elementary.exp2(Lane(repeating: power))
            #expect(abs(Elementary.log2(lane)[3] - power) < 4e-6 * max(1, power.magnitude))
        }
        #expect(Elementary.exp2(Lane(repeating: 10))[0] == 1_024)
        #expect(abs(Elementary.log2(Lane(repeating: 0.125))[7] + 3) < 2e-6)
        #expect(abs(Elementary.exp(1) - 2.718_281_8) < 2e-6)
        #expect(abs(Elementary.log(10) - 2.302_585_1) < 2e-6)
        #expect(Elementary.decibels(power: 0) == -120)
        #expect(abs(Elementary.decibels(power: 0.001) + 30) < 1e-4)
        #expect(abs(Elementary.power(decibels: 3) - 1.995_262) < 1e-5)
    }

    @Test func `the exponential integral equals its sum`() {
        for x in [0.01, 0.2, 0.7, 1, 1.5, 3, 8] {
            // E1(x) = integral over t > x of e^-t / t, by the midpoint rule.
            var sum = 0.0
            let step = 0.0005
            for index in 0..<60_000 {
                let t = x + (Double(index) + 0.5) * step
                sum += Double(Elementary.exp(Float(-t))) / t * step
            }
            #expect(abs(Double(PostFilter.exponentialIntegral(Lane(repeating: Float(x)))[2]) - sum) < 3e-4)
        }
    }
}

struct FilterBankTests {
    @Test(arguments: FilterBankFrame.allCases)
    func `cut and put together, sound comes back 256 samples later`(frame: FilterBankFrame) {
        let bank = FilterBank(channelCount: 2, frame: frame)
        // A tone away from 0 Hz and 8 kHz, which are dropped.
        let sound = (0..<40 * FilterBank.hop).map { Float(Elementary.sineAndCosine(Double($0) * 0.7).sine) }
        var output: [Float] = []
        for hop in 0..<40 {
            let part = Array(sound[hop * FilterBank.hop..<(hop + 1) * FilterBank.hop])
            bank.analyse((part.map { -$0 } + part).span)
            var out = [Float](repeating: 0, count: FilterBank.hop)
            var span = out.mutableSpan
            let second = bank.spectra.base + 2 * bank.laneCount
            bank.synthesise(second, second + bank.laneCount, into: &span)
            output += out
        }
        for index in 4_096..<output.count {
            #expect(abs(output[index] - sound[index - FilterBank.delay]) < 2e-3)
        }
    }
}

struct DirectionFinderTests {
    @Test(arguments: [3, 4, 6, 8], [0, 33, 91, 180, 269, 359])
    func `a plane wave is found where it comes from`(m: Int, azimuth: Int) throws {
        let found = try direction(circle(m), azimuth: Double(azimuth))
        let error = abs((found.azimuth - Float(azimuth) + 540).truncatingRemainder(dividingBy: 360) - 180)
        #expect(error < 0.7)
        #expect(found.confidence > 0.5)
    }

    @Test(arguments: [10, 60, 90, 150, 175])
    func `a line tells the angle to its axis, from either side`(azimuth: Int) throws {
        for side in [1.0, -1] {
            let found = try direction(circle(2), azimuth: side * Double(azimuth))
            #expect(abs(found.azimuth - Float(azimuth)) < 2)
        }
    }

    @Test func `without votes there is no direction`() throws {
        #expect(try DirectionFinder(positions: circle(4).positions, spacing: 31.25).find() == nil)
    }

    private func direction(
        _ geometry: ArrayGeometry, azimuth: Double
    ) throws -> (azimuth: Float, confidence: Float) {
        let finder = DirectionFinder(positions: geometry.positions, spacing: 31.25)
        let turn = Elementary.sineAndCosine(azimuth * .pi / 180)
        let transfer = Lanes(count: 2 * geometry.count)
        let spacing: Float = 31.25
        for group in 0..<32 {
            for (index, position) in geometry.positions.enumerated() {
                let lead = (Double(position.x) * turn.cosine + Double(position.y) * turn.sine) / 343
                for lane in 0..<8 {
                    let phase = Elementary.sineAndCosine(2 * .pi * Double(group * 8 + lane) * 31.25 * lead)
                    transfer.base[2 * index][lane] = Float(phase.cosine)
                    transfer.base[2 * index + 1][lane] = Float(phase.sine)
                }
            }
            finder.vote(
                transfer.base, weight: Lane(repeating: 1), hertz: Float(group * 8) * spacing
            )
        }
        return try #require(finder.find())
    }
}

struct SuperdirectiveBeamTests {
    @Test func `it passes its direction and turns others down`() throws {
        let geometry = try circle(4)
        let beam = SuperdirectiveBeam(positions: geometry.positions, groups: 32)
        #expect(beam.azimuth == nil)
        beam.steer(to: 40)
        for (azimuth, range) in [(40.0, Float(0.98)...1.02), (220, 0...0.6)] {
            let group = 6  // about 1.6 kHz
            let wave = Lanes(count: 8)
            let turn = Elementary.sineAndCosine(azimuth * .pi / 180)
            for (index, position) in geometry.positions.enumerated() {
                let dx = Double(position.x - geometry.positions[0].x)
                let dy = Double(position.y - geometry.positions[0].y)
                let lead = (dx * turn.cosine + dy * turn.sine) / 343
                let phase = Elementary.sineAndCosine(2 * .pi * Double(group * 8 + 4) * 31.25 * lead)
                wave.base[2 * index][4] = Float(phase.cosine)
                wave.base[2 * index + 1][4] = Float(phase.sine)
            }
            let out = HermitianLanes.inner(beam.weights.base + group * 8, wave.base, 4)
            #expect(range.contains((out.re * out.re + out.im * out.im)[4].squareRoot()))
        }
    }
}

struct AutomaticGainTests {
    @Test(arguments: [Float(0.002), 0.02, 0.2])
    func `speech reaches the target, and no sample passes full scale`(amplitude: Float) {
        var gain = AutomaticGain(targetLevel: -24)
        let raw = noise(256 * 400, seed: 3).map { $0 * amplitude * 1.732 }
        var power: Float = 0
        for hop in 0..<400 {
            var samples = Array(raw[hop * 256..<(hop + 1) * 256])
            let span = samples.mutableSpan
            gain.observe(span, speech: 1)
            var same = samples.mutableSpan
            gain.apply(to: &same)
            #expect(samples.allSatisfy { $0.magnitude <= 1 })
            if hop >= 300 { power += samples.reduce(0) { $0 + $1 * $1 } / 25_600 }
        }
        #expect(abs(Elementary.decibels(power: power) + 24) < 1)
    }

    @Test func `without speech the gain rests`() {
        var gain = AutomaticGain(targetLevel: -24)
        var samples = noise(256, seed: 4).map { $0 * 0.001 }
        for _ in 0..<100 { gain.observe(samples.mutableSpan, speech: 0.1) }
        #expect(abs(gain.decibels) < 1e-4)
    }
}

struct OutputLevelTests {
    @Test func `the floor is the level without speech, and rises if speech never ends`() {
        var level = OutputLevel()
        for hop in 0..<200 { level.observe(power: hop % 2 == 0 ? 1e-4 : 1e-2, speech: hop % 2 == 0 ? 0 : 1) }
        #expect(abs(level.floor + 40) < 4)
        for _ in 0..<300 { level.observe(power: 1e-1, speech: 1) }
        #expect(abs(level.floor + 10) < 0.1)
        #expect(level.snr < 0.2)
    }
}
