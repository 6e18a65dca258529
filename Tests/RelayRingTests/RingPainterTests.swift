import LoqaBase
import Testing

@testable import RelayRing

@Suite struct RingPainterTests {
    private let twelve = RingLamps(count: 12)

    private func at(_ milliseconds: Int) -> RelayInstant { .origin + .milliseconds(milliseconds) }

    @Test(arguments: [Float(0), 30, 100, 255, 359]) func `the ring points at the talker`(
        talker: Float
    ) throws {
        var painter = RingPainter(theme: .standard, lamps: twelve)
        _ = painter.paint(RingMoment(.wake, talker: talker), at: at(0))
        let lights = painter.paint(RingMoment(.wake, talker: talker), at: at(100))
        let brightest = try #require(lights.indices.max { lights[$0].sum() < lights[$1].sum() })
        let away = abs(Float(brightest) * 30 - talker)
        #expect(min(away, 360 - away) <= 30)
        #expect(lights.allSatisfy { $0.sum() > 0 })
    }

    @Test func `a scene fades in from the one before`() {
        var painter = RingPainter(theme: .standard, lamps: twelve)
        let muted = painter.paint(RingMoment(.muted), at: at(0))
        #expect(muted.allSatisfy { $0 == .zero })
        let half = painter.paint(RingMoment(.muted), at: at(30))
        let whole = painter.paint(RingMoment(.muted), at: at(60))
        #expect(half[3].x > 0.4 * whole[3].x && half[3].x < 0.6 * whole[3].x)
        #expect(!painter.isMoving(at: at(61)))
        let back = painter.paint(RingMoment(.idle), at: at(100))
        #expect(back == whole)
        #expect(painter.paint(RingMoment(.idle), at: at(1_000)).allSatisfy { $0 == .zero })
    }

    @Test func `a gauge shows its share clockwise from the front`() {
        for share in [Float(0), 0.25, 0.5, 1] {
            let lights = RingPainter.picture(
                RingMoment(.volume, share: share), after: 0, theme: .standard, lamps: twelve)
            #expect(lights.count { $0.sum() > 0 } == Int(share * 12))
        }
    }

    @Test func `a voice widens the light where it comes from`() {
        var before = 0
        for level in [Float(0.1), 0.4, 0.8, 1] {
            let lights = RingPainter.picture(
                RingMoment(.listening, talker: 90, level: level), after: 0, theme: .standard, lamps: twelve)
            let count = lights.count { $0.z > 0.3 }
            #expect(count > before)
            #expect(lights[3].z >= (lights.map(\.z).max() ?? 0))
            before = count
        }
    }

    @Test func `the digits of a pairing code can be counted`() {
        var flashes: [Int] = [0]
        var (wasLit, darkSince) = (false, 0)
        for time in 0..<9_000 {
            let isLit = RingDigits.isLit([3, 0, 1], after: time)
            if isLit && !wasLit {
                if time - darkSince > 1_000, time > 0 { flashes.append(0) }
                flashes[flashes.count - 1] += 1
            }
            if !isLit && wasLit { darkSince = time }
            wasLit = isLit
        }
        #expect(flashes == [3, 10, 1])
    }

    @Test func `bad numbers paint a ring, not a fault`() {
        for value in [Float.nan, .infinity, -.infinity, -7, 1e30] {
            let moment = RingMoment(.listening, talker: value, level: value, share: value, digits: [200])
            for scene in RingScene.allCases {
                var scened = moment
                scened.scene = scene
                let lights = RingPainter.picture(scened, after: 1_000, theme: .standard, lamps: twelve)
                #expect(lights.allSatisfy { $0.min() >= 0 && $0.max() <= 1 })
            }
        }
    }
}
