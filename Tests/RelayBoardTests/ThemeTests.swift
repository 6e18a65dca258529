import RelayBoard
import RelayRing
import Testing

struct ThemeTests {
    @Test func `a theme changes what it names and leaves the rest`() throws {
        let theme = try theme(
            #"""
            {"name": "harbour", "colours": {"accent": "#3050ff"}, "patterns": {
               "thinking": {"fade": 100, "layers": [
                 {"shape": "arc", "degrees": 90, "motion": "turn", "period": 700, "colour": "accent"},
                 {"shape": "all", "colour": "#102030", "strength": 0.5, "motion": "breathe"}]}}}
            """#)
        #expect(theme.colours[.accent] == RingColour(0x30, 0x50, 0xff))
        #expect(theme.patterns[.wake] == RingTheme.standard.patterns[.wake])
        #expect(
            theme.patterns[.thinking]
                == RingPattern(
                    [
                        RingLayer(.arc(degrees: 90), .role(.accent), .turn(milliseconds: 700)),
                        RingLayer(
                            .all, .colour(RingColour(0x10, 0x20, 0x30)),
                            .breathe(milliseconds: 2_000, lowest: 0.3), strength: 0.5),
                    ], fade: 100))
    }

    @Test func `all that is wrong with a theme is told, with its place`() {
        #expect(
            problems(
                #"""
                {"name": "", "colours": {"accent": "blue", "sky": "#000000"}, "patterns": {
                   "wake": {"layers": [{"shape": "star", "colour": "accent"}, {"shape": "all"},
                     {"shape": "all", "colour": "pink", "motion": "blink", "on": 1}]}}}
                """#) == [
                    "name: a text of 1 to 64 bytes is expected",
                    #"colours: "sky" is not known"#,
                    "colours.accent: a colour such as #18c8e0 is expected",
                    "patterns.wake.layers[0].shape: all, arc, gauge, level or digits is expected",
                    "patterns.wake.layers[1].colour: missing",
                    "patterns.wake.layers[2].colour: accent, second, muted, warning, fault or a colour such as #18c8e0 "
                        + "is expected",
                ])
        #expect(problems("{") == ["line 1: string or '}' expected near end of file"])
    }

    @Test func `a theme that would hide a muted microphone is refused`() {
        #expect(
            problems(#"{"name": "dark", "patterns": {"muted": {"layers": []}}}"#)
                == ["muted would be dark for over a second: it must be seen"])
    }

    private func theme(_ text: String) throws -> RingTheme {
        try ThemeReader.theme(Array(text.utf8), path: "theme.json")
    }

    private func problems(_ text: String) -> [String]? {
        do throws(BoardError) {
            _ = try ThemeReader.theme(Array(text.utf8), path: "theme.json")
            return nil
        } catch {
            return error.problems
        }
    }
}
