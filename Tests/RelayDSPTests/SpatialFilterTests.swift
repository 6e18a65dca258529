import CAllocationCount
import LoqaTestKit
import Testing

@testable import RelayDSP

struct SpatialFilterTests {
    private var linear: SpatialSettings {
        var settings = SpatialSettings()
        settings.hasNoiseSuppression = false
        return settings
    }

    /// Against noise that differs at every microphone, m of them can win 10 log10 m.
    @Test(arguments: [(2, Float(1.8)), (3, 3.2), (4, 4.2), (6, 5.5), (8, 6.2)])
    func `the beam gains what its microphones allow, and finds the talker by itself`(m: Int, gain: Float)
        throws
    {
        let room = try SyntheticRoom(circle(m), azimuth: 70)
        var single = linear
        single.hasBeam = false
        let before = FilterRun(
            SpatialFilter(geometry: room.geometry, settings: single), room.mix, shadow: room.speech)
        let after = FilterRun(
            SpatialFilter(geometry: room.geometry, settings: linear), room.mix, shadow: room.speech)
        let won = after.signalToNoise(last: 12_000) - before.signalToNoise(last: 12_000)
        #expect(won >= gain)
        #expect(after.reports[148].beam == .adaptive)
        let azimuth = try #require(after.reports[148].azimuth)
        #expect(abs(azimuth - 70) < 4)
    }

    @Test func `the talker comes out as at the first microphone`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 200)
        let run = FilterRun(
            SpatialFilter(geometry: room.geometry, settings: linear), room.mix, shadow: room.speech)
        var (error, power) = (Float(0), Float(0))
        for index in 28_000..<run.shadow.count {
            let (hop, at) = (index - SpatialFilter.delay).quotientAndRemainder(dividingBy: SpatialFilter.hop)
            let original = room.speech[hop][at]
            error += (run.shadow[index] - original) * (run.shadow[index] - original)
            power += original * original
        }
        #expect(error < 0.03 * power)
    }

    @Test(arguments: [2, 4]) func `noise that is the same at every microphone does not turn the direction`(
        m: Int
    ) throws {
        let room = try SyntheticRoom(circle(m), azimuth: 40, noise: 0.001, isNoiseShared: true)
        let run = FilterRun(SpatialFilter(geometry: room.geometry, settings: linear), room.mix)
        let azimuth = try #require(run.reports[148].azimuth)
        #expect(abs(azimuth - 40) < 6)
    }

    @Test func `one microphone passes, 256 samples later`() throws {
        let room = try SyntheticRoom(circle(1), azimuth: 0)
        let run = FilterRun(SpatialFilter(geometry: room.geometry, settings: linear), room.mix)
        for index in 20_000..<20_400 {
            let (hop, at) = (index - SpatialFilter.delay).quotientAndRemainder(dividingBy: SpatialFilter.hop)
            #expect(abs(run.output[index] - room.mix[hop][at]) < 0.01)
        }
        #expect(run.reports.allSatisfy { $0.azimuth == nil && $0.beam == .passThrough })
    }

    @Test func `speech is told from noise, and its level from the floor`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 10)
        let run = FilterRun(SpatialFilter(geometry: room.geometry), room.mix)
        #expect(run.reports[55..<60].allSatisfy { $0.voiceProbability < 0.3 })
        #expect(run.reports[100..<148].allSatisfy { $0.voiceProbability > 0.7 })
        let loudest = try #require(run.reports[120..<148].map(\.snr).max())
        #expect(loudest > 10)
        #expect(run.reports.allSatisfy { $0.snr >= 0 && $0.level >= -120 && $0.noiseFloor >= -120 })
    }

    @Test func `the shadow of the sound itself is the output`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 10, hops: 120)
        var settings = SpatialSettings()
        settings.hasAutomaticGain = true
        let run = FilterRun(
            SpatialFilter(geometry: room.geometry, settings: settings), room.mix, shadow: room.mix)
        #expect(run.output == run.shadow)
    }

    @Test func `noise suppression lowers the noise, and rests while the loudspeaker plays`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 10)
        let plain = FilterRun(SpatialFilter(geometry: room.geometry, settings: linear), room.mix)
        let quiet = FilterRun(SpatialFilter(geometry: room.geometry), room.mix)
        #expect(quiet.reports[60].isNoiseSuppressed)
        #expect(quiet.reports[60].level < plain.reports[60].level - 6)
        let playing = FarEndActivity(isActive: true, isDoubleTalk: false, echoLevel: -40)
        let rested = FilterRun(SpatialFilter(geometry: room.geometry), room.mix, farEnd: playing)
        #expect(rested.reports.allSatisfy { !$0.isNoiseSuppressed })
    }

    @Test func `a channel left out does no harm, and all left out leaves the first`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 70)
        let broken = room.mix.map { hop in
            hop.enumerated().map { $0 / SpatialFilter.hop == 2 ? Float($0 & 1) : $1 }
        }
        let filter = SpatialFilter(geometry: room.geometry, settings: linear)
        filter.excludeChannels(1 << 2)
        let run = FilterRun(filter, broken, shadow: room.speech)
        #expect(run.signalToNoise(last: 12_000) > 8)
        let azimuth = try #require(run.reports[148].azimuth)
        #expect(abs(azimuth - 70) < 6)
        filter.excludeChannels(.max)
        let alone = FilterRun(filter, room.mix)
        #expect(alone.reports.allSatisfy { $0.beam == .passThrough })
        #expect(alone.output.contains { $0 != 0 })
    }

    @Test func `a wake word teaches the beam at once`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 120)
        let filter = SpatialFilter(geometry: room.geometry, settings: linear)
        _ = FilterRun(filter, Array(room.mix[..<100]))
        filter.noteWakeWord(startedSamplesAgo: 9_000, endedSamplesAgo: 1_000)
        let run = FilterRun(filter, Array(room.mix[100...]), shadow: Array(room.speech[100...]))
        #expect(run.reports[0].beam == .adaptive)
        #expect(run.signalToNoise(last: 11_000) > 9)
    }

    @Test(arguments: [(0, 0), (-5, -9), (.max, .max), (.max, 0), (100, 5_000), (.min, .min)])
    func `a wake word whose span makes no sense is survived`(started: Int, ended: Int) throws {
        let room = try SyntheticRoom(circle(2), azimuth: 120, hops: 80)
        let filter = SpatialFilter(geometry: room.geometry)
        _ = FilterRun(filter, room.mix)
        filter.noteWakeWord(startedSamplesAgo: started, endedSamplesAgo: ended)
        #expect(FilterRun(filter, room.mix).output.allSatisfy { $0.isFinite })
    }

    @Test func `the same sound gives the same output`() throws {
        let room = try SyntheticRoom(circle(6), azimuth: 300, hops: 100)
        let runs = (0..<2).map { _ in FilterRun(SpatialFilter(geometry: room.geometry), room.mix) }
        #expect(runs[0].output == runs[1].output)
        #expect(runs[0].reports == runs[1].reports)
    }

    @Test(arguments: [FilterBankFrame.even, .long], [1, 4, 8])
    func `no hop takes memory`(frame: FilterBankFrame, m: Int) throws {
        let room = try SyntheticRoom(circle(m), azimuth: 30, hops: 120)
        var tuning = SpatialTuning()
        tuning.frame = frame
        var settings = SpatialSettings()
        settings.hasAutomaticGain = true
        let filter = SpatialFilter(geometry: room.geometry, settings: settings, tuning: tuning)
        var out = [Float](repeating: 0, count: SpatialFilter.hop)
        var taken: UInt = 0
        for (index, hop) in room.mix.enumerated() {
            let farEnd =
                index / 20 == 3 ? FarEndActivity(isActive: true, isDoubleTalk: true, echoLevel: -30) : .silent
            let before = allocation_count()
            var span = out.mutableSpan
            let report = filter.process(hop.span, farEnd: farEnd, into: &span)
            filter.processShadow(hop.span, into: &span)
            taken += allocation_count() - before
            #expect(report.level.isFinite)
        }
        #expect(taken == 0)
        let before = allocation_count()
        _ = [Float](repeating: 0, count: out.count + Int(taken))
        #expect(allocation_count() > before, "the counter counts")
    }
}
