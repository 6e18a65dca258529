package import HubCore
import LoqaCrypto
import LoqaModels
import LoqaSystem
import LoqaWake
package import LoqaWire

/// The wake words of a house: what lies on the hub's disk, and which relays are to listen for what.
///
/// A value that its owner keeps on one thread; what it changes is on the disk before it counts, and its calls block for as long
/// as the disk takes.
package struct WakeShelf: Sendable {
    /// A word that relays can be given.
    package struct Item: Sendable, Equatable {
        /// Unique: letters, digits, "-" and "_".
        package var name: String
        /// As it is written for people.
        package var phrase: String
        package var isStopWord: Bool
        /// SHA-256 of what relays are handed.
        package var model: [UInt8]
        /// What relays are handed.
        package var bundle: [UInt8]
        /// The hub judges once more what relays hear.
        package var isJudged: Bool
    }

    /// A change that cannot be made. The description says why.
    package struct Refusal: Error, CustomStringConvertible {
        package var description: String
    }

    /// Files of a word, second stage and clip included, and their bytes together.
    package static let fileCountMax = 12
    package static let byteCountMax = 4 * 1_048_576

    /// In the order of their names.
    package private(set) var items: [Item] = []
    package private(set) var plan: WakePlan
    /// Words that could not be read at the start, in words.
    package private(set) var problems: [String] = []
    private let folder: WakeFolder
    private let planFile: WakePlanFile

    /// - Parameter path: in the hub's state folder; made if it is not there.
    /// - Throws: if the folder or the plan cannot be read. A word that cannot run is left out and told in ``problems``.
    package init(path: String) throws {
        folder = try WakeFolder(path: path)
        planFile = WakePlanFile(path: "\(path)/plan.json")
        plan = try planFile.load()
        for name in try folder.names().prefix(WakeFolder.wordCountMax) {
            do { items.append(try item(name)) } catch { problems.append("\(error)") }
        }
    }

    /// The owner has chosen what relays listen for.
    package var isInUse: Bool { !plan.rules.isEmpty || planFile.exists }

    /// Puts a word on the shelf, the manifest first, in the place of an earlier one of its name.
    ///
    /// - Throws: ``Refusal``, or what is wrong with a file.
    package mutating func add(_ files: [(name: String, bytes: [UInt8])], as name: String) throws -> Item {
        guard WakeFolder.isName(name) else {
            throw Refusal(description: "a wake word's name is made of letters, digits, - and _")
        }
        let parts = files.map { WakeBundle.File(name: $0.name, bytes: $0.bytes) }
        for part in parts where !WakeBundle.isName(part.name) {
            throw Refusal(description: "no file of a wake word can be called \(part.name.prefix(64))")
        }
        guard items.contains(where: { $0.name == name }) || items.count < WakeFolder.wordCountMax else {
            throw Refusal(description: "\(items.count) wake words are here already: remove one first")
        }
        try folder.keep(parts, as: name)
        let added = try item(name)
        items.removeAll { $0.name == name }
        items.append(added)
        items.sort { $0.name < $1.name }
        return added
    }

    /// Takes a word off the shelf, and out of the plan. - Returns: what it was; nil if there is none of the name.
    package mutating func remove(_ name: String) throws -> Item? {
        guard let place = items.firstIndex(where: { $0.name == name }) else { return nil }
        var changed = plan
        if changed.drop(name) > 0 { try save(changed) }
        try folder.remove(name)
        return items.remove(at: place)
    }

    /// Changes the plan, and keeps it.
    package mutating func save(_ changed: WakePlan) throws {
        try planFile.save(changed)
        plan = changed
    }

    /// What a relay in a room listens for at a minute of the day.
    package func choice(
        in room: String, at minute: Int
    ) -> [(item: Item, sensitivity: WakeWordChoice.Sensitivity)] {
        plan.words(in: room, at: minute).compactMap { word, sensitivity in
            items.first { $0.name == word }.map { ($0, sensitivity) }
        }
    }

    /// What relays are handed for a model.
    package func bundle(of model: [UInt8]) -> [UInt8]? { items.first { $0.model == model }?.bundle }

    /// A second opinion for words that a relay listens for.
    package func jury(
        for words: [(item: Item, sensitivity: WakeWordChoice.Sensitivity)]
    ) -> WakeJury {
        WakeJury(
            words.filter { !$0.item.isStopWord }.map { (folder.folder(of: $0.item.name), $0.sensitivity) },
            isPossible: words.allSatisfy { $0.item.isStopWord || $0.item.isJudged })
    }

    private func item(_ name: String) throws -> Item {
        let manifest = try folder.manifest(of: name)
        let word = try WakeModels.word(at: manifest)
        let bundle = try WakeModels.bundle(at: manifest).bytes
        return Item(
            name: name, phrase: word.phrase, isStopWord: word.role == .stop, model: SHA256.hash(bundle),
            bundle: bundle, isJudged: try WakeModels.judge(at: manifest, sensitivity: .normal) != nil)
    }
}
