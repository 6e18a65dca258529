import Foundation
import HubHome
import HubSkills
import LoqaBase
import LoqaTestKit
import Testing

struct StateFileTests {
    /// One device of each kind, and a timer.
    private static let state: HouseState = {
        var state = HouseState()
        state.devices = [
            DeviceID("kitchen/lamp"): .light(isOn: true, brightness: 40, colour: "red"),
            DeviceID("kitchen/fan"): .outlet(isOn: true),
            DeviceID("kitchen/blinds"): .cover(position: 30),
            DeviceID("den/heater"): .climate(
                isOn: true, target: Temperature(tenths: 215), measured: Temperature(tenths: -5)),
            DeviceID("den/thermometer"): .temperature(Temperature(tenths: 199)),
            DeviceID("den/air"): .humidity(40),
            DeviceID("den/window"): .contact(isOpen: true),
        ]
        state.timers = [
            HouseTimer(
                id: 7, name: "pasta", length: .seconds(540), room: RoomID("kitchen"), relay: nil,
                endsAtMilliseconds: 1_795_548_000_000)
        ]
        return state
    }()

    @Test func `what was saved is loaded, and only its owner may read it`() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(path: folder.path("state.json"))
        #expect(try file.load() == .init(state: HouseState(), warning: nil))
        try file.save(HouseState())
        try file.save(Self.state)
        #expect(try file.load() == .init(state: Self.state, warning: nil))
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(!FileManager.default.fileExists(atPath: file.path + ".new"))
    }

    @Test(arguments: ["", "{", "[]", "{\"version\": 1}", "{\"version\": 2, \"devices\": {}, \"timers\": []}"])
    func `a damaged or newer file is put aside with a warning`(content: String) throws {
        let folder = try TemporaryFolder()
        let file = StateFile(path: folder.path("state.json"))
        try content.write(toFile: file.path, atomically: false, encoding: .utf8)
        let loaded = try file.load()
        #expect(loaded.state == HouseState())
        #expect(loaded.warning?.contains("kept as \(file.path).unusable") == true)
        #expect(try String(contentsOfFile: file.path + ".unusable", encoding: .utf8) == content)
        #expect(try file.load().warning == nil)
    }

    @Test func `a file that is too long is put aside unread`() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(path: folder.path("state.json"))
        try Data(repeating: 0x20, count: StateFile.byteCountMax + 10).write(
            to: URL(fileURLWithPath: file.path))
        #expect(try file.load().warning?.contains("is longer than 1024 KiB") == true)
    }

    @Test func `a folder that is missing is named and nothing is lost`() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(path: folder.path("nowhere/state.json"))
        let error = #expect(throws: StateFileError.self) { try file.save(Self.state) }
        #expect(error?.step == "save" && error?.reason.contains("nowhere/state.json.new") == true)
        // A folder in the way: opening works, reading does not.
        let directory = StateFile(path: folder.path(""))
        #expect(throws: StateFileError.self) { try directory.load() }
    }

    @Test func `mutilated files never trap, and impossible values are left out`() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(path: folder.path("state.json"))
        try file.save(Self.state)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: file.path)))
        let alphabet = Array("0123456789-{}[]\",:e".utf8)
        var random = SeededGenerator(seed: 9)
        for _ in 0..<1_500 {
            var mutilated = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<mutilated.count, using: &random)
                mutilated[place] = alphabet.randomElement(using: &random)!
            }
            try Data(mutilated).write(to: URL(fileURLWithPath: file.path))
            let state = try file.load().state
            for timer in state.timers {
                #expect(timer.length > .zero && timer.length <= TimerLimits.lengthMax)
                #expect((0...253_402_300_799_000).contains(timer.endsAtMilliseconds))
            }
        }
    }
}
