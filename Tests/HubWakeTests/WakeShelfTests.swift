import Foundation
import HubCore
import HubWake
import LoqaModels
import LoqaWake
import LoqaWire
import Testing

/// The hub's shelf of wake words, in a folder of its own, with the model that is shipped.
struct WakeShelfTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "loqa-shelf-\(UUID())").path
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Relay/wake-models/hey_loqa").path

    @Test func `a word that was added is there after a restart, and can be handed out in pieces`() throws {
        defer { remove(folder) }
        var shelf = try WakeShelf(path: folder)
        #expect(!shelf.isInUse)
        let item = try shelf.add(try files(), as: "hey_loqa")
        #expect(item.phrase == "hey loqa" && !item.isJudged)
        try shelf.save(WakePlan([WakePlan.Rule(word: "hey_loqa", room: "den")]))
        shelf = try WakeShelf(path: folder)
        #expect(shelf.isInUse && shelf.items == [item])
        #expect(shelf.choice(in: "den", at: 0).map(\.item.name) == ["hey_loqa"])
        #expect(shelf.choice(in: "kitchen", at: 0).isEmpty)
        #expect(try WakeBundle(bytes: try #require(shelf.bundle(of: item.model))).files.count == 3)
        #expect(try shelf.remove("hey_loqa") == item)
        #expect(shelf.plan.rules.isEmpty && shelf.isInUse)
        #expect(try WakeShelf(path: folder).items.isEmpty)
    }

    @Test func `W3: a word that cannot run is refused and leaves the one before`() throws {
        defer { remove(folder) }
        var shelf = try WakeShelf(path: folder)
        let item = try shelf.add(try files(), as: "word")
        var broken = try files()
        broken[1].bytes = Array(broken[1].bytes.dropLast(20_000))
        #expect(throws: (any Error).self) { try shelf.add(broken, as: "word") }
        #expect(throws: (any Error).self) { try shelf.add(try files(), as: "../word") }
        var climbing = try files()
        climbing[2].name = "../../x"
        #expect(throws: (any Error).self) { try shelf.add(climbing, as: "word") }
        #expect(shelf.items == [item])
        #expect(try WakeShelf(path: folder).items == [item])
    }

    @Test func `T19: a word is judged by its own second stage, and one without is taken at its relay's word`()
        async throws
    {
        defer { remove(folder) }
        var shelf = try WakeShelf(path: folder)
        let sound = (0..<35_200).map { Int16(truncatingIfNeeded: $0 * 7_919 % 2_001 - 1_000) }
        for (threshold, isMeant) in [(-1_000, true), (1_000, false)] {
            let item = try shelf.add(try files(secondThreshold: threshold), as: "word")
            #expect(item.isJudged)
            #expect(try WakeBundle(bytes: item.bundle).files.count == 3)
            let jury = shelf.jury(for: [(item, .normal)])
            #expect(jury.isPossible)
            let verdict = try await jury.judge(sound)
            #expect(verdict.isMeant == isMeant)
            #expect(verdict.margin.map { ($0 > 0) == isMeant } == true)
            // With another word that nobody can judge, whatever was heard may have been that.
            let other = try shelf.add(try files(), as: "other")
            #expect(!shelf.jury(for: [(item, .normal), (other, .normal)]).isPossible)
            #expect(try await shelf.jury(for: [(item, .normal), (other, .normal)]).judge(sound).isMeant)
        }
    }

    @Test func `a plan that somebody broke is an error that names it, and no empty plan`() throws {
        defer { remove(folder) }
        _ = try WakeShelf(path: folder)
        let path = "\(folder)/plan.json"
        for text in ["", "{}", "{\"version\": 2, \"rules\": []}"] {
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
            do {
                _ = try WakeShelf(path: folder)
                Issue.record("\(text) was taken for a plan")
            } catch {
                #expect("\(error)".contains(path))
            }
        }
    }

    @Test func `false wakes are kept sealed, come back whole, and the oldest go`() throws {
        defer { remove(folder) }
        let store = try FalseWakeStore(folder: folder)
        let sound = (0..<35_200).map { Int16(truncatingIfNeeded: $0 &* 31) }
        for second in 0..<Int64(FalseWakeStore.countMax + 3) {
            try store.keep(
                second > 200 ? sound : [Int16](repeating: 5, count: 10), at: 1_800_000_000 + second)
        }
        let kept = try FalseWakeStore(folder: folder).sounds()
        #expect(kept.count == FalseWakeStore.countMax)
        #expect(kept.last?.samples == sound)
        let path = "\(folder)/\(try #require(kept.last?.name))"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        #expect(bytes.count < 71_000)
        bytes[500] ^= 1
        try Data(bytes).write(to: URL(filePath: path))
        #expect(throws: (any Error).self) { try store.sounds() }
    }

    /// The shipped word; with a second stage of the same networks if there is a threshold for it.
    private func files(secondThreshold: Int? = nil) throws -> [(name: String, bytes: [UInt8])] {
        try ["hey_loqa.json", "hey_loqa.tflite", "hey_loqa_mel.tflite"].map { name in
            var data = try Data(contentsOf: URL(filePath: "\(Self.shipped)/\(name)"))
            if let secondThreshold, name.hasSuffix(".json") {
                let three =
                    "{\"low\": \(secondThreshold), \"normal\": \(secondThreshold), \"high\": \(secondThreshold)}"
                let second = """
                    "second": {"networks": [{"model": "hey_loqa.tflite"}], "window": 4, "thresholds": \(three), "relay": \(three)},
                    "window"
                    """
                let text = String(decoding: data, as: UTF8.self)
                let range = try #require(text.range(of: "\"window\""))
                data = Data(text.replacingCharacters(in: range, with: second).utf8)
            }
            return (name, [UInt8](data))
        }
    }

    private func remove(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record("\(error)") }
    }
}
