import HubAnswers
import HubDialogue
import HubUnderstanding
import LoqaBase

/// Timers in other languages than English: the same skill, answered in the words of the language.
extension Assistant {
    /// What comes of a sentence about timers; nil if it is none.
    mutating func timers(_ reading: Reading, _ request: Request, _ mind: Mind) -> Reply? {
        guard case .timer(let intent)? = reading.builtIn else { return nil }
        let before = house.state.timers
        let meant = TimerSkill.selected(request, in: house)
        var reply = carryOut(.timer(intent), request, awaiting: nil)
        let ids = Set(house.state.timers.map(\.id))
        let removed = before.filter { !ids.contains($0.id) }
        let phrases = mind.phrases
        // Which one was meant is asked, but an answer to it would be English.
        let isAsked = reply.question != nil
        reply.question = nil
        switch intent {
        case .setTimer:
            if let timer = house.state.timers.last, house.state.timers.count > before.count {
                reply.answer =
                    answer(reading, [], request.now, mind)
                    ?? phrases.say(.timerSet, [("left", Self.duration(timer.length, phrases))])
            } else {
                reply.answer = phrases.say(.timerRefused, [("count", "\(TimerLimits.countMax)")])
            }
        case .timerLeft:
            let texts = meant.map { Self.status(of: $0, request.now, phrases) }
            reply.answer = texts.isEmpty ? phrases.say(.noTimer) : texts.joined(separator: " ")
        case .cancelTimer:
            if isAsked {
                let names = meant.prefix(HubDialogue.Tuning.optionCountMax).map {
                    $0.name ?? Self.duration($0.length, phrases)
                }
                reply.answer = phrases.say(.timerWhich, [("options", phrases.options(names))])
            } else if removed.count > 1 {
                reply.answer = phrases.say(.timersCancelled, [("count", "\(removed.count)")])
            } else {
                reply.answer = phrases.say(removed.isEmpty ? .noTimer : .timerCancelled)
            }
        case .stop, .thanks: reply.answer = removed.isEmpty ? phrases.say(.allRight) : ""
        }
        return reply
    }

    private static func status(of timer: HouseTimer, _ now: Moment, _ phrases: Phrasebook) -> String {
        let name = timer.name ?? ""
        guard timer.ringingSince == nil else { return phrases.say(.timerRinging, [("name", name)]) }
        let left = duration(timer.deadline - now.instant, phrases)
        return phrases.say(.timerLeft, [("left", left), ("name", name)])
    }

    /// "1 Stunde 30 Minuten"; rounded to seconds, at least 1 second.
    private static func duration(_ duration: Duration, _ phrases: Phrasebook) -> String {
        let total = max(1, (duration.milliseconds + 500) / 1_000)
        let parts = [("h", "\(total / 3_600)"), ("m", "\(total / 60 % 60)"), ("s", "\(total % 60)")]
        var text = phrases.say(.duration, parts)
        while text.last == " " { text.removeLast() }
        return text
    }
}
