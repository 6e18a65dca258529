import LoqaSettings
import LoqaTestKit
import Testing

struct SettingsTests {
    @Test func `every form is read from a file, with comments, quotes and blanks`() throws {
        let settings = try Sample.read(
            """
            # The relay in the hall
            room = Hall            # ground floor
            capture-channels=6
              capture-map =  1, 2,5
            reply-window = 250 ms\r
            colour = off
            voice = slt

            record-file = "a # \\"quoted\\" \\\\name"
            token = tok#en
            """)
        #expect(settings[Sample.room] == "Hall")
        #expect(settings[Sample.channels] == 6)
        #expect(settings[Sample.map] == [1, 2, 5])
        #expect(settings[Sample.window] == .milliseconds(250))
        #expect(settings[Sample.colour] == false)
        #expect(settings[Sample.voice] == .slt)
        #expect(settings[Sample.record] == "a # \"quoted\" \\name")
        #expect(settings[Sample.token] == "tok#en")
        #expect(settings.origin(of: Sample.channels) == .file(name: "relay.conf", line: 3))
    }

    @Test func `defaults stand where nothing is said, and an optional setting is nil`() throws {
        let settings = try Sample.read("room = Hall")
        #expect(settings[Sample.channels] == 1)
        #expect(settings[Sample.window] == .seconds(2))
        #expect(settings[Sample.colour] == true)
        #expect(settings[Sample.voice] == .kal)
        #expect(settings[Sample.record] == nil)
        #expect(settings.origin(of: Sample.channels) == .defaultValue)
        #expect(settings.origin(of: Sample.record) == .defaultValue)
    }

    @Test func `the command line wins over the file, in both spellings`() throws {
        let settings = try Sample.read(
            "room = Hall\ncapture-channels = 2", "--capture-channels", "4", "--room=Living room", "--colour",
            "no", "--token", "-5")
        #expect(settings[Sample.channels] == 4)
        #expect(settings[Sample.room] == "Living room")
        #expect(settings[Sample.colour] == false)
        #expect(settings[Sample.token] == "-5")
        #expect(settings.origin(of: Sample.channels) == .commandLine)
    }

    @Test func `a yes-or-no flag alone means yes and takes no other argument`() throws {
        let settings = try Sample.read("colour = no\nroom = Hall", "--colour", "--voice", "awb")
        #expect(settings[Sample.colour])
        #expect(settings[Sample.voice] == .awb)
    }

    @Test(
        arguments: [
            ("1 ms", nil), ("100 ms", .milliseconds(100)), ("100ms", .milliseconds(100)),
            ("10 s", .seconds(10)), ("10001 ms", nil), ("1 min", nil), ("2", nil), ("2 S", nil),
            ("1.5 s", nil), ("-1 s", nil), ("99999999999 h", nil), ("9999999999 h", nil), ("s", nil),
        ] as [(String, Duration?)])
    func `a duration needs a whole number, a unit and its range`(text: String, expected: Duration?) {
        let settings = try? Sample.read("room = Hall\nreply-window = \(text)")
        #expect(settings?[Sample.window] == expected)
    }

    @Test(
        arguments: ["0", "9", "+3", "3.0", "0x3", "", " ", "3 4", "９", "99999999999999999999", "-1", "3,"])
    func `an integer takes decimal digits in its range and nothing else`(text: String) {
        #expect((try? Sample.read("room = Hall\ncapture-channels = \(text)")) == nil)
    }

    @Test func `a program can complain about two settings together, in the same form`() throws {
        let settings = try Sample.read("room = Hall\n\ncapture-map = 7", "--token", "hush")
        let problem = settings.problem(with: Sample.map, "must name channels below capture-channels")
        #expect(
            problem.description
                == "relay.conf:3: `capture-map = 7`: must name channels below capture-channels")
        #expect(
            settings.problem(with: Sample.token, "is weak").description
                == "command line: `--token=***`: is weak")
    }
}

struct SettingsListingTests {
    @Test func `the listing names every origin, hides secrets, and is a file that sets the same`() throws {
        let settings = try Sample.read(
            "room = \"  The # hall \"\nreply-window = 60000 ms".replacing("60000 ms", with: "5000 ms"),
            "--token=hush", "--capture-map=1,2")
        #expect(
            settings.listing == """
                room = "  The # hall "  # relay.conf:1
                capture-channels = 1    # default
                capture-map = 1, 2      # command line
                reply-window = 5 s      # relay.conf:2
                colour = yes            # default
                voice = kal             # default
                # record-file =         # not set
                # token = ***           # secret, command line
                """)
        let again = try Sample.read(settings.listing)
        #expect(again[Sample.room] == "  The # hall ")
        #expect(again[Sample.map] == [1, 2])
        #expect(again[Sample.window] == .seconds(5))
    }

    @Test(arguments: UInt64(0)..<300)
    func `any plain text survives the way through the listing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet: [Character] = [
            "\"", "\\", "#", " ", "=", "a", "ß", "'", "-", "日", "\u{301}", "\u{20E3}",
        ]
        let count = Int.random(in: 1...12, using: &random)
        let text = String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        let settings = try Sample.read(nil, "--room=\(text)")
        #expect(try Sample.read(settings.listing)[Sample.room] == text)
    }

    @Test func `help shows every setting with type, range, default and meaning, and every switch`() {
        let help = Sample.program.help
        for part in [
            "sample 1.2.3: Shows settings.", "--config FILE", "--print-config", "--version", "--help",
            "room  (text; required)", "capture-channels  (integer, 1 to 8, channels; default 1)",
            "capture-map  (list of integers, 1 to 4 numbers of 0 to 7, separated by commas; default 0)",
            "reply-window  (duration, 100 ms to 10 s; default 2 s)", "colour  (yes or no; default yes)",
            "voice  (choice, kal, slt or awb; default kal)", "record-file  (text; may be left out)",
            "token  (text, secret; default ***)", "The room the relay stands in.",
        ] {
            #expect(help.contains(part), "\(part)\n\(help)")
        }
        #expect(Sample.program.markdownTable.split(separator: "\n").count == 10)
        #expect(Sample.program.nameAndVersion == "sample 1.2.3")
    }
}
