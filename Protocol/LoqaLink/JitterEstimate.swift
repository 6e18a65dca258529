package import LoqaBase
import LoqaWire

/// How unevenly a link's packets arrive, over all of its streams in one direction. A pure value of fixed
/// size.
///
/// A packet's lateness is how much longer it took than the fastest packet of late, from arrival times against
/// timestamps; no clock of the sender is needed. The estimate is a high percentile of the lateness over a
/// sliding window, as in the delay manager of WebRTC's NetEQ, which keeps a histogram as well
/// (modules/audio_coding/neteq: relative arrival delay, quantile 0.95); a mean, as in RFC 3550, A.8, would
/// say nothing about the few late packets that make the holes.
///
/// A packet is compared only with those that were sent before it. So a sender that hurries is not jitter: in a
/// burst ahead of real time, at the start of an answer or with a pre-roll, each packet is faster than all
/// before it, in whatever order the network brings them, and such packets are not counted.
package struct JitterEstimate<Clock>: Sendable {
    /// What may be changed freely. A `k`-packet prebuffer withstands a lateness of `k - 1` packets.
    package enum Tuning {
        /// Packets of the window: 5 s.
        package static var windowCount: Int { 250 }
        /// The part of the packets, in percent, that the estimate covers.
        package static var percentile: Int { 97 }
        /// Width of a class of the histogram.
        package static var classWidth: Duration { .milliseconds(5) }
        /// How many classes there are: up to 250 ms.
        package static var classCount: Int { 50 }
        /// A packet later than the histogram reaches was not late: its sender paused, and time counts from
        /// there.
        package static var latenessMax: Duration { classWidth * classCount }
        /// A packet faster than all before by more than this was sent in a hurry.
        package static var hurry: Duration { .milliseconds(5) }
        /// The fastest packet is looked for in as many packets' time before a packet, so that drift of the
        /// clocks does not add up.
        package static var beforeCount: Int { 64 }
    }

    /// Class of each packet in the window, as a ring; `UInt8.max` where none was yet.
    private var window = [UInt8](repeating: .max, count: Tuning.windowCount)
    private var oldest = 0
    private var histogram = [UInt16](repeating: 0, count: Tuning.classCount)
    private var sampleCount = 0
    // The newest packets' transit times, each in the place of its timestamp. They have an unknown offset; only
    // their differences mean something.
    private var before = [Passage?](repeating: nil, count: Tuning.beforeCount)

    private struct Passage {
        var timestamp: Int64
        var transit: Duration
    }

    package init() {}

    /// A new stream begins: its timestamps count from elsewhere.
    package mutating func startStream() {
        for index in before.indices { before[index] = nil }
    }

    /// A packet arrived, for the first time.
    package mutating func arrived(timestamp: UInt32, at now: Instant<Clock>) {
        let passage = Passage(
            timestamp: Int64(timestamp), transit: now.sinceOrigin - SampleCount(Int64(timestamp)).duration)
        let best = fastest(before: passage.timestamp)
        if let best, passage.transit - best >= Tuning.latenessMax { startStream() }
        before[place(of: passage.timestamp)] = passage
        guard let best else { return }
        let lateness = passage.transit - best
        guard lateness >= .zero - Tuning.hurry, lateness < Tuning.latenessMax else { return }
        count(max(.zero, lateness))
    }

    /// How late packets are at most, except for a few: the ``Tuning/percentile`` of the window, rounded up to
    /// its ``Tuning/classWidth``. Zero before the first samples.
    package var lateness: Duration {
        var left = (sampleCount * (100 - Tuning.percentile)) / 100
        for index in histogram.indices.reversed() {
            left -= Int(histogram[index])
            // The lowest class is a steady network: there is always some noise in it.
            if left < 0 { return index == 0 ? .zero : Tuning.classWidth * (index + 1) }
        }
        return .zero
    }

    private func place(of timestamp: Int64) -> Int {
        Int(timestamp / SampleCount.perPacket.value) % before.count
    }

    private func fastest(before timestamp: Int64) -> Duration? {
        let oldest = timestamp - Int64(Tuning.beforeCount) * SampleCount.perPacket.value
        var best: Duration?
        for passage in before {
            guard let passage, passage.timestamp < timestamp, passage.timestamp >= oldest else { continue }
            best = min(best ?? passage.transit, passage.transit)
        }
        return best
    }

    private mutating func count(_ lateness: Duration) {
        let index = min(Int(lateness / Tuning.classWidth), Tuning.classCount - 1)
        if window[oldest] == .max { sampleCount += 1 } else { histogram[Int(window[oldest])] -= 1 }
        window[oldest] = UInt8(index)
        histogram[index] += 1
        oldest = (oldest + 1) % window.count
    }
}
