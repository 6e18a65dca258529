import Foundation
import RelayAudio
import RelayBoard
import RelayDSP
import RelayRing
import Testing

struct BoardTests {
    @Test func `every board of the tree can be read and bears its folder's name`() throws {
        let boards = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "boards")
        let names = try FileManager.default.contentsOfDirectory(atPath: boards.path)
            .filter { FileManager.default.fileExists(atPath: "\(boards.path)/\($0)/board.json") }
        #expect(names.count >= 7)
        for name in names {
            let board = try BoardFile.read("\(boards.path)/\(name)")
            #expect(board.name == name)
            #expect(!board.frontEnd.stages.isEmpty)
        }
    }

    @Test func `boards share the mask network beside them, and a broken one is refused by name`() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "boards-\(UUID().uuidString)")
        let folder = root.appending(path: "small")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let text = small(#""microphones": [{"channel": 0}]"#)
        try Data(text.utf8).write(to: folder.appending(path: "board.json"))
        #expect(try BoardFile.read(folder.path).frontEnd.maskModel == nil)
        try Data("LOQA".utf8).write(to: root.appending(path: BoardFile.maskName))
        let error = #expect(throws: BoardError.self) { try BoardFile.read(folder.path) }
        #expect(error?.path.hasSuffix("/speech.mask") == true)
        #expect(error?.problems == [MaskModelError.noMask.description])
    }

    @Test func `the shipped mask network serves every board`() throws {
        let boards = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "boards")
        let board = try BoardFile.read("\(boards.path)/respeaker-usb-4mic")
        #expect(board.frontEnd.maskModel != nil)
        #expect(board.frontEnd.with(stages: [.noiseSuppression]).maskModel != nil)
        #expect(board.frontEnd.withMicrophonesOnly().maskModel != nil)
    }

    @Test func `the USB array stands as its maker drew it`() throws {
        let board = try board(
            #"""
            {"name": "a", "title": "A", "capture": {"channels": 6, "device": "hw:1"},
             "microphones": [{"channel": 1, "millimetres": [-32.45, 0]},
                             {"channel": 2, "millimetres": [0, -32.45, 1.5], "gainDB": -1.5}],
             "reference": {"channel": 5}}
            """#)
        #expect(board.captureDevice == "hw:1")
        #expect(board.playbackDevice == nil)
        #expect(board.frontEnd.reference == .channel(5))
        #expect(board.frontEnd.microphones[1].gain == -1.5)
        #expect(board.frontEnd.geometry?.positions[1] == Position(x: 0, y: -0.03245, z: 0.0015))
        #expect(board.frontEnd.stages == Set(EarStage.allCases))
    }

    @Test func `a board has the stages it can have unless it says otherwise`() throws {
        let one = try board(small(#""microphones": [{"channel": 0}]"#))
        #expect(one.frontEnd.stages == [.noiseSuppression, .gain])
        let blind = try board(
            small(#""microphones": [{"channel": 0}, {"channel": 1}], "reference": "playback""#))
        #expect(blind.frontEnd.stages == [.echo, .beam, .noiseSuppression, .gain])
        let passing = try board(small(#""microphones": [{"channel": 1}], "stages": ["gain"]"#))
        #expect(passing.frontEnd.stages == [.gain])
    }

    @Test func `all problems are told at once, each with its place`() {
        let error = failure(
            #"""
            {"name": "Bad Name", "titel": "x", "capture": {"channels": 33},
             "microphones": [{"channel": -1}, {"channel": 0, "millimetres": [1]}, 7],
             "reference": 3, "stages": ["echo", "echo", "reverb"]}
            """#)
        #expect(
            error?.problems == [
                #"the file: "titel" is not known"#,
                "name: use small letters, digits and hyphens only",
                "title: missing",
                "capture.channels: a whole number from 1 to 32 is expected",
                "microphones[0].channel: a whole number from 0 to 31 is expected",
                "microphones[1].millimetres: a list of 2 to 3 items is expected",
                "microphones[2]: an object is expected, not a number",
                "microphones[2].channel: missing",
                #"reference: "none", "playback" or {"channel": N} is expected, not a number"#,
                "stages[1]: echo stands there twice",
                #"stages[2]: there is no stage "reverb"; the stages are "#
                    + "echo, beam, direction, noise-suppression, gain",
            ])
        #expect(error?.description.hasPrefix("board.json: the file:") == true)
    }

    @Test(arguments: [
        (#""microphones": [{"channel": 2}]"#, "microphone on channel 2, but the channels are 0 to 1"),
        (#""microphones": [{"channel": 0}, {"channel": 0}]"#, "channel 0 is mapped twice"),
        (
            #""microphones": [{"channel": 0}], "stages": ["beam"]"#,
            #"the stage "beam" needs two microphones or more"#
        ),
        (
            #""microphones": [{"channel": 0}], "stages": ["echo"]"#,
            #"the stage "echo" needs a reference: "playback", or a channel of the device"#
        ),
        (
            #""microphones": [{"channel": 0, "millimetres": [0, 0]}, {"channel": 1}]"#,
            "microphone 1 has no position, but others have one: give all or none"
        ),
        (
            #""microphones": [{"channel": 0}], "reference": {"channel": 0}"#,
            "the reference is on channel 0, which the device does not have or which is a microphone"
        ),
    ])
    func `what does not fit together is named`(rest: String, problem: String) {
        #expect(failure(small(rest))?.problems == [problem])
    }

    @Test func `what is no JSON is refused with the line`() {
        #expect(failure("{\n\"name\": \"a\",\n}")?.problems.first?.hasPrefix("line 3: ") == true)
        #expect(failure("")?.problems.first?.hasPrefix("line 1: ") == true)
        #expect(failure(#"{"name": "a", "name": "b"}"#)?.problems.first?.contains("duplicate") == true)
        #expect(failure(String(repeating: "[", count: 60_000)) != nil)
        #expect(
            failure(String(repeating: " ", count: 65_537))?.problems.first?.contains("at most 65536") == true)
        #expect(failure("[1]") != nil)
    }

    @Test func `a name is looked for where boards are installed, a path is taken as it is`() {
        #expect(BoardFile.candidates("./a/b", programFolder: "/p") == ["./a/b/board.json"])
        #expect(BoardFile.candidates("x.json", programFolder: "/p") == ["x.json"])
        #expect(
            BoardFile.candidates("generic", programFolder: "/p") == [
                "/p/boards/generic/board.json", "/p/../share/loqa/boards/generic/board.json",
                "boards/generic/board.json",
            ])
        #expect(throws: BoardError.self) { try BoardFile.read("no-such-board") }
    }

    @Test func `a ring is described by its driver, its wire and where its lamps stand`() throws {
        let ring = try #require(
            try board(
                small(
                    #""microphones": [{"channel": 0}], "ring": {"driver": "apa102", "device": "/dev/spidev0.1","#
                        + #" "lamps": 4, "firstDegrees": 90, "clockwise": true, "powerLine": 5}"#)
            ).ring)
        #expect(ring.code == .apa102)
        #expect(ring.lamps.azimuths == [90, 0, -90, -180])
        #expect(ring.powerLine == 5)
        #expect(ring.supply.limitMilliamperes == 300)
        let error = failure(
            small(
                #""microphones": [{"channel": 0}], "ring": {"driver": "neon", "lamps": 65, "clockwise": 1}"#))
        #expect(
            error?.problems == [
                #"ring.driver: there is no driver "neon"; the drivers are apa102, ws2812, sk6812"#,
                "ring.device: missing",
                "ring.lamps: a whole number from 1 to 64 is expected",
                "ring.clockwise: true or false is expected, not a number",
            ])
    }

    private func small(_ rest: String) -> String {
        #"{"name": "a", "title": "A", "capture": {"channels": 2}, "# + rest + "}"
    }

    private func board(_ text: String) throws -> Board {
        try BoardReader.board(Array(text.utf8), path: "board.json")
    }

    private func failure(_ text: String) -> BoardError? {
        do throws(BoardError) {
            _ = try BoardReader.board(Array(text.utf8), path: "board.json")
            return nil
        } catch {
            return error
        }
    }
}
