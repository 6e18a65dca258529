import HubDialogue
package import HubUnderstanding
package import LoqaBase

/// Understands sentences in one home and carries them out: the hub's mind, as a value.
///
/// It reads no clock and performs nothing: the caller hands in text and the time, and carries out the
/// ``Reply``. Used from one place at a time (the hub's event loop). Compiling takes tens of milliseconds, a
/// sentence well under one.
package struct Assistant: Sendable {
    /// The lowest recognition score, per frame of 10 ms, at which a sentence is acted on. Measured with
    /// pocketsphinx and a closed grammar; recognisers without such a score pass nil.
    package static let scorePerFrameMinUsual = -45.0

    /// A timer that ended while the hub was down, too long ago to ring.
    package private(set) var missedTimers: [HouseTimer] = []
    package var home: Home { house.home }
    /// To be saved when a ``Reply`` says it changed, and after ``deadlineReached(at:)``.
    package var state: HouseState { house.state }

    private(set) var matcher: SentenceMatcher
    let spokenWakePhrases: [String]
    let scorePerFrameMin: Double
    var house: House
    var mind: Mind?
    /// What people are told who ask about their privacy.
    package var privacy = Privacy()
    /// Conversations that were taken to another room, and until when they can be taken up there.
    var handovers: [RoomID: (from: String, until: HubInstant)] = [:]
    /// What was answered last at each relay.
    var lastAnswers: [RelayID: (text: String, at: HubInstant)] = [:]

    /// Compiles the sentences for `home` and takes up its saved state.
    ///
    /// Timers that ended less than an hour ago ring at once (they are due at `now`); older ones are dropped
    /// into ``missedTimers``.
    ///
    /// - Parameter mind: what else can be understood; nil for the built-in sentences alone.
    /// - Throws: ``AssistantError`` if the built-in sentences are broken, which a test rules out.
    package init(
        home: Home, state: HouseState, wakePhrases: [String], now: Moment,
        scorePerFrameMin: Double = Assistant.scorePerFrameMinUsual, mind: Mind? = nil
    ) throws(AssistantError) {
        self.mind = mind
        matcher = try Self.matcher(Self.sentences(), for: home)
        (spokenWakePhrases, self.scorePerFrameMin) = (wakePhrases, scorePerFrameMin)
        house = House(home: home, state: state)
        takeUpTimers(at: now)
    }

    private static func sentences() throws(AssistantError) -> SentenceBook {
        do throws(SentenceBookError) {
            return try SentenceBook([
                HouseSkill.sentences, ClockSkill.sentences, TimerSkill.sentences, HelpSkill.sentences,
                answerSentences,
            ])
        } catch {
            throw .sentences(error)
        }
    }

    private static func matcher(_ book: SentenceBook, for home: Home) throws(AssistantError)
        -> SentenceMatcher
    {
        do throws(MatcherError) {
            return try SentenceMatcher(
                book: book, lists: HomeLists.lists(for: home),
                skipWords: SkipWords(Vocabulary.openings, Vocabulary.endings))
        } catch {
            throw .matcher(error)
        }
    }

    private mutating func takeUpTimers(at now: Moment) {
        var kept: [HouseTimer] = []
        for var timer in house.state.timers.prefix(TimerLimits.countMax) {
            let left = Duration.milliseconds(timer.endsAtMilliseconds - now.wallMilliseconds)
            guard left >= .zero - TimerLimits.latenessMax else {
                missedTimers.append(timer)
                continue
            }
            // Never longer than it was set for, whatever the wall clock did meanwhile.
            timer.deadline = now.instant + min(max(left, .zero), timer.length)
            (timer.relay, timer.ringingSince) = (nil, nil)
            kept.append(timer)
        }
        house.state.timers = kept
        house.nextTimerID = (kept.map(\.id).max() ?? 0) + 1
    }

    /// Runs one sentence that a talker said to `relay` in `room`.
    ///
    /// - Parameters:
    ///   - text: what was recognised or typed; the wake phrase may stand at its beginning.
    ///   - scorePerFrame: the recogniser's score per 10 ms; below the minimum nothing is done.
    ///   - confidence: how likely it is that a sentence was said at all, 0...1; nil for typed text. Without a mind it does
    ///     not count: the built-in sentences are few, and their score is enough.
    ///   - awaiting: the question this may be the answer to.
    package mutating func hear(
        _ text: String, scorePerFrame: Double? = nil, confidence: Double? = nil, from relay: RelayID,
        room: RoomID, at now: Moment, awaiting: PendingQuestion? = nil
    ) -> Reply {
        let reply = understand(
            text, scorePerFrame: scorePerFrame, confidence: confidence, from: relay, room: room, at: now,
            awaiting: awaiting)
        if mind != nil, reply.understood == .yes, !reply.answer.isEmpty {
            lastAnswers[relay] = (reply.answer, now.instant)
        }
        return reply
    }

    private mutating func understand(
        _ text: String, scorePerFrame: Double?, confidence: Double?, from relay: RelayID, room: RoomID,
        at now: Moment, awaiting: PendingQuestion?
    ) -> Reply {
        if let score = scorePerFrame, !(score >= scorePerFrameMin) {
            return Self.notUnderstood(again: awaiting)
        }
        let certainty = mind == nil ? Certainty.clear : Certainty(confidence: confidence)
        let words = WakePhrase.strip(spokenWakePhrases, from: SpokenWords.words(of: text))
        let match = matcher.match(words)
        if var mind = mind.take() {
            defer { self.mind = mind }
            takeUp(&mind, at: relay, in: room, now.instant)
            let isBuiltIn = mind.isEnglish && match.map { !$0.hasUnknown } ?? false
            if awaiting?.topic == .dialogue || !isBuiltIn && (awaiting == nil || match == nil) {
                return converse(text, &mind, confidence: confidence, from: relay, room: room, at: now)
            }
            let reply = builtIn(
                match, words, certainty, from: relay, room: room, at: now, awaiting: awaiting)
            if let match { note(reply, match, words.joined(separator: " "), &mind, from: relay, at: now) }
            return reply
        }
        return builtIn(match, words, certainty, from: relay, room: room, at: now, awaiting: awaiting)
    }

    /// What comes of a built-in sentence, if it is certain enough that it was said.
    private mutating func builtIn(
        _ match: Match?, _ words: [String], _ certainty: Certainty, from relay: RelayID, room: RoomID,
        at now: Moment, awaiting: PendingQuestion?
    ) -> Reply {
        switch certainty {
        case .none: return Self.notUnderstood(again: awaiting)
        case .clear: break
        case .likely, .unsure:
            guard let match else { break }
            if awaiting != nil, AnswerIntent(rawValue: match.intent) != nil {
                // What was asked is in the room: a likely answer is one, a guess is none.
                if certainty == .unsure { return Self.notUnderstood(again: awaiting) }
                break
            }
            if let question = doubt(match, words, certainty) { return question }
            return builtIn(match, from: relay, room: room, at: now, awaiting: awaiting)
                .prefaced(by: words)
        }
        return builtIn(match, from: relay, room: room, at: now, awaiting: awaiting)
    }

    /// What comes of a built-in sentence.
    private mutating func builtIn(
        _ match: Match?, from relay: RelayID, room: RoomID, at now: Moment, awaiting: PendingQuestion?
    ) -> Reply {
        guard let match, let intent = Intent(name: match.intent) else {
            return Self.notUnderstood(again: awaiting)
        }
        let request = Request(
            match: match, room: home.room(room) ?? Room(name: room.value), relay: relay, now: now)
        return carryOut(intent, request, awaiting: awaiting)
    }

    mutating func carryOut(_ intent: Intent, _ request: Request, awaiting: PendingQuestion?) -> Reply {
        var reply: Reply
        switch intent {
        case .house(let want): reply = HouseSkill.answer(want, request, in: &house)
        case .clock(let want): reply = ClockSkill.answer(want, request, in: &house)
        case .timer(let want): reply = TimerSkill.answer(want, request, in: &house)
        case .help(let want): reply = HelpSkill.answer(want, request, in: &house)
        case .answer(let want): return answer(want, request, to: awaiting)
        }
        reply.intent = intent
        reply.slots = request.match.slots.map { ($0.name, Self.text(of: $0.value)) }
        return reply
    }

    private static func text(of value: SlotValue) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .unknown(let words): "\"\(words)\"?"
        }
    }

    static func notUnderstood(again question: PendingQuestion?) -> Reply {
        guard var question, question.repeatCount < PendingQuestion.repeatCountMax else {
            return Reply(.no, answer: "Sorry, I didn't understand that.")
        }
        question.repeatCount += 1
        let again: String
        switch question.topic {
        case .oneOf: again = "Sorry, which one?"
        case .timerLength: again = "Sorry, for how long?"
        case .dialogue: again = "Sorry?"
        }
        return Reply(.no, answer: again, question: question)
    }

    // MARK: Timers

    /// Takes another home, or the same one changed. Devices and timers keep their state.
    ///
    /// - Throws: ``AssistantError``; then everything stays as it was.
    package mutating func change(home: Home, mind: Mind?) throws(AssistantError) {
        matcher = try Self.matcher(Self.sentences(), for: home)
        let timers = house.nextTimerID
        house = House(home: home, state: house.state)
        house.nextTimerID = timers
        self.mind = mind
    }

    /// When ``deadlineReached(at:)`` is due next; nil if nothing is.
    package var nextDeadline: HubInstant? {
        house.state.timers.map { $0.ringingSince.map { $0 + TimerLimits.ringLengthMax } ?? $0.deadline }.min()
    }

    /// Starts the ringing of timers that are due and ends one that nobody answered. Early calls do nothing.
    package mutating func deadlineReached(at now: HubInstant) -> [Effect] {
        var effects: [Effect] = []
        var kept: [HouseTimer] = []
        for var timer in house.state.timers {
            if let since = timer.ringingSince {
                if now >= since + TimerLimits.ringLengthMax {
                    effects.append(.stopRing(RingID(timer.id)))
                    continue
                }
            } else if now >= timer.deadline {
                timer.ringingSince = now
                let label = TimerSkill.label(timer, among: house.state.timers, in: home)
                effects.append(
                    .startRing(
                        RingID(timer.id), relay: timer.relay, room: timer.room,
                        announcement: Wording.sentence("the \(label) is done")))
            }
            kept.append(timer)
        }
        house.state.timers = kept
        return effects
    }

    /// R5: a relay's stop word ended a ring; it ends everywhere. A ring that is over changes nothing.
    package mutating func silenced(_ ring: RingID) -> [Effect] {
        let isRinging = { (timer: HouseTimer) in timer.id == ring.value && timer.ringingSince != nil }
        guard house.state.timers.contains(where: isRinging) else { return [] }
        house.state.timers.removeAll(where: isRinging)
        return [.stopRing(ring)]
    }

    /// Whether something rings in `room`, so that "stop" needs no wake phrase there.
    package func isRinging(in room: RoomID) -> Bool {
        house.state.timers.contains { $0.ringingSince != nil && $0.room == room }
    }
}

/// The built-in sentences do not fit together: a bug that tests find.
package enum AssistantError: Error, Sendable, CustomStringConvertible {
    case sentences(SentenceBookError)
    case matcher(MatcherError)

    package var description: String {
        switch self {
        case .sentences(let error): "built-in sentences: \(error)"
        case .matcher(let error): "built-in sentences: \(error)"
        }
    }
}
