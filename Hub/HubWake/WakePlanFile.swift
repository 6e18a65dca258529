import Foundation
import HubCore
import LoqaSystem
import LoqaWire

/// The plan of wake words on disk (`plan.json`), for its owner's eyes only.
struct WakePlanFile: Sendable {
    private static let byteCountMax = 65_536
    private static let version = 1

    /// Why a plan cannot be used.
    struct Malformed: Error, CustomStringConvertible {
        let path: String
        let reason: String
        var description: String { "\(path) is no plan of wake words (\(reason)): correct it, or remove it" }
    }

    private struct Saved: Codable {
        struct Rule: Codable {
            var word: String
            var room: String?
            var from: Int?
            var to: Int?
            var sensitivity: String
        }
        var version: Int
        var rules: [Rule]
    }

    let path: String

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// No file is the empty plan of a new hub.
    func load() throws -> WakePlan {
        let bytes: [UInt8]
        do throws(OwnerFile.ReadError) {
            bytes = try OwnerFile.read(path, byteCountMax: Self.byteCountMax)
        } catch .missing { return WakePlan() }
        let saved: Saved
        do { saved = try JSONDecoder().decode(Saved.self, from: Data(bytes)) } catch {
            throw Malformed(path: path, reason: "not its JSON")
        }
        guard saved.version == Self.version else {
            throw Malformed(path: path, reason: "version \(saved.version)")
        }
        guard saved.rules.count <= WakePlan.ruleCountMax else {
            throw Malformed(path: path, reason: "more than \(WakePlan.ruleCountMax) rules")
        }
        return WakePlan(try saved.rules.map(rule))
    }

    func save(_ plan: WakePlan) throws {
        let rules = plan.rules.map { rule in
            Saved.Rule(
                word: rule.word, room: rule.room, from: rule.hours?.from, to: rule.hours?.to,
                sensitivity: rule.sensitivity.name)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try OwnerFile.replace(
            path, with: Array(try encoder.encode(Saved(version: Self.version, rules: rules))))
    }

    private func rule(_ saved: Saved.Rule) throws -> WakePlan.Rule {
        guard let sensitivity = WakeWordChoice.Sensitivity(name: saved.sensitivity) else {
            throw Malformed(path: path, reason: "sensitivity \(saved.sensitivity.prefix(20))")
        }
        var hours: WakePlan.Hours?
        if let from = saved.from, let to = saved.to {
            hours = WakePlan.Hours(from: from, to: to)
            guard hours != nil else { throw Malformed(path: path, reason: "hours \(from) to \(to)") }
        }
        return WakePlan.Rule(word: saved.word, room: saved.room, hours: hours, sensitivity: sensitivity)
    }
}
