import Foundation
import HubAdmin
import HubCore
import HubSkills
import HubWake
import LoqaBase
import LoqaCrypto
import LoqaWire

/// Files of a wake word on their way from the owner's command, in pieces.
struct WakeUpload: Sendable {
    private(set) var word = ""
    private(set) var files: [(name: String, bytes: [UInt8])] = []

    /// Takes a piece. A new word, or the first piece of its first file again, begins anew.
    ///
    /// - Returns: bytes of the file so far; nil if the piece does not follow, or is too much.
    mutating func take(word: String, file: String, offset: Int, _ bytes: [UInt8]) -> Int? {
        if word != self.word || (offset == 0 && files.first?.name == file) { (self.word, files) = (word, []) }
        if offset == 0 {
            guard files.count < WakeShelf.fileCountMax, !files.contains(where: { $0.name == file }) else {
                return nil
            }
            files.append((file, []))
        }
        let total = files.reduce(bytes.count) { $0 + $1.bytes.count }
        guard let last = files.indices.last, files[last].name == file, files[last].bytes.count == offset,
            total <= WakeShelf.byteCountMax
        else { return nil }
        files[last].bytes += bytes
        return files[last].bytes.count
    }

    /// Hands out what has come, and begins anew.
    mutating func finish(_ word: String) -> [(name: String, bytes: [UInt8])] {
        defer { (self.word, files) = ("", []) }
        return word == self.word ? files : []
    }
}

/// The owner's questions and orders about wake words.
extension Hub {
    /// Answers one request about wake words; nil for any other.
    func answerWake(_ request: AdminRequest) throws -> AdminResponse? {
        switch request {
        case .wakeWords: return .wakeWords(list: wake?.shelf.items.map(wakeWord) ?? [])
        case .wakePiece(let word, let file, let offset, let data):
            guard let bytes = Data(base64Encoded: data), wake != nil,
                let count = wake?.upload.take(word: word, file: file, offset: offset, Array(bytes))
            else { return .refusal("these files are no wake word, or too many or too long for one") }
            return .wakePiece(byteCount: count)
        case .wakeAdd(let word): return try addWakeWord(word)
        case .wakeRemove(let word):
            guard let item = wake?.shelf.items.first(where: { $0.name == word }) else {
                return unknown(word)
            }
            let before = wakeWord(item)
            _ = try wake?.shelf.remove(item.name)
            tellWakeWords()
            return .wakeWord(word: before)
        case .wakeUse(let word, let rooms, let sensitivity, let from, let to):
            return try useWakeWord(word, rooms, sensitivity, from, to)
        case .wakeDrop(let word, let rooms): return try dropWakeWord(word, rooms)
        case .wakeRelays(let start):
            return .wakeRelays(
                page: AdminPage(door.registry.entries.filter(\.isActive).map(wakeRelay), from: start))
        case .wakeEvents(let after):
            let events = wake?.events.filter { $0.number > after } ?? []
            return .wakeEvents(list: Array(events.suffix(AdminLimits.pageItemCount)))
        case .wakeFalse(let relay):
            if let relay, !door.registry.entries.contains(where: { $0.name == relay }) {
                return .refusal("no relay is called \"\(relay)\"")
            }
            guard let (event, isKept) = markFalseWake(of: relay, before: false) else {
                return .refusal("no wake is remembered that could be marked")
            }
            return .wakeMarked(event: event, isKept: isKept)
        case .status, .relays, .links, .invites, .pending, .invite, .withdraw, .approve, .refuse, .revoke,
            .rename, .move, .rotateKey, .finishRotation, .announce:
            return nil
        }
    }

    private func unknown(_ word: String) -> AdminResponse {
        .refusal("no wake word is called \"\(word)\": see `loqa wake list`")
    }

    private func addWakeWord(_ word: String) throws -> AdminResponse {
        let files = wake?.upload.finish(word) ?? []
        guard files.count >= 2 else { return .refusal("a wake word is a manifest and its networks") }
        do {
            guard let item = try wake?.shelf.add(files, as: word) else { return unknown(word) }
            tellWakeWords()
            return .wakeWord(word: wakeWord(item))
        } catch {
            return .refusal("\(error)")
        }
    }

    private func useWakeWord(
        _ word: String, _ rooms: [String], _ name: String, _ from: Int?, _ to: Int?
    ) throws -> AdminResponse {
        guard let shelf = wake?.shelf, let item = shelf.items.first(where: { $0.name == word }) else {
            return unknown(word)
        }
        for room in rooms where !assistant.home.rooms.contains(where: { $0.name == room }) {
            return .refusal("the home has no room \(room)")
        }
        guard let sensitivity = WakeWordChoice.Sensitivity(name: name) else {
            return .refusal("the sensitivity is low, normal or high")
        }
        var hours: WakePlan.Hours?
        if from != nil || to != nil {
            hours = WakePlan.Hours(from: from ?? -1, to: to ?? -1)
            if hours == nil { return .refusal("hours run from one minute of the day to another") }
        }
        var plan = shelf.plan
        for room in rooms.isEmpty ? [nil] : rooms.map(Optional.some) {
            let rule = WakePlan.Rule(word: word, room: room, hours: hours, sensitivity: sensitivity)
            guard plan.use(rule) else {
                return .refusal("the plan has \(WakePlan.ruleCountMax) rules already: drop some first")
            }
        }
        try wake?.shelf.save(plan)
        tellWakeWords()
        return .wakeWord(word: wakeWord(item))
    }

    private func dropWakeWord(_ word: String, _ rooms: [String]) throws -> AdminResponse {
        guard let shelf = wake?.shelf, let item = shelf.items.first(where: { $0.name == word }) else {
            return unknown(word)
        }
        var plan = shelf.plan
        let count = rooms.isEmpty ? plan.drop(word) : rooms.reduce(0) { $0 + plan.drop(word, room: $1) }
        guard count > 0 else { return .refusal("\"\(word)\" is not listened for there") }
        try wake?.shelf.save(plan)
        tellWakeWords()
        return .wakeWord(word: wakeWord(item))
    }

    private func wakeWord(_ item: WakeShelf.Item) -> AdminWakeWord {
        let rules = wake?.shelf.plan.rules.filter { $0.word == item.name } ?? []
        return AdminWakeWord(
            name: item.name, phrase: item.phrase, isStopWord: item.isStopWord,
            model: item.model.map { String(format: "%02x", $0) }.joined(), byteCount: item.bundle.count,
            isJudged: item.isJudged,
            rules: rules.map {
                AdminWakeWord.Rule(
                    room: $0.room, from: $0.hours?.from, to: $0.hours?.to, sensitivity: $0.sensitivity.name)
            })
    }

    private func wakeRelay(_ entry: RelayRegistry.Entry) -> AdminWakeRelay {
        let member = connections.values.first { $0.member?.key == entry.key }?.member
        let history = wake?.histories[entry.key] ?? WakeHistory()
        let given = member?.wakeWords ?? []
        let names = given.compactMap { word in
            wake?.shelf.items.first { $0.model == word.model }?.name
        }
        return AdminWakeRelay(
            relay: entry.name, room: entry.room, isConnected: member != nil, words: names,
            isUpToDate: member?.wakeRevision.map { $0 == member?.wakeReport?.revision || given.isEmpty }
                ?? true,
            day: Self.counts(history.total(since: wallSeconds - 86_400)),
            hours: history.hours.suffix(24).map {
                AdminWakeRelay.Hour(start: $0.number * 3_600, counts: Self.counts($0))
            })
    }

    private static func counts(_ hour: WakeHistory.Hour) -> AdminWakeRelay.Counts {
        AdminWakeRelay.Counts(
            wakes: hour.wakes, rejected: hour.rejected, marked: hour.marked, nearMisses: hour.nearMisses,
            stops: hour.stops, selfTests: hour.selfTests, failedSelfTests: hour.failedSelfTests,
            restarts: hour.restarts)
    }
}
