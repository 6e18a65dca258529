package import LoqaBase

/// Where the lamps of a board are.
package struct RingLamps: Sendable, Hashable {
    /// Lamps at most.
    package static let countMax = 64
    /// Azimuth of each lamp in degrees, counted as the board's directions of arrival are.
    package let azimuths: [Float]

    /// - Precondition: 1...64 lamps.
    package init(azimuths: [Float]) {
        precondition((1...Self.countMax).contains(azimuths.count), "lamp count out of range")
        self.azimuths = azimuths
    }

    /// Evenly around, the first at `first` degrees, onwards in the direction of growing azimuth.
    package init(count: Int, first: Float = 0) {
        self.init(azimuths: (0..<count).map { first + 360 * Float($0) / Float(count) })
    }
}

/// Paints the ring: a moment and a time in, the light of each lamp out. Fades from scene to scene.
package struct RingPainter: Sendable {
    /// What it paints with.
    package let theme: RingTheme
    /// What it paints on.
    package let lamps: RingLamps
    private var scene = RingScene.idle
    private var began: RelayInstant?
    private var picture: [RingLight]
    private var before: [RingLight]

    package init(theme: RingTheme, lamps: RingLamps) {
        (self.theme, self.lamps) = (theme, lamps)
        picture = Array(repeating: .zero, count: lamps.azimuths.count)
        before = picture
    }

    /// The light of each lamp at `now`, full brightness.
    package mutating func paint(_ moment: RingMoment, at now: RelayInstant) -> [RingLight] {
        if moment.scene != scene || began == nil {
            (scene, began, before) = (moment.scene, now, picture)
        }
        let passed = Self.milliseconds(from: began ?? now, to: now)
        let next = Self.picture(moment, after: passed, theme: theme, lamps: lamps)
        let fade = theme.patterns[scene]?.fadeMilliseconds ?? 0
        let part = passed < fade ? Float(passed) / Float(fade) : 1
        picture = zip(before, next).map { $0 + part * ($1 - $0) }
        return picture
    }

    /// True while the ring changes by itself, so that it must be painted again without anything having happened.
    package func isMoving(at now: RelayInstant) -> Bool {
        guard let began, let pattern = theme.patterns[scene] else { return false }
        if Self.milliseconds(from: began, to: now) <= pattern.fadeMilliseconds { return true }
        return pattern.layers.contains { $0.motion != .still || $0.shape == .digits }
    }

    private static func milliseconds(from start: RelayInstant, to end: RelayInstant) -> Int {
        Int(max((end - start).milliseconds, 0))
    }

    /// The scene of a moment so many ms after it began, without fading.
    static func picture(
        _ moment: RingMoment, after passed: Int, theme: RingTheme, lamps: RingLamps
    ) -> [RingLight] {
        var lights = [RingLight](repeating: .zero, count: lamps.azimuths.count)
        for layer in theme.patterns[moment.scene]?.layers ?? [] {
            let light =
                theme.light(of: layer.tint) * layer.strength * strength(layer.motion, after: passed)
            for (index, azimuth) in lamps.azimuths.enumerated() {
                let part = share(of: layer, moment, azimuth, after: passed, lampCount: lights.count)
                lights[index] = pointwiseMax(lights[index], light * part)
            }
        }
        return lights
    }

    private static func strength(_ motion: RingLayer.Motion, after passed: Int) -> Float {
        switch motion {
        case .still, .turn: return 1
        case .breathe(let time, let lowest):
            // A parabola up and down is near enough to a sine for an eye.
            let phase = Float(passed % time) / Float(time) * 2 - 1
            return lowest + (1 - lowest) * (1 - phase * phase)
        case .blink(let on, let off): return passed % (on + off) < on ? 1 : 0
        }
    }

    /// How much of a layer a lamp shows, 0...1.
    private static func share(
        of layer: RingLayer, _ moment: RingMoment, _ azimuth: Float, after passed: Int, lampCount: Int
    ) -> Float {
        var place: Float = layer.place == .talker ? moment.talker ?? 0 : 0
        if case .turn(let time) = layer.motion { place += 360 * Float(passed % time) / Float(time) }
        let spacing = 360 / Float(lampCount)
        let away = distance(azimuth, place)
        switch layer.shape {
        case .all: return 1
        case .arc(let degrees):
            // A narrow arc between two lamps lights both a little, and one lamp alone is in every arc.
            let half = max(degrees, spacing) / 2
            return lampCount == 1 ? 1 : unit((half - away) / spacing + 0.5)
        case .gauge:
            let from = turned(place - azimuth)
            return unit((moment.share * 360 - from) / spacing)
        case .level: return unit((moment.level * 180 - away) / spacing + 0.5)
        case .digits: return RingDigits.isLit(moment.digits, after: passed) ? 1 : 0
        }
    }

    /// Degrees between two directions, 0...180.
    private static func distance(_ one: Float, _ other: Float) -> Float {
        let turn = turned(one - other)
        return min(turn, 360 - turn)
    }

    /// 0..<360.
    private static func turned(_ degrees: Float) -> Float {
        degrees - (degrees / 360).rounded(.down) * 360
    }

    private static func unit(_ value: Float) -> Float { min(max(value, 0), 1) }
}

/// Digits as flashes, as telephones dialled them: one for 1, ten for 0, a pause after each digit and a long one at the end.
enum RingDigits {
    /// ms.
    static let on = 220
    static let off = 280
    static let pause = 1_200
    static let end = 3_000

    /// Whether the ring is lit so many ms after the first digit began.
    static func isLit(_ digits: [UInt8], after passed: Int) -> Bool {
        guard !digits.isEmpty else { return false }
        func time(_ digit: UInt8) -> Int { Int(digit == 0 ? 10 : digit) * (on + off) + pause }
        var rest = passed % (digits.reduce(0) { $0 + time($1) } + end)
        for digit in digits {
            if rest < time(digit) { return rest < time(digit) - pause && rest % (on + off) < on }
            rest -= time(digit)
        }
        return false
    }
}
