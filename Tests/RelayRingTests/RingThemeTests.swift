import Foundation
import RelayRing
import Testing

@Suite struct RingThemeTests {
    @Test func `the standard theme passes its own check`() throws {
        let theme = try RingTheme(name: "standard")
        #expect(theme.patterns == RingTheme.standard.patterns)
        #expect(RingScene.allCases.allSatisfy { theme.patterns[$0] != nil })
    }

    @Test(arguments: RingScene.allCases.filter(\.mustBeSeen))
    func `a theme cannot hide a scene that must be seen`(scene: RingScene) {
        let dark = RingPattern([RingLayer(.all, .colour(RingColour(0, 0, 0)))])
        #expect(throws: RingThemeError.self) { try RingTheme(name: "dark", patterns: [scene: dark]) }
        let rare = RingPattern([
            RingLayer(.all, .role(.accent), .blink(onMilliseconds: 100, offMilliseconds: 5_000))
        ])
        let error = #expect(throws: RingThemeError.self) {
            try RingTheme(name: "rare", patterns: [scene: rare])
        }
        #expect(
            error?.description.contains("\(scene.rawValue) would be dark for over a second") == true)
    }

    @Test func `a theme cannot make idle look as a muted ring does`() {
        let red = RingPattern([RingLayer(.all, .role(.muted), strength: 0.4)])
        let error = #expect(throws: RingThemeError.self) {
            try RingTheme(name: "red", patterns: [.idle: red])
        }
        #expect(error?.problems == ["muted would look as idle does"])
    }

    @Test func `every number out of range is named`() {
        let pattern = RingPattern(
            [
                RingLayer(.arc(degrees: 0), .role(.accent), .turn(milliseconds: 3), strength: 2),
                RingLayer(.all, .role(.accent), .breathe(milliseconds: 100, lowest: 3)),
            ], fade: 9_000)
        let error = #expect(throws: RingThemeError.self) {
            try RingTheme(name: "odd", patterns: [.thinking: pattern])
        }
        #expect(error?.problems.count == 5)
    }

    @Test func `colours are read and written as people do`() {
        for text in ["#000000", "#ffffff", "#18c8e0", "#0a0b0c"] {
            #expect(RingColour(text)?.text == text)
        }
        for text in ["", "red", "#fff", "#18c8e", "#18c8e0f", "#+8c8e0", "#gggggg", "18c8e0#"] {
            #expect(RingColour(text) == nil)
        }
        for value: UInt8 in [0, 1, 10, 11, 128, 200, 254, 255] {
            let colour = RingColour(value, value, value)
            #expect(RingColour(colour.light) == colour)
        }
        // IEC 61966-2-1: half of full power looks like 188 of 255.
        #expect(abs(RingColour(188, 0, 0).light.x - 0.503) < 0.001)
    }
}

@Suite struct RingSheetTests {
    @Test func `the sheet in the documents is the ring's`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let kept = try String(contentsOf: root.appending(path: "docs/ring.svg"), encoding: .utf8)
        let drawn = RingSheet.drawing(theme: .standard, lamps: RingLamps(count: 12))
        #expect(kept == drawn, "make it again with: loqa-relay ring --sheet docs/ring.svg")
    }
}

@Suite struct RingBrightnessTests {
    @Test func `quiet hours go over midnight and never hide what must be seen`() {
        let quiet = RingBrightness.QuietHours(from: 22 * 60, to: 7 * 60, brightness: 0)
        let brightness = RingBrightness(normal: 0.6, quiet: quiet)
        #expect(brightness.factor(for: .thinking, minute: 12 * 60) == 0.6)
        #expect(brightness.factor(for: .thinking, minute: 23 * 60) == 0)
        #expect(brightness.factor(for: .thinking, minute: 0) == 0)
        #expect(brightness.factor(for: .thinking, minute: 7 * 60) == 0.6)
        #expect(brightness.factor(for: .thinking, minute: nil) == 0.6)
        for scene in RingScene.allCases where scene.mustBeSeen {
            #expect(brightness.factor(for: scene, minute: 0, lux: 0) == RingBrightness.least)
        }
    }

    @Test func `a dark room dims the ring`() {
        let brightness = RingBrightness(normal: 1)
        var before: Float = 0
        for lux in [Float(0), 10, 100, 300, 10_000] {
            let factor = brightness.factor(for: .speaking, minute: nil, lux: lux)
            #expect(factor >= before && factor <= 1)
            before = factor
        }
        #expect(before == 1)
        #expect(brightness.factor(for: .speaking, minute: nil, lux: .nan) == 1)
    }

    @Test func `a ring draws no more than the supply bears, and keeps its colours`() {
        let supply = RingSupply(colourMilliamperes: 20, limitMilliamperes: 100)
        var lights = [RingLight](repeating: RingLight(1, 0.5, 0), count: 12)
        supply.limit(&lights)
        let drawn = lights.reduce(0) { $0 + $1.sum() } * 20
        #expect(abs(drawn - 100) < 0.01)
        #expect(abs(lights[0].y / lights[0].x - 0.5) < 1e-5)
        var dim = [RingLight](repeating: RingLight(0.01, 0, 0), count: 12)
        supply.limit(&dim)
        #expect(dim[0].x == 0.01)
    }
}
