/// A number of sound samples of one channel at Loqa's own rate, 16 kHz: a length or a position in a stream.
///
/// Sound between Loqa's modules is 16 kHz mono; samples are `Int16` at the edges and on the wire, and
/// `Float` in -1...1 inside signal processing.
package struct SampleCount: Sendable, Hashable, Comparable {
    /// Samples a second, on every path between modules.
    package static let perSecond = 16_000
    /// Samples in one Opus packet of 20 ms.
    package static let perPacket = SampleCount(320)

    package var value: Int64

    package init(_ value: Int64) { self.value = value }

    /// The samples that `duration` takes, rounded towards zero.
    package init(_ duration: Duration) {
        value = duration.nanoseconds / (1_000_000_000 / Int64(Self.perSecond))
    }

    /// The time these samples take. Exact: one sample is 62.5 µs.
    package var duration: Duration { .nanoseconds(value * (1_000_000_000 / Int64(Self.perSecond))) }

    package static func < (left: SampleCount, right: SampleCount) -> Bool { left.value < right.value }
    package static func + (left: SampleCount, right: SampleCount) -> SampleCount {
        .init(left.value + right.value)
    }
    package static func - (left: SampleCount, right: SampleCount) -> SampleCount {
        .init(left.value - right.value)
    }
    package static func += (left: inout SampleCount, right: SampleCount) { left.value += right.value }
}
