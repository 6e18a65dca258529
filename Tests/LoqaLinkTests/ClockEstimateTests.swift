import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

/// How near the estimate is to the truth, on made-up clocks over made-up networks.
struct ClockEstimateTests {
    @Test(arguments: ClockWorld.Jitter.allCases)
    func `under 5 ms of jitter it is within 1 ms for 95 % of the time, and the bound holds`(
        jitter: ClockWorld.Jitter
    ) {
        var (errors, brokenCount) = ([Double](), 0)
        for (seed, loss, drift) in [(UInt64(1), 0, 100e-6), (2, 20, -100e-6)] {
            var world = ClockWorld(seed: seed)
            (world.jitter, world.lossPercent, world.drift, world.swing) = (jitter, loss, drift, 5e-6)
            var estimate = ClockEstimate()
            world.run(&estimate, seconds: 500) { estimate, second, error, bound in
                // Where no packet is ever quick only the number of exchanges helps: two minutes of them.
                guard estimate.isSettled, jitter != .normal || second >= 120 else { return }
                errors.append(error)
                if error > bound { brokenCount += 1 }
            }
            #expect(estimate.restartCount == 0)
            #expect(abs((estimate.driftPartsPerMillion ?? 0) - drift * 1e6) < 20)
        }
        errors.sort()
        let quantiles = [0.5, 0.95, 0.99].map { errors[Int($0 * Double(errors.count - 1))] }
        print("clock, \(jitter): p50, p95, p99 =", quantiles.map { Int($0 * 1e6) }, "µs of \(errors.count)")
        #expect(errors.count > 2_000)
        #expect(quantiles[1] < 0.001)
        #expect(Double(brokenCount) <= 0.001 * Double(errors.count))
    }

    @Test func `a constant difference between the directions cannot be seen, but the bound covers it`() {
        var world = ClockWorld(seed: 3)
        (world.asymmetry, world.jitter) = (0.020, .exponential)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 120) { _, _, error, bound in #expect(error <= bound) }
        let (error, bound) = world.error(of: estimate, at: 120) ?? (0, 0)
        #expect(error > 0.009)
        #expect(bound < 0.015)
        #expect(estimate.roundTripMin ?? .zero >= .milliseconds(22))
    }

    @Test(arguments: [10.0, -10, 0.2, 1e7, -8e6])
    func `a hub's clock that jumps is noticed within three probes, and found again`(step: Double) {
        var world = ClockWorld(seed: 4)
        (world.jitter, world.drift) = (.exponential, 80e-6)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 100)
        #expect(estimate.isSettled)
        world.hubStart += step
        for (second, expected) in [(100, ClockEstimate.Verdict.suspect), (101, .suspect), (102, .restarted)] {
            let verdict = world.exchange(at: Double(second)).map { estimate.receive($0) }
            #expect(verdict == expected)
            #expect(!estimate.isSettled)
        }
        world.run(&estimate, from: 103, seconds: 30) { _, _, error, bound in #expect(error <= bound) }
        #expect(estimate.isSettled)
        #expect(estimate.restartCount == 1)
        // The drift is that of the crystals and was not forgotten.
        #expect(abs((estimate.driftPartsPerMillion ?? 0) - 80) < 20)
        #expect((world.error(of: estimate, at: 133)?.error ?? 1) < 0.002)
    }

    @Test func `one exchange that contradicts the past is left out, and the past stays`() {
        var world = ClockWorld(seed: 5)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 60)
        world.hubStart += 3
        #expect(world.exchange(at: 60).map { estimate.receive($0) } == .suspect)
        world.hubStart -= 3
        #expect(world.exchange(at: 61).map { estimate.receive($0) } == .used)
        #expect(estimate.isSettled)
        #expect(estimate.restartCount == 0)
        #expect((world.error(of: estimate, at: 61.5)?.error ?? 1) < 0.001)
    }

    @Test(arguments: [3_600.0, 28_800.0])
    func
        `after a sleep through which the relay's clock ran the bound is wide and true, and one probe narrows it`(
            sleep: Double
        )
    {
        var world = ClockWorld(seed: 6)
        (world.drift, world.swing) = (-60e-6, 1e-6)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 200)
        let woken = 200 + sleep
        let (error, bound) = world.error(of: estimate, at: woken) ?? (1, 0)
        #expect(error <= bound)
        #expect(world.exchange(at: woken).map { estimate.receive($0) } == .used)
        let (after, narrow) = world.error(of: estimate, at: woken + 0.2) ?? (1, 0)
        #expect(after <= narrow)
        #expect(narrow < 0.010)
    }

    @Test func `a relay's clock that stood still through a sleep, or went back, starts the estimate again`() {
        for change in [-7_200.0, 7_200.0] {
            var world = ClockWorld(seed: 7)
            var estimate = ClockEstimate()
            world.run(&estimate, seconds: 100)
            // Standing still or jumping ahead, seen from the relay: true time and hub go on without it.
            world.hubStart += change
            world.run(&estimate, from: 100, seconds: 40)
            #expect(estimate.restartCount == 1)
            #expect((world.error(of: estimate, at: 140)?.error ?? 1) < 0.002)
        }
        var world = ClockWorld(seed: 8)
        var estimate = ClockEstimate()
        world.run(&estimate, seconds: 100)
        world.relayStart -= 500
        #expect(world.exchange(at: 100).map { estimate.receive($0) } == .restarted)
        #expect(!estimate.isSettled)
    }

    @Test func `a drift that changes faster than any board's makes it forget, not lie`() {
        var world = ClockWorld(seed: 9)
        (world.swing, world.swingPeriod) = (60e-6, 400)
        var (estimate, brokenCount, lookCount) = (ClockEstimate(), 0, 0)
        world.run(&estimate, seconds: 600) { _, _, error, bound in
            lookCount += 1
            if error > bound { brokenCount += 1 }
        }
        #expect(lookCount > 1_700)
        #expect(brokenCount < lookCount / 100)
    }

    @Test func `four probes a second during a stream keep a minute of memory, not a quarter of it`() {
        var world = ClockWorld(seed: 10)
        (world.jitter, world.drift) = (.exponential, 100e-6)
        var estimate = ClockEstimate()
        for step in 0..<1_200 {
            if let exchange = world.exchange(at: Double(step) / 4) { _ = estimate.receive(exchange) }
        }
        #expect(abs((estimate.driftPartsPerMillion ?? 0) - 100) < 5)
        #expect((world.error(of: estimate, at: 300)?.error ?? 1) < 0.001)
    }
}
