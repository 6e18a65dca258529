/// Colours and patterns of a ring: a brand, or the taste of a house.
package struct RingTheme: Sendable, Hashable {
    /// What people call it.
    package let name: String
    /// One for every role.
    package let colours: [RingRole: RingColour]
    /// One for every scene.
    package let patterns: [RingScene: RingPattern]

    /// Takes what differs from the standard theme.
    ///
    /// - Throws: ``RingThemeError`` with every problem: a number out of range, or a scene that must be seen and would be dark or
    ///   look as the idle ring does.
    package init(
        name: String, colours: [RingRole: RingColour] = [:], patterns: [RingScene: RingPattern] = [:]
    ) throws(RingThemeError) {
        self.name = name
        self.colours = Self.standardColours.merging(colours) { $1 }
        self.patterns = Self.standardPatterns.merging(patterns) { $1 }
        let problems = RingThemeCheck(theme: self).problems()
        guard problems.isEmpty else { throw RingThemeError(theme: name, problems: problems) }
    }

    private init() {
        (name, colours, patterns) = ("standard", Self.standardColours, Self.standardPatterns)
    }

    /// The theme of a relay that was given none.
    package static let standard = RingTheme()

    /// The light of a layer's colour.
    func light(of tint: RingTint) -> RingLight {
        switch tint {
        case .role(let role): (colours[role] ?? RingColour(255, 255, 255)).light
        case .colour(let colour): colour.light
        }
    }

    private static let standardColours: [RingRole: RingColour] = [
        .accent: RingColour(0x18, 0xc8, 0xe0), .second: RingColour(0x90, 0x60, 0xff),
        .muted: RingColour(0xff, 0x20, 0x10), .warning: RingColour(0xff, 0xa0, 0x00),
        .fault: RingColour(0xff, 0x30, 0x90),
    ]

    private static let standardPatterns: [RingScene: RingPattern] = [
        .idle: RingPattern([], fade: 600),
        .wake: RingPattern(
            [
                RingLayer(.arc(degrees: 70), .role(.accent), at: .talker),
                RingLayer(.all, .role(.accent), strength: 0.25),
            ], fade: 40),
        .listening: RingPattern(
            [
                RingLayer(.level, .role(.accent), at: .talker),
                RingLayer(.all, .role(.accent), strength: 0.25),
            ], fade: 80),
        .thinking: RingPattern([
            RingLayer(.arc(degrees: 110), .role(.accent), .turn(milliseconds: 900)),
            RingLayer(.arc(degrees: 60), .role(.second), .turn(milliseconds: 1_300)),
        ]),
        .speaking: RingPattern([
            RingLayer(.level, .role(.accent), strength: 0.8),
            RingLayer(.all, .role(.accent), .breathe(milliseconds: 2_400, lowest: 0.5), strength: 0.35),
        ]),
        .timer: RingPattern([RingLayer(.gauge, .role(.second), strength: 0.3)]),
        .ringing: RingPattern(
            [RingLayer(.all, .role(.warning), .blink(onMilliseconds: 350, offMilliseconds: 250))],
            fade: 40),
        .volume: RingPattern([RingLayer(.gauge, .role(.accent), strength: 0.7)], fade: 60),
        .pairing: RingPattern([RingLayer(.digits, .role(.second))], fade: 0),
        .updating: RingPattern([
            RingLayer(.gauge, .role(.second), strength: 0.6),
            RingLayer(.arc(degrees: 40), .role(.second), .turn(milliseconds: 3_000), strength: 0.3),
        ]),
        .muted: RingPattern([RingLayer(.all, .role(.muted), strength: 0.4)], fade: 60),
        .offline: RingPattern([
            RingLayer(.arc(degrees: 120), .role(.warning), .turn(milliseconds: 4_000), strength: 0.4),
            RingLayer(.all, .role(.warning), strength: 0.08),
        ]),
        .error: RingPattern([
            RingLayer(.all, .role(.fault), .blink(onMilliseconds: 700, offMilliseconds: 700)),
            RingLayer(.all, .role(.fault), strength: 0.2),
        ]),
        .cannotHear: RingPattern([
            RingLayer(.all, .role(.fault), .breathe(milliseconds: 2_000, lowest: 0.3), strength: 0.6)
        ]),
    ]
}

/// Why a theme cannot be used.
package struct RingThemeError: Error, Equatable, CustomStringConvertible {
    /// Its name.
    package let theme: String
    /// A sentence for each.
    package let problems: [String]

    package var description: String { "theme \(theme): " + problems.joined(separator: "; ") }
}
