import HubAdmin

/// Wake words as text for people.
extension Tables {
    static func wakeWords(_ words: [AdminWakeWord], width: Int) -> String {
        guard !words.isEmpty else {
            return
                "No wake word is on the shelf: add one with `loqa wake add`, or make one with `loqa wake train`."
        }
        var table = TextTable([
            .init(title: "NAME", widthMin: 8), .init(title: "PHRASE", widthMin: 8), .init(title: "KIND"),
            .init(title: "SECOND STAGE"), .init(title: "LISTENED FOR", widthMin: 10),
            .init(title: "MODEL", widthMin: 8),
        ])
        for word in words {
            table.append([
                word.name, word.phrase, word.isStopWord ? "stop word" : "wake word",
                word.isJudged ? "yes" : "no",
                word.rules.isEmpty ? "nowhere" : word.rules.map(rule).joined(separator: "; "),
                String(word.model.prefix(16)),
            ])
        }
        return table.text(width: width)
    }

    /// Where a word is listened for now.
    static func wakeUse(_ word: AdminWakeWord) -> String {
        word.rules.isEmpty
            ? "No relay is given \"\(word.phrase)\" any more."
            : "\"\(word.phrase)\" is listened for: \(word.rules.map(rule).joined(separator: "; "))."
    }

    static func wakeRelays(_ relays: [AdminWakeRelay], width: Int) -> String {
        guard !relays.isEmpty else { return "No relay belongs to the house yet." }
        var table = TextTable([
            .init(title: "RELAY", widthMin: 7), .init(title: "ROOM", widthMin: 7),
            .init(title: "WORDS", widthMin: 9),
            .init(title: "WAKES", isNumber: true), .init(title: "REJECTED", isNumber: true),
            .init(title: "FALSE", isNumber: true), .init(title: "NEAR", isNumber: true),
            .init(title: "STOPS", isNumber: true), .init(title: "TESTS", isNumber: true),
            .init(title: "RESTARTS", isNumber: true),
        ])
        for relay in relays {
            let words = relay.words.isEmpty ? "its own" : relay.words.joined(separator: ", ")
            let state = !relay.isConnected ? " (away)" : relay.isUpToDate ? "" : " (on the way)"
            let day = relay.day
            table.append([
                relay.relay, relay.room, words + state, "\(day.wakes)", "\(day.rejected)", "\(day.marked)",
                "\(day.nearMisses)", "\(day.stops)",
                day.failedSelfTests > 0
                    ? "\(day.selfTests), \(day.failedSelfTests) failed" : "\(day.selfTests)",
                "\(day.restarts)",
            ])
        }
        return table.text(width: width)
    }

    static func wakeEvent(_ event: AdminWakeEvent) -> String {
        let verdict =
            switch event.verdict {
            case .taken: "heard"
            case .confirmed: "heard, confirmed"
            case .rejected: "let fall: not the word"
            }
        let margin = event.margin.map { ", margin \(decimal($0))" } ?? ""
        return
            "\(event.relay): \(verdict)\(margin), at \(decimal(event.level)) dBFS over \(decimal(event.noiseFloor)) dBFS"
    }

    private static func rule(_ rule: AdminWakeWord.Rule) -> String {
        var text = rule.room ?? "everywhere"
        if let from = rule.from, let to = rule.to {
            text += " from \(DayTime.text(from)) to \(DayTime.text(to))"
        }
        return rule.sensitivity == "normal" ? text : "\(text), \(rule.sensitivity)"
    }

    private static func decimal(_ number: Double) -> String {
        let tenths = Int((abs(number) * 10).rounded())
        return (number < 0 ? "-" : "") + "\(tenths / 10).\(tenths % 10)"
    }
}
