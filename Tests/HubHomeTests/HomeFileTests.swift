import Foundation
import HubHome
import HubSkills
import LoqaTestKit
import Testing

struct HomeFileTests {
    @Test func `the demo's home is read as written`() throws {
        let home = try HomeFile.load(path: Self.demoPath)
        #expect(home.rooms.map(\.name) == ["kitchen", "living room", "bedroom", "hallway"])
        #expect(home.floors == ["downstairs", "upstairs"])
        let heating = try #require(home.devices.first { $0.name == "heating" })
        #expect(heating.id == DeviceID("living room/heating"))
        #expect(heating.kind == .climate(range: 5...28))
        #expect(heating.aliases == ["radiator"])
        let expected = DeviceState.climate(
            isOn: true, target: Temperature(degrees: 21), measured: Temperature(tenths: 205))
        #expect(heating.initial == expected)
    }

    @Test(arguments: mistakes)
    func `each mistake is named with its line and what to write instead`(_ mistake: Mistake) {
        let error = #expect(throws: HomeFileError.self) { try HomeFile.read(mistake.yaml, file: "home.yaml") }
        #expect(error?.description == mistake.report)
    }

    @Test func `all problems are listed at once, in the order of their lines`() {
        let yaml = """
            house: [a]
            rooms:
              - name: kitchen
                devices:
                  - name: lights
                    kind: light
                  - {name: oven, kind: toaster}
                  - {name: lamp, kind: light, dimable: yes, initial: {brightness: 0}}
              - name: Kitchen
                flor: x
            """
        let error = #expect(throws: HomeFileError.self) { try HomeFile.read(yaml, file: "h") }
        #expect(error?.problems.map(\.line) == [1, 5, 7, 8, 8, 8, 9, 10])
    }

    @Test func `a file that is missing or no text is named`() throws {
        let missing = #expect(throws: HomeFileError.self) {
            try HomeFile.load(path: "/nonexistent/home.yaml")
        }
        #expect(missing?.description.hasPrefix("/nonexistent/home.yaml: cannot be read") == true)
        let folder = try TemporaryFolder()
        let path = folder.path("binary.yaml")
        try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: URL(fileURLWithPath: path))
        #expect(throws: HomeFileError.self) { try HomeFile.load(path: path) }
    }

    @Test func `too much of anything is refused`() {
        let rooms = (0..<70).map { "- {name: room \(Self.letters($0))}" }.joined(separator: "\n")
        let many = "house: x\nrooms:\n\(rooms)\n"
        #expect(throws: HomeFileError.self) { try HomeFile.read(many, file: "h") }
        let long = "house: x\nrooms:\n- name: a\n" + String(repeating: "# filler\n", count: 40_000)
        #expect(throws: HomeFileError.self) { try HomeFile.read(long, file: "h") }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: HomeFileError.self) { try HomeFile.read(deep, file: "h") }
    }

    @Test func `mutilated files never trap`() throws {
        let text = try String(contentsOfFile: Self.demoPath, encoding: .utf8)
        let bytes = Array(text.utf8)
        let alphabet = Array("[]{}:,-#&*!|>'\"%@`\n\t 0aé".utf8)
        var random = SeededGenerator(seed: 4)
        for _ in 0..<1_500 {
            var mutilated = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<mutilated.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: mutilated[place] = alphabet.randomElement(using: &random)!
                case 1: mutilated.remove(at: place)
                default: mutilated.insert(alphabet.randomElement(using: &random)!, at: place)
                }
            }
            do {
                let home = try HomeFile.read(String(decoding: mutilated, as: UTF8.self), file: "h")
                #expect(!home.rooms.isEmpty)
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var yaml: String
        var report: String
        var testDescription: String { report }
    }

    /// A home with one room and these lines in it; the first of them is line 4.
    private static func kitchen(_ lines: String) -> String { "house: x\nrooms:\n- name: kitchen\n\(lines)" }
    private static func device(_ fields: String) -> String { kitchen("  devices: [{\(fields)}]") }

    static let mistakes: [Mistake] = [
        Mistake(yaml: "", report: "home.yaml: is empty; write 'house:' and 'rooms:'"),
        Mistake(yaml: "- a", report: "home.yaml:1: the file is written as 'key: value' lines, not as a list"),
        Mistake(
            yaml: "rooms: [{name: den}]", report: "home.yaml:1: 'house' is missing; write 'house: Our house'"),
        Mistake(
            yaml: "house: x", report: "home.yaml:1: 'rooms' is missing; write 'rooms:' and a list of rooms"),
        Mistake(yaml: "house: x\nrooms: []", report: "home.yaml:2: there is no room; write at least one"),
        Mistake(
            yaml: kitchen("  flor: up"), report: "home.yaml:4: a room has no 'flor'; do you mean 'floor'?"),
        Mistake(yaml: kitchen("- floor: up"), report: "home.yaml:4: a room needs a 'name'"),
        Mistake(
            yaml: kitchen("- name: Kitchen"),
            report: "home.yaml:4: 'kitchen' already names the room in line 3; choose another name"),
        Mistake(
            yaml: kitchen("- {name: den, aliases: [the-den, kitchen]}"),
            report: "home.yaml:4: 'kitchen' already names the room in line 3; choose another name"),
        Mistake(
            yaml: kitchen("- name: upstairs"),
            report: "home.yaml:4: 'upstairs' already means a place; give the room another name"),
        Mistake(
            yaml: kitchen("  floor: kitchen"),
            report: "home.yaml:4: 'kitchen' is the floor here and the room in line 3; rename one of them"),
        Mistake(
            yaml: device("name: oven"),
            report: "home.yaml:4: a device needs a 'kind': one of light, switch, cover, climate, sensor"),
        Mistake(
            yaml: device("name: oven, kind: swich"),
            report: "home.yaml:4: 'swich' is no kind of device; do you mean 'switch'?"),
        Mistake(
            yaml: device("name: lights, kind: light"),
            report: "home.yaml:4: 'lights' alone means all of them; write a name such as 'ceiling lights'"),
        Mistake(
            yaml: kitchen("  devices:\n  - {name: fan, kind: switch}\n  - {name: Fan, kind: switch}"),
            report: "home.yaml:6: 'fan' already names the device in line 5; choose another name"),
        Mistake(
            yaml: device("name: lamp, kind: light, dimmable: 3"),
            report: "home.yaml:4: 'dimmable' is true or false, not '3'"),
        Mistake(
            yaml: device("name: lamp, kind: light, initial: {brightness: 20}"),
            report: "home.yaml:4: 'brightness' needs a light with 'dimmable: true'"),
        Mistake(
            yaml: device("name: blinds, kind: cover, dimmable: true"),
            report: "home.yaml:4: a cover has no 'dimmable'; allowed: name, aliases, kind, initial"),
        Mistake(
            yaml: device("name: blinds, kind: cover, initial: {position: 101}"),
            report: "home.yaml:4: 'position' is a whole number from 0 to 100, not '101'"),
        Mistake(
            yaml: device("name: heater, kind: climate, range: [25, 5]"),
            report: "home.yaml:4: 'range' is the lowest and the highest degree, as in [5, 28]"),
        Mistake(
            yaml: device("name: door, kind: sensor"),
            report: "home.yaml:4: a sensor needs 'measures': temperature, humidity or contact"),
        Mistake(
            yaml: "house: x\nhouse: y\nrooms: []",
            report: "home.yaml:1: not valid YAML: 'house' stands here twice; check indentation and quotes"),
    ]

    private static func letters(_ number: Int) -> String {
        String(UnicodeScalar(UInt8(97 + number / 26))) + String(UnicodeScalar(UInt8(97 + number % 26)))
    }

    static let demoPath = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("tools/demo-home.yaml").path
}

/// A folder of the test's own, removed with it.
final class TemporaryFolder: Sendable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("loqa-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(at: url) } catch { Issue.record(error) }
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
