/// Finds what is wrong with a theme.
struct RingThemeCheck {
    /// Light below which no eye sees a lamp by day, as a share of full power.
    static let visible: Float = 0.02
    /// A scene that must be seen is dark no longer than this, ms.
    static let darkMax = 1_000
    /// Time looked at, and between two looks, ms.
    private static let span = 12_000
    private static let step = 40

    let theme: RingTheme

    /// One sentence for each problem, none if the theme can be used.
    func problems() -> [String] {
        var found: [String] = []
        for scene in RingScene.allCases {
            guard let pattern = theme.patterns[scene] else { continue }
            found += numbers(pattern).map { "\(scene.rawValue): \($0)" }
        }
        guard found.isEmpty else { return found }
        for scene in RingScene.allCases where scene.mustBeSeen { found += sight(scene) }
        return found
    }

    private func numbers(_ pattern: RingPattern) -> [String] {
        var found: [String] = []
        if pattern.layers.count > RingPattern.layerCountMax {
            found.append(
                "\(pattern.layers.count) layers; a pattern has at most \(RingPattern.layerCountMax)")
        }
        if !(0...2_000).contains(pattern.fadeMilliseconds) { found.append("a fade takes 0 to 2000 ms") }
        for layer in pattern.layers.prefix(RingPattern.layerCountMax) {
            if !(0...1).contains(layer.strength) { found.append("a strength is 0 to 1") }
            if case .arc(let degrees) = layer.shape, !(1...360).contains(degrees) {
                found.append("an arc has 1 to 360 degrees")
            }
            let times: [Int]
            switch layer.motion {
            case .still: times = []
            case .turn(let time): times = [time]
            case .breathe(let time, let lowest):
                times = [time]
                if !(0...1).contains(lowest) { found.append("the lowest share of a breath is 0 to 1") }
            case .blink(let on, let off): times = [on, off]
            }
            if !times.allSatisfy({ (40...60_000).contains($0) }) {
                found.append("a time is 40 to 60000 ms")
            }
        }
        return found
    }

    /// Looks at the scene on one lamp, on three and on twelve.
    private func sight(_ scene: RingScene) -> [String] {
        for count in [1, 3, 12] {
            let lamps = RingLamps(count: count)
            var (darkSince, differs) = (0, false)
            for time in stride(from: 0, to: Self.span, by: Self.step) {
                let seen = RingPainter.picture(RingMoment(scene), after: time, theme: theme, lamps: lamps)
                let idle = RingPainter.picture(RingMoment(.idle), after: time, theme: theme, lamps: lamps)
                if seen.contains(where: { $0.max() >= Self.visible }) { darkSince = time + Self.step }
                if time - darkSince >= Self.darkMax {
                    return ["\(scene.rawValue) would be dark for over a second: it must be seen"]
                }
                if zip(seen, idle).contains(where: { ($0 - $1).max() > 0.01 || ($1 - $0).max() > 0.01 }) {
                    differs = true
                }
            }
            if !differs { return ["\(scene.rawValue) would look as idle does"] }
        }
        return []
    }
}
