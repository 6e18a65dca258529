import Foundation
import LoqaBase
import LoqaLink
import LoqaTestKit

/// Two clocks and a path between them, of which the truth is known. One seed gives one story.
struct ClockWorld {
    /// How long a packet queues in one direction.
    enum Jitter: Sendable, CaseIterable {
        case none
        /// Anything from 0 to 5 ms alike.
        case uniform
        /// 5 ms on average, exponentially distributed.
        case exponential
        /// The size of a normal deviate of 5 ms.
        case halfNormal
        /// A normal deviate of 5 ms on either side of 20 ms: no packet is ever quick.
        case normal
        /// Mostly 1 ms, one in ten exponential with 30 ms: Wi-Fi with retries.
        case bursty
    }

    var jitter = Jitter.uniform
    /// Seconds in one direction without queueing, and how much more it is on the way back.
    var path = 0.001
    var asymmetry = 0.0
    /// Exchanges that are lost, in hundredths.
    var lossPercent = 0
    /// Hub's clock against the relay's: a constant part and one that swings, both without unit.
    var drift = 0.0
    var swing = 0.0
    var swingPeriod = 1_800.0
    /// What the clocks show at true time zero.
    var hubStart = 9_000_000.0
    var relayStart = 1_000.0
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    func relay(_ time: Double) -> RelayInstant { RelayInstant(sinceOrigin: .seconds(relayStart + time)) }

    func hub(_ time: Double) -> HubInstant {
        let turns = 2 * Double.pi / swingPeriod
        let swung = swing * (1 - cos(turns * time)) / turns
        return HubInstant(sinceOrigin: .seconds(hubStart + time + drift * time + swung))
    }

    /// One probe a second from `start` on; calls `look` three times a second once the reply may be there.
    mutating func run(
        _ estimate: inout ClockEstimate, from start: Int = 0, seconds: Int,
        look: (_ estimate: ClockEstimate, _ second: Int, _ error: Double, _ bound: Double) -> Void = {
            _, _, _, _ in
        }
    ) {
        for second in start..<start + seconds {
            if let exchange = exchange(at: Double(second)) { _ = estimate.receive(exchange) }
            for part in [0.15, 0.5, 0.95] {
                guard let (error, bound) = error(of: estimate, at: Double(second) + part) else { continue }
                look(estimate, second, error, bound)
            }
        }
    }

    /// One exchange that begins at this time; nil if it is lost. Timestamps are whole microseconds, as on the wire.
    mutating func exchange(at time: Double) -> ClockEstimate.Exchange? {
        let (there, back) = (path + delay(), path + asymmetry + delay())
        let held = Double.random(in: 10e-6...300e-6, using: &random)
        if Int.random(in: 0..<100, using: &random) < lossPercent { return nil }
        return ClockEstimate.Exchange(
            sentAt: rounded(relay(time)), receivedAt: rounded(hub(time + there)),
            repliedAt: rounded(hub(time + there + held)),
            arrivedAt: rounded(relay(time + there + held + back)))
    }

    /// How far the estimate is from the truth at this time, and how far it says it may be.
    func error(of estimate: ClockEstimate, at time: Double) -> (error: Double, bound: Double)? {
        guard let reading = estimate.hubInstant(for: relay(time)) else { return nil }
        return (abs((reading.instant - hub(time)).seconds), reading.bound.seconds)
    }

    private func rounded<Clock>(_ instant: Instant<Clock>) -> Instant<Clock> {
        Instant(microseconds: instant.microseconds)
    }

    private mutating func delay() -> Double {
        switch jitter {
        case .none: 0
        case .uniform: Double.random(in: 0...0.005, using: &random)
        case .exponential: exponential(0.005)
        case .halfNormal: abs(normal()) * 0.005
        case .normal: max(0, 0.02 + normal() * 0.005)
        case .bursty:
            Int.random(in: 0..<10, using: &random) == 0 ? exponential(0.03) : exponential(0.001)
        }
    }

    private mutating func exponential(_ mean: Double) -> Double {
        -mean * log(Double.random(in: 1e-12...1, using: &random))
    }

    /// Sum of twelve uniform deviates: near enough to a normal one, within six.
    private mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &random) }
    }
}
