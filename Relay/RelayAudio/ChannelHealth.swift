package import RelayDSP

/// What can be wrong with one microphone's channel.
package enum ChannelFault: String, Sendable, Hashable, CaseIterable {
    /// Nothing comes, or far less than from the others: broken, unplugged or covered.
    case dead
    /// At full scale too often while others are not: its gain is wrong.
    case clipped
    /// Samples that are no numbers.
    case notFinite = "not-finite"
    /// It hears another room than its neighbours: a channel that is no microphone, or a wrong map.
    case foreign
    /// It hears its neighbours upside down.
    case inverted
}

/// Finds channels that would spoil the beam, and an order of channels that is not the board's.
///
/// Samples that are no numbers become silence at once. Everything else is judged once a second: levels against the
/// other channels, low-frequency correlation, which nearby microphones share in any room (H. Cox, "Spatial correlation in
/// arbitrary noise fields", JASA 54(5), 1973), and whether the delays between the channels fit a plane wave over the
/// board's geometry only once two channels change places. A verdict needs ``Tuning/windowCount`` seconds in a row and
/// goes after as many good ones. One thread; takes its memory when made.
package final class ChannelHealth {
    /// What may be changed freely.
    package enum Tuning {
        /// Hops of 256 samples in a window: 0.99 s.
        package static let hopsPerWindow = 62
        /// Windows in a row that make a verdict.
        package static let windowCount = 2
        /// So far under the others' middle is dead, as a share of power (-22 dB): ports that dust covers lose 10 to
        /// 15 dB.
        package static let deadShare: Float = 0.006_31
        /// The others must be this loud before a quiet one is dead: mean square of -80 dBFS.
        package static let audiblePower: Float = 1e-8
        /// Share of samples at full scale.
        package static let clippedShare: Float = 0.01
        /// Samples from here on are at full scale.
        package static let fullScale: Float = 0.999
        /// Correlation of a channel with its best neighbour, and that of the others among themselves.
        package static let foreignCorrelation: Float = 0.3
        package static let neighbourCorrelation: Float = 0.6
        /// Spacing in metres up to which the correlation is judged.
        package static let nearMetres: Float = 0.15
        /// Numbers beyond this, full scale being 1, are limited to it: their squares must stay numbers.
        package static let sampleMax: Float = 16
    }

    /// The state of all channels.
    package struct Report: Sendable, Hashable {
        /// Bit c: channel c is to be left out.
        package var excluded: UInt32 = 0
        /// Channels are exchanged: directions are not to be trusted. What is learned from the sound itself is.
        package var isMisordered = false
        /// A byte for each channel: 0 is healthy, else the fault's place among all cases. No array: copies are made in
        /// every block.
        private var codes: UInt64 = 0
        /// Nothing is wrong with any channel.
        package var isHealthy: Bool { !isMisordered && codes == 0 }

        package init() {}

        /// What is wrong with a channel, 0...7; nil if nothing is.
        package func fault(of channel: Int) -> ChannelFault? {
            let code = Int(codes >> UInt64(8 * channel) & 0xFF)
            return code == 0 ? nil : ChannelFault.allCases[code - 1]
        }

        /// Bit c: something is wrong with channel c.
        var faulty: UInt32 {
            var bits: UInt32 = 0
            for channel in 0..<8 where codes >> UInt64(8 * channel) & 0xFF != 0 {
                bits |= 1 << UInt32(channel)
            }
            return bits
        }

        /// Says what is wrong with a channel.
        mutating func set(_ fault: ChannelFault?, of channel: Int) {
            let code = fault.flatMap(ChannelFault.allCases.firstIndex).map { UInt64($0 + 1) } ?? 0
            codes = codes & ~(0xFF << UInt64(8 * channel)) | code << UInt64(8 * channel)
        }
    }

    private let count: Int
    private var statistics: ChannelStatistics
    private var order: ChannelOrder?
    private let isNear: Bool
    private var hopCount = 0
    /// For each channel the fault of the last window, and how many windows in a row had it.
    private var candidates: [(fault: ChannelFault?, windows: Int)]
    /// What is known so far.
    package private(set) var report = Report()

    /// - Parameters:
    ///   - channelCount: Microphones, 1...8.
    ///   - geometry: Of as many; nil if unknown: correlation and order are not judged then.
    package init(channelCount: Int, geometry: ArrayGeometry?) {
        precondition((1...ArrayGeometry.microphoneCountMax).contains(channelCount), "channel count")
        precondition(geometry.map { $0.count == channelCount } ?? true, "geometry of another array")
        count = channelCount
        statistics = ChannelStatistics(channelCount: channelCount)
        order = geometry.flatMap(ChannelOrder.init)
        var furthest: Float = 0
        for first in geometry?.positions ?? [] {
            for second in geometry?.positions ?? [] { furthest = max(furthest, first.distance(to: second)) }
        }
        isNear = geometry != nil && furthest <= Tuning.nearMetres
        candidates = Array(repeating: (nil, 0), count: channelCount)
    }

    /// Judges one hop and mends it in place: no NaN, no infinity.
    ///
    /// - Parameter microphones: planar, 256 samples of each channel.
    package func inspect(_ microphones: inout MutableSpan<Float>) {
        precondition(microphones.count == count * SpatialFilter.hop, "not one hop")
        for channel in 0..<count {
            let badCount = Self.sanitise(&microphones, channel)
            if badCount > 0 { set(.notFinite, channel) }
            statistics.note(microphones.span, channel: channel, badCount: badCount)
        }
        if hopCount % ChannelOrder.hopStride == 0 { order?.note(microphones.span) }
        statistics.correlate()
        hopCount += 1
        if hopCount % Tuning.hopsPerWindow == 0 { judge() }
    }

    /// Does to another signal of the same microphones what the last ``inspect(_:)`` did.
    package func apply(to shadow: inout MutableSpan<Float>) {
        precondition(shadow.count == count * SpatialFilter.hop, "not one hop")
        for channel in 0..<count { _ = Self.sanitise(&shadow, channel) }
    }

    /// Replaces what is no number and limits what is too large; returns how many were no numbers.
    private static func sanitise(_ microphones: inout MutableSpan<Float>, _ channel: Int) -> Int {
        var bad = 0
        for index in channel * SpatialFilter.hop..<(channel + 1) * SpatialFilter.hop {
            let sample = microphones[index]
            if sample.magnitude <= Tuning.sampleMax { continue }
            if !sample.isFinite { bad += 1 }
            microphones[index] = sample.isFinite ? (sample > 0 ? Tuning.sampleMax : -Tuning.sampleMax) : 0
        }
        return bad
    }

    private func judge() {
        for channel in 0..<count {
            let fault = fault(of: channel)
            let isSame = candidates[channel].fault == fault
            candidates[channel] = (fault, isSame ? min(candidates[channel].windows + 1, 1_000) : 1)
            if candidates[channel].windows >= Tuning.windowCount || fault == .notFinite {
                set(fault, channel)
            }
        }
        if let isWrong = order?.judge() { report.isMisordered = isWrong }
        statistics.clear()
    }

    private func fault(of channel: Int) -> ChannelFault? {
        if statistics.badCount[channel] > 0 { return .notFinite }
        let others = count > 1 ? statistics.middlePower(without: channel) : 0
        if others > Tuning.audiblePower, statistics.power(channel) < others * Tuning.deadShare {
            return .dead
        }
        if statistics.clippedShare(channel) > Tuning.clippedShare { return .clipped }
        guard isNear, count > 1 else { return nil }
        return statistics.correlationFault(of: channel)
    }

    /// Excludes a channel or takes it back. If all are bad alike, none is left out.
    private func set(_ fault: ChannelFault?, _ channel: Int) {
        guard report.fault(of: channel) != fault else { return }
        report.set(fault, of: channel)
        report.excluded = report.faulty == (1 << UInt32(count)) - 1 ? 0 : report.faulty
    }
}
