import HubAdmin
import HubCore
import HubSkills
import HubSpeech
import HubWake
import Logging
import LoqaBase
import LoqaCrypto
import LoqaSystem
import LoqaWire
import NIOCore

/// Wake words: which relays listen for what, a second opinion on each wake, and how they fare (PROTOCOL.md, W, T19).
extension Hub {
    /// What the hub knows of wake words beside the shelf. Confined to the ``Hub``.
    struct WakeState {
        /// Wakes that are remembered.
        static let eventCountMax = 256

        var shelf: WakeShelf
        var revision: UInt32 = 1
        /// Of each relay, by its key.
        var histories: [PublicKey: WakeHistory] = [:]
        var events: [AdminWakeEvent] = []
        var lastEvent = 0
        var upload = WakeUpload()
        /// Sound of wakes that may yet be marked as false, by number of the event, where the owner keeps it.
        var sounds: [(number: Int, samples: [Int16])] = []
    }

    /// Starts to look at the clock, for words that are listened for at certain hours.
    func startWake() {
        guard wake != nil else { return }
        for problem in wake?.shelf.problems ?? [] {
            parts.logger.error("a wake word cannot be used", metadata: ["reason": "\(problem)"])
        }
        watchWakeHours()
    }

    private func watchWakeHours() {
        loop.scheduleTask(in: .nanoseconds(Tuning.wakeHoursStep.nanoseconds)) { [self] in
            assumeIsolated { hub in
                guard !hub.isStopping else { return }
                hub.tellWakeWords()
                hub.watchWakeHours()
            }
        }
    }

    // MARK: Choosing

    /// Tells every relay what it is to listen for, if that has changed.
    func tellWakeWords() {
        for connection in Array(connections.values) where connection.member != nil {
            tellWakeWords(connection)
        }
    }

    /// W1: tells a relay what it is to listen for, if that is not what it was told last.
    func tellWakeWords(_ connection: RelayConnection) {
        guard let wake, wake.shelf.isInUse, let member = connection.member else { return }
        let choice = choice(for: member)
        let words = choice.map { (model: $0.item.model, sensitivity: $0.sensitivity) }
        let isNews = member.wakeWords.map { !$0.elementsEqual(words, by: ==) } ?? true
        guard isNews else { return }
        connection.member?.wakeWords = words
        let revision = (member.wakeRevision ?? 0) + 1
        connection.member?.wakeRevision = revision
        let sent = words.isEmpty ? [([UInt8](repeating: 0, count: 32), .normal)] : words
        for (index, word) in sent.enumerated() {
            let choice = WakeWordChoice(
                revision: revision, index: UInt8(index), count: UInt8(words.count), model: word.0,
                sensitivity: word.1)
            send(.wakeWord(choice), to: connection)
        }
        record(
            "wake.told",
            [("relay", .text(member.relay.name)), ("words", .integer(Int64(words.count)))])
    }

    private func choice(
        for member: RelayConnection.Member
    ) -> [(item: WakeShelf.Item, sensitivity: WakeWordChoice.Sensitivity)] {
        let civil = parts.now().civil
        return wake?.shelf.choice(in: member.relay.room, at: civil.hour * 60 + civil.minute) ?? []
    }

    /// W2: a relay lacks a model.
    func wakePartWanted(_ wanted: WakePartWanted, on connection: RelayConnection) {
        guard let bundle = wake?.shelf.bundle(of: wanted.model), Int(wanted.offset) < bundle.count else {
            return
        }
        let end = min(Int(wanted.offset) + WireLimits.wakePartByteCountMax, bundle.count)
        let part = WakePart(
            model: wanted.model, byteCount: UInt32(bundle.count), offset: wanted.offset,
            part: Array(bundle[Int(wanted.offset)..<end]))
        send(.wakePart(part), to: connection)
    }

    /// W4: how a relay's words fare.
    func wakeReported(_ report: WakeReport, on connection: RelayConnection) {
        guard let member = connection.member else { return }
        connection.member?.wakeReport = report
        let failed = report.failedSelfTests > wake?.histories[member.key]?.last?.failedSelfTests ?? 0
        if failed {
            parts.logger.warning(
                "a relay did not hear the known word of its self-test, and has started its wake engine anew",
                metadata: ["relay": "\(member.relay.name)"])
        }
        wake?.histories[member.key, default: WakeHistory()].add(report, at: wallSeconds)
    }

    // MARK: The second opinion (T19)

    /// Judges the wake word of the open turn once enough of its sound is here. The turn goes on meanwhile.
    func judgeWake(_ uplink: Uplink, of connection: RelayConnection) {
        guard uplink.judgement == .due, let end = uplink.wakeEnd else { return }
        let span = WakeJury.span(wakeEnd: end)
        guard uplink.samples.count >= span.upperBound, let member = connection.member,
            let turn = member.turn.turn
        else { return }
        uplink.judgement = .done
        guard let wake else { return }
        let samples = Array(uplink.samples[span])
        // What the relay was told may be newer than what it heard the word with; both are its words.
        let jury = wake.shelf.jury(for: choice(for: member))
        let number = note(uplink.claim, of: member, samples)
        guard jury.isPossible, member.wakeReport?.revision ?? 0 > 0 else { return }
        Task {
            do {
                let verdict = try await jury.judge(samples)
                judged(verdict, number, turn, of: connection)
            } catch {
                parts.logger.error("a wake could not be judged", metadata: ["error": "\(error)"])
            }
        }
    }

    private func judged(
        _ verdict: WakeJury.Verdict, _ number: Int, _ turn: TurnID, of connection: RelayConnection
    ) {
        if let place = wake?.events.firstIndex(where: { $0.number == number }), let margin = verdict.margin {
            wake?.events[place].verdict = verdict.isMeant ? .confirmed : .rejected
            wake?.events[place].margin = Double(margin)
        }
        record(
            "wake.judged", connection,
            [
                ("meant", .integer(verdict.isMeant ? 1 : 0)),
                ("margin", .number(Double(verdict.margin ?? 0))),
            ])
        guard !verdict.isMeant, connections[connection.id] != nil else { return }
        advance(connection) { $0.rejected(turn) }
        rearm(for: connection, at: now)
    }

    /// Remembers a wake. - Returns: its number.
    private func note(_ claim: Claim, of member: RelayConnection.Member, _ samples: [Int16]) -> Int {
        let number = (wake?.lastEvent ?? 0) + 1
        wake?.lastEvent = number
        let event = AdminWakeEvent(
            number: number, at: wallSeconds, relay: member.relay.name, verdict: .taken, margin: nil,
            level: Double(claim.level.value), noiseFloor: Double(claim.noiseFloor.value), isMarked: false)
        wake?.events.append(event)
        if wake?.events.count ?? 0 > WakeState.eventCountMax { wake?.events.removeFirst() }
        if parts.falseWakes != nil {
            wake?.sounds.append((number, samples))
            if wake?.sounds.count ?? 0 > Tuning.wakeSoundCountMax { wake?.sounds.removeFirst() }
        }
        return number
    }

    // MARK: False wakes

    /// A person says that a relay was woken by mistake. By voice that is the wake before the newest one, which said so.
    ///
    /// - Returns: the wake, and whether its sound is kept; nil if there is none to mark.
    func markFalseWake(of relay: String?, before isSaid: Bool) -> (event: AdminWakeEvent, isKept: Bool)? {
        guard let wake else { return nil }
        var candidates = wake.events.indices.filter { relay == nil || wake.events[$0].relay == relay }
        if isSaid, !candidates.isEmpty { candidates.removeLast() }
        guard let place = candidates.last(where: { !wake.events[$0].isMarked }) else { return nil }
        self.wake?.events[place].isMarked = true
        var event = wake.events[place]
        event.isMarked = true
        let entry = door.registry.entries.first { $0.name == event.relay }
        if let key = entry?.key { self.wake?.histories[key, default: WakeHistory()].mark(at: wallSeconds) }
        record("wake.false", [("relay", .text(event.relay)), ("number", .integer(Int64(event.number)))])
        guard let store = parts.falseWakes,
            let sound = wake.sounds.first(where: { $0.number == event.number })
        else { return (event, false) }
        do {
            try store.keep(sound.samples, at: event.at)
            return (event, true)
        } catch {
            parts.logger.error("a false wake could not be kept", metadata: ["error": "\(error)"])
            return (event, false)
        }
    }
}
