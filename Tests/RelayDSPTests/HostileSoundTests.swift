import LoqaTestKit
import RelayDSP
import Testing

/// Whatever comes in, what goes out is finite and within full scale, and speech is heard again afterwards.
struct HostileSoundTests {
    private static let kinds = [
        "silence", "no numbers", "infinite", "square wave", "one channel dead", "huge", "offset",
    ]

    @Test(arguments: kinds, [1, 2, 4])
    func `bad sound gives finite output, and speech is heard after it`(kind: String, m: Int) throws {
        var settings = SpatialSettings()
        settings.hasAutomaticGain = true
        let room = try SyntheticRoom(circle(m), azimuth: 45)
        let filter = SpatialFilter(geometry: room.geometry, settings: settings)
        let bad = (0..<60).map { hop in
            (0..<m * SpatialFilter.hop).map {
                Self.sample(kind, hop * SpatialFilter.hop + $0, room.mix[hop][$0])
            }
        }
        for run in [FilterRun(filter, bad), FilterRun(filter, room.mix), FilterRun(filter, room.mix)] {
            #expect(run.output.allSatisfy { $0.isFinite && $0.magnitude <= 1 })
            for report in run.reports {
                #expect(report.level.isFinite && report.snr.isFinite && report.noiseFloor.isFinite)
                #expect((0...1).contains(report.voiceProbability) && report.gain.isFinite)
                #expect((0...1).contains(report.directionConfidence))
                #expect(report.azimuth.map { (0..<360).contains($0) } ?? true)
            }
        }
        let after = FilterRun(filter, room.mix)
        let (pause, speech) = (after.reports[40].level, after.reports[110..<148].map(\.level).max() ?? -120)
        #expect(speech > pause + 6)
    }

    private static func sample(_ kind: String, _ index: Int, _ good: Float) -> Float {
        switch kind {
        case "silence": 0
        case "no numbers": index % 7 == 0 ? .nan : good
        case "infinite": index % 5 == 0 ? .infinity : -.infinity
        case "square wave": index / 20 % 2 == 0 ? 1 : -1
        case "one channel dead": index % 1_024 < 256 ? 0 : good
        case "huge": good * 1e30
        default: good + 0.5
        }
    }
}
