import LoqaSettings
import LoqaTestKit
import Testing

struct SettingsProblemTests {
    @Test(
        arguments: [
            ("capture-channels = 99", "relay.conf:2: `capture-channels = 99`: must be 1 to 8"),
            (
                "capture-chanels = 2",
                "relay.conf:2: `capture-chanels`: there is no such setting; did you mean `capture-channels`?"
            ),
            ("zebra = 2", "relay.conf:2: `zebra`: there is no such setting"),
            ("tokn = hush", "relay.conf:2: `tokn`: there is no such setting; did you mean `token`?"),
            ("room = Kitchen", "relay.conf:2: `room = Kitchen`: is set already in line 1"),
            (
                "reply-window = soon",
                "relay.conf:2: `reply-window = soon`: must be a whole number with ms, s, min or h, from 100 ms to 10 s"
            ),
            ("reply-window = 1 h", "relay.conf:2: `reply-window = 1 h`: must be 100 ms to 10 s"),
            ("colour = maybe", "relay.conf:2: `colour = maybe`: must be yes or no"),
            (
                "capture-map = 1,2,3,4,5",
                "relay.conf:2: `capture-map = 1,2,3,4,5`: must be 1 to 4 numbers of 0 to 7, separated by commas"
            ),
            (
                "capture-map = 1,,2",
                "relay.conf:2: `capture-map = 1,,2`: must be 1 to 4 numbers of 0 to 7, separated by commas"
            ),
            ("voice = hal", "relay.conf:2: `voice = hal`: must be kal, slt or awb"),
            ("voice", "relay.conf:2: a line must be `key = value`"),
            ("= 3", "relay.conf:2: a key must stand before the `=`"),
            ("voice =   # later", "relay.conf:2: `voice` has no value"),
            ("record-file = \"open", "relay.conf:2: the closing quote is missing"),
            ("record-file = \"a\" b", "relay.conf:2: only a comment may follow the closing quote"),
            (
                "record-file = \"a\\n\"",
                "relay.conf:2: in quotes, a backslash must stand before a quote or a backslash"
            ),
            ("record-file = \"\"", "relay.conf:2: `record-file = `: must have 1 to 256 bytes"),
            (
                "record-file = a\tb",
                "relay.conf:2: `record-file = a\u{FFFD}b`: must not hold control characters"
            ),
            ("token = \"\"", "relay.conf:2: `token = ***`: must have 1 to 256 bytes"),
        ])
    func `each mistake in a file is named with its line and what would be right`(
        line: String, message: String
    ) {
        #expect(Sample.problems("room = Hall\n\(line)") == [message])
    }

    @Test(
        arguments: [
            (["--capture-channels=9"], "command line: `--capture-channels=9`: must be 1 to 8"),
            (["--voice"], "command line: `--voice`: needs a value"),
            (["--voice="], "command line: `--voice`: needs a value"),
            (["--voice", "--colour"], "command line: `--voice`: needs a value"),
            (
                ["--vioce", "kal"],
                "command line: `--vioce`: there is no such setting; did you mean `--voice`?"
            ),
            (["--vioce"], "command line: `--vioce`: there is no such setting; did you mean `--voice`?"),
            (["--voice=kal", "--voice=slt"], "command line: `--voice=slt`: is given twice"),
            (["kal"], "command line: `kal`: is not expected here; settings begin with --"),
            (["-v"], "command line: `-v`: is not expected here; settings begin with --"),
            (["--"], "command line: `--`: is not expected here; settings begin with --"),
            (["--help=yes"], "command line: `--help=yes`: takes no value"),
            (["--config"], "command line: `--config`: needs a file"),
            (["--config="], "command line: `--config=`: needs a file"),
            (["--config", "a", "--config", "b"], "command line: `--config`: is given twice"),
            (["--token="], "command line: `--token`: needs a value"),
        ] as [([String], String)])
    func `each mistake in a command line is named`(arguments: [String], message: String) {
        #expect(Sample.problems("room = Hall", arguments) == [message])
    }

    @Test func `all problems are listed at once, by line, then the command line, then what is missing`() {
        #expect(
            Sample.problems("voice = hal\n\u{FEFF}\ncolour = 3\nnonsense", ["--capture-channels=0"]) == [
                "relay.conf:1: `voice = hal`: must be kal, slt or awb",
                "relay.conf:2: a line must be `key = value`",
                "relay.conf:3: `colour = 3`: must be yes or no",
                "relay.conf:4: a line must be `key = value`",
                "command line: `--capture-channels=0`: must be 1 to 8",
                "`room` is missing: set it in relay.conf or with --room. The room the relay stands in.",
            ])
        #expect(
            Sample.problems(nil) == [
                "`room` is missing: set it with --room. The room the relay stands in."
            ])
    }

    @Test func `a required setting with a bad value is not called missing too`() {
        let long = String(repeating: "x", count: 65)
        let shown = String(repeating: "x", count: 53)
        #expect(
            Sample.problems("room = \(long)") == ["relay.conf:1: `room = \(shown)…`: must have 1 to 64 bytes"]
        )
    }

    @Test func `a secret shows in no message`() {
        let secret = "swordfish"
        for text in ["token = \(secret)\u{7}", "tokne = \(secret)", "token \(secret)", "token = \"\(secret)"]
        {
            #expect(!Sample.problems("room = Hall\n" + text).isEmpty)
            #expect(!Sample.problems("room = Hall\n" + text).joined().contains(secret))
        }
        #expect(!Sample.problems(nil, ["--tokne=\(secret)"]).joined().contains(secret))
        #expect(!Sample.problems("token = a\ntoken = \(secret)").joined().contains(secret))
    }

    @Test func `bytes that are no text, a byte order mark and too long a file are handled`() throws {
        let mixed = SettingsFile(
            name: "a.conf", bytes: [0xEF, 0xBB, 0xBF] + Array("room = Hall\n".utf8) + [0xFF])
        let program = Sample.program
        let error = #expect(throws: SettingsError.self) {
            try program.settings(file: mixed, invocation: program.invocation([]))
        }
        #expect(error?.description == "a.conf:2: the line is not UTF-8 text")
        let long = SettingsFile(name: "a.conf", bytes: Array(repeating: 0x0A, count: 65_537))
        let tooLong = #expect(throws: SettingsError.self) {
            try program.settings(file: long, invocation: program.invocation(["--room=Hall"]))
        }
        #expect(tooLong?.description == "a.conf:1: the file is longer than 64 KiB")
        #expect(SettingsError.exitCode == 78)
    }

    @Test func `a long list of problems ends with a count`() {
        let problems = Sample.problems("room = Hall\n" + String(repeating: "x\n", count: 70))
        #expect(problems.count == SettingsLimits.problemCountMax + 1)
        #expect(problems.last == "and 20 more")
    }

    @Test func `the switches choose what the program does, help first`() {
        let program = Sample.program
        #expect(program.invocation([]).command == .run)
        #expect(program.invocation(["--print-config"]).command == .printConfiguration)
        #expect(program.invocation(["--print-config", "--version"]).command == .version)
        #expect(program.invocation(["--version", "--help", "--print-config"]).command == .help)
        #expect(program.invocation(["--config", "x.conf"]).configurationPath == "x.conf")
        #expect(program.invocation(["--config=y.conf"]).configurationPath == "y.conf")
    }

    @Test(arguments: UInt64(0)..<2_000)
    func `no bytes and no arguments stop the parser`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let fragments = [
            "room", "voice", "capture-map", "token", "=", " ", "\n", "\r\n", "#", "\"", "\\", "1", ",", "-",
            "ms",
            "250 ms", "\u{0}", "é", "\u{FEFF}", "--", "99999999999999999999", "kal", "--colour", "--config",
            "h",
        ]
        func text() -> String {
            let count = Int.random(in: 0...20, using: &random)
            return (0..<count).map { _ in fragments.randomElement(using: &random) ?? "" }.joined()
        }
        var bytes = Array(text().utf8)
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        }
        let arguments = (0..<Int.random(in: 0...4, using: &random)).map { _ in text() }
        let file = SettingsFile(name: "fuzz.conf", bytes: bytes)
        do {
            let program = Sample.program
            let settings = try program.settings(file: file, invocation: program.invocation(arguments))
            #expect((1...64).contains(settings[Sample.room].utf8.count))
            #expect((100...10_000).contains(settings[Sample.window] / .milliseconds(1)))
        } catch {
            #expect(!error.problems.isEmpty)
        }
    }
}
