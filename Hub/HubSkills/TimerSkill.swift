import HubUnderstanding
import LoqaBase

/// Kitchen timers: several at once, with names; they ring where they were set until someone answers.
enum TimerSkill: Skill {
    static let sentences = SentenceBook.Source(
        name: "TimerSkill",
        text: """
            <hours>:
                {1..24:hours} hour[s]
                {one:hours} hour
                {couple:hours} hours
            <minutes>:
                {0..99:minutes} minute[s]
                {one:minutes} minute
                {couple:minutes} minutes
            <seconds>:
                {0..99:seconds} second[s]
            <duration>:
                <seconds>
                <minutes> [[and] <seconds>]
                {1..99:minutes} minutes {1..59:seconds}
                <hours> [[and] <minutes>] [[and] <seconds>]
                [a] {half:minutes} [an|a] hour
                {half:seconds} a minute
                {quarter:minutes} [of an|of a] hour
                <hours> and a {half:minutes}
                {1..24:hours} and a {half:minutes} hours
                <minutes> and a {half:seconds}
                {1..99:minutes} and a {half:seconds} minutes
            <create>:
                (set|start|make|create)
            <named>:
                (called|named|for) [the|my] {timer_name}
            <which_timer>:
                [the|my] timer
                [the|my] {timer_name} timer
                [the|my] <duration> timer
                [the|my] {room} timer
                [the|my] timer [for] [the] {timer_name}
                {all:scope} [of] [the|my] timer[s]
                [the|my] {timers:scope}

            SetTimer:
                <create> [a|an|another|the] timer [for|of] <duration> [<named>]
                <create> [a|an|another] <duration> timer [<named>]
                <create> [a|an|another|the] {timer_name} timer [for|of] <duration>
                <create> [a|an|another] timer [<named>]
                <create> [a|an|another] {timer_name} timer
                [a|another] timer for <duration> [<named>]
                <duration> timer
                (remind|wake) me in <duration>
            TimerLeft:
                how (much time|long) [is|is there|do i have] left [on <which_timer>]
                how (much time|long) is left on <which_timer>
                how (much time|long) (does|do) <which_timer> have [left]
                how (much time|long) until <which_timer> (rings|ends|is done)
                (what|which) timers are (there|set|running)
                (is|are) there (a|any) timer[s] [running|set]
            CancelTimer:
                (cancel|stop|delete|remove|clear|end) <which_timer>
                turn off <which_timer>
            Stop:
                (stop|cancel|quiet|silence|enough|dismiss|never mind|nevermind|forget it|nothing)
                stop (it|that|ringing|the alarm|the ringing)
                (cancel|forget) (it|that)
                (be|that's) (quiet|enough)
                [turn] off
            Thanks:
                (thank you|thanks) [very much|a lot]
            """)

    static func answer(_ intent: TimerIntent, _ request: Request, in house: inout House) -> Reply {
        switch intent {
        case .setTimer: return set(request, in: &house)
        case .timerLeft: return tellLeft(request, in: house)
        case .cancelTimer: return cancel(request, in: &house)
        case .stop: return silence(request, in: &house) ?? Reply(.yes, answer: "All right.")
        case .thanks: return silence(request, in: &house) ?? Reply(.yes, answer: "You're welcome.")
        }
    }

    /// The length said, or nil if none was.
    static func length(in match: Match) -> Duration? {
        let units = [("hours", 3_600), ("minutes", 60), ("seconds", 1)]
        let parts = units.compactMap { name, seconds in match.number(name).map { $0 * seconds } }
        return parts.isEmpty ? nil : .seconds(parts.reduce(0, +))
    }

    private static func name(in match: Match) -> String? { match["timer_name"]?.spoken }

    private static func set(_ request: Request, in house: inout House) -> Reply {
        let name = name(in: request.match)
        guard let length = length(in: request.match) else {
            return Reply(.asked, answer: "For how long?", question: PendingQuestion(.timerLength(name: name)))
        }
        guard length > .zero, length <= TimerLimits.lengthMax else {
            return Reply(.asked, answer: "I can set timers from 1 second to 24 hours.")
        }
        guard house.state.timers.count < TimerLimits.countMax else {
            return Reply(
                .asked, answer: "There are \(TimerLimits.countMax) timers already. Cancel one first.")
        }
        let timer = HouseTimer(
            id: house.nextTimerID, name: name, length: length, room: request.room.id, relay: request.relay,
            endsAtMilliseconds: request.now.wallMilliseconds + length.milliseconds,
            deadline: request.now.instant + length)
        house.nextTimerID = house.nextTimerID == .max ? 1 : house.nextTimerID + 1
        house.state.timers.append(timer)
        let what = name.map { "\($0) timer" } ?? "timer"
        return Reply(
            .yes, answer: "The \(what) is set for \(Wording.duration(length)).", changedState: true)
    }

    private static func tellLeft(_ request: Request, in house: House) -> Reply {
        let timers: [HouseTimer]
        switch selection(request, in: house) {
        case .some(let found): timers = found
        case .missing(let answer): return Reply(.yes, answer: answer)
        }
        let texts = timers.map { timer -> String in
            let left = timer.deadline - request.now.instant
            let state = timer.ringingSince == nil ? "has \(Wording.duration(left)) left" : "is ringing"
            return "the \(label(timer, among: house.state.timers, in: house.home)) \(state)"
        }
        let opening = timers.count > 1 ? "There are \(timers.count) timers: " : ""
        return Reply(
            .yes, answer: opening.isEmpty ? Wording.sentence(texts[0]) : "\(opening)\(Wording.list(texts)).")
    }

    private static func cancel(_ request: Request, in house: inout House) -> Reply {
        let found: [HouseTimer]
        switch selection(request, in: house) {
        case .some(let timers): found = timers
        case .missing(let answer):
            return silence(request, in: &house) ?? Reply(.asked, answer: answer)
        }
        let wantsAll = request.match["scope"] != nil
        if found.count > 1, !wantsAll {
            let ringing = found.filter { $0.ringingSince != nil && $0.room == request.room.id }
            if !ringing.isEmpty { return remove(ringing, in: &house) }
            let options = found.prefix(PendingQuestion.optionCountMax).map { timer in
                let label = label(timer, among: house.state.timers, in: house.home)
                return PendingQuestion.Option(
                    names: names(of: timer), label: "the \(label)",
                    match: request.match.setting("timer", to: .number(Int(timer.id)), spoken: label))
            }
            let answer = "There are \(found.count) timers: \(Wording.list(options.map(\.label))). Which one?"
            return Reply(.asked, answer: answer, question: PendingQuestion(.oneOf(Array(options))))
        }
        return remove(found, in: &house)
    }

    private static func remove(_ timers: [HouseTimer], in house: inout House) -> Reply {
        let labels = timers.map { label($0, among: house.state.timers, in: house.home) }
        house.state.timers.removeAll { timer in timers.contains { $0.id == timer.id } }
        let rings = timers.filter { $0.ringingSince != nil }.map { Effect.stopRing(RingID($0.id)) }
        let answer: String
        if timers.count > 3 {
            answer = "All \(timers.count) timers are cancelled."
        } else {
            let subject = Wording.list(labels.map { "the \($0)" })
            answer = Wording.sentence("\(subject) \(labels.count == 1 ? "is" : "are") cancelled")
        }
        return Reply(.yes, answer: answer, effects: rings, changedState: true)
    }

    /// Ends what rings in the talker's room; if nothing does, what rings anywhere. Nil if nothing rings.
    static func silence(_ request: Request, in house: inout House) -> Reply? {
        let ringing = house.state.timers.filter { $0.ringingSince != nil }
        guard !ringing.isEmpty else { return nil }
        let here = ringing.filter { $0.room == request.room.id }
        let stopped = here.isEmpty ? ringing : here
        house.state.timers.removeAll { timer in stopped.contains { $0.id == timer.id } }
        let rings = stopped.map { Effect.stopRing(RingID($0.id)) }
        return Reply(.yes, answer: "", effects: rings, changedState: true)
    }

    private enum Selected { case some([HouseTimer]), missing(String) }

    /// The timers a sentence means; none if there are none.
    static func selected(_ request: Request, in house: House) -> [HouseTimer] {
        switch selection(request, in: house) {
        case .some(let timers): timers
        case .missing: []
        }
    }

    /// The timers a sentence means; never an empty list.
    private static func selection(_ request: Request, in house: House) -> Selected {
        let timers = house.state.timers
        let match = request.match
        guard !timers.isEmpty else { return .missing("There is no timer.") }
        let found: [HouseTimer]
        let missing: String
        if let id = match.number("timer") {
            (found, missing) = (timers.filter { $0.id == UInt32(clamping: id) }, "That timer is gone.")
        } else if let name = name(in: match) {
            let room = house.home.room(named: name)
            found = timers.filter { $0.name == name || ($0.name == nil && $0.room == room?.id) }
            missing = "There is no \(name) timer."
        } else if let length = length(in: match) {
            found = timers.filter { $0.length == length }
            missing = "There is no \(Wording.attributive(length)) timer."
        } else if let room = match.text("room") {
            found = timers.filter { $0.room.value == room }
            missing = "There is no timer in the \(room)."
        } else if match["scope"] != nil || timers.count == 1 {
            (found, missing) = (timers, "")
        } else {
            let here = timers.filter { $0.room == request.room.id }
            (found, missing) = (here.count == 1 ? here : timers, "")
        }
        return found.isEmpty ? .missing(missing) : .some(found)
    }

    /// "pasta timer", "5 minute timer", with the room if two would be called the same.
    static func label(_ timer: HouseTimer, among timers: [HouseTimer], in home: Home) -> String {
        let own = timer.name ?? Wording.attributive(timer.length)
        let isUnique = timers.allSatisfy { other in
            other.id == timer.id || (other.name ?? Wording.attributive(other.length)) != own
        }
        if isUnique { return "\(own) timer" }
        return "\(own) timer in the \(home.room(timer.room)?.name ?? timer.room.value)"
    }

    private static func names(of timer: HouseTimer) -> [String] {
        let length = SpokenWords.words(of: Wording.attributive(timer.length)).joined(separator: " ")
        return (timer.name.map { [$0] } ?? []) + [
            length, SpokenWords.words(of: timer.room.value).joined(separator: " "),
        ]
    }
}
