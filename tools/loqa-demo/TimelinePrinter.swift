import Foundation

/// Prints a timeline that a stranger can follow.
struct TimelinePrinter {
    /// What the project aims for, ms.
    static let targetMedian = 700.0

    let terminal: Terminal

    func opening(rooms: [String]) {
        let list = rooms.joined(separator: " and the ")
        terminal.line(terminal.styled("Loqa: one hub, and a relay in the \(list).", .bold))
        terminal.line(
            terminal.styled("Each sentence is spoken into the relay's microphones, wake word first.", .dim))
    }

    func said(_ sentence: String, room: String, number: Int) {
        terminal.line()
        let words =
            sentence.isEmpty ? "\(Talker.wakePhrase) … (silence)" : "\(Talker.wakePhrase), \(sentence)"
        terminal.line(
            terminal.styled(String(format: "%2d ", number), .dim) + terminal.styled(pad(room), .cyan)
                + terminal.styled("\"\(words)\"", .bold))
    }

    func came(of entry: Timeline.Entry) {
        let turn = entry.turn
        if let heard = turn.heard { row("heard", heard.isEmpty ? "nothing" : "\"\(heard)\"") }
        if let intent = turn.intent {
            let slots = turn.slots.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            let outcome = turn.outcome == "asked" ? terminal.styled("  (asks back)", .yellow) : ""
            row("understood", terminal.styled(intent, .green) + slots + outcome)
        } else if let outcome = turn.outcome ?? turn.closedAs, outcome != "failed" {
            row("understood", terminal.styled(outcome, .yellow))
        }
        for change in turn.changes { row("changed", "\(change.device): \(change.was) -> \(change.is)") }
        for ring in turn.ringing { row("relay", ring) }
        if let answer = turn.answer, !answer.isEmpty { row("answered", "\"\(answer)\"") }
        if let latency = turn.latency { row(String(format: "%.0f ms", latency.total), stages(latency)) }
        if turn.concealedPackets > 0 { row("network", "\(turn.concealedPackets) packets concealed") }
        for difference in entry.differences { row("NOT AS MEANT", terminal.styled(difference, .red)) }
    }

    func rang(room: String, _ rang: Bool) {
        terminal.line()
        let text = rang ? "the timer rings" : terminal.styled("the timer did not ring", .red)
        terminal.line("   " + terminal.styled(pad(room), .cyan) + text)
    }

    func summary(_ timeline: Timeline, files: [String]) {
        terminal.line()
        let good = timeline.entries.count - timeline.misunderstood
        terminal.line(
            terminal.styled(
                "\(good) of \(timeline.entries.count) turns understood as intended",
                timeline.misunderstood == 0 ? .green : .red))
        let latencies = timeline.latencies
        if let median = Timeline.quantile(0.5, of: latencies),
            let slow = Timeline.quantile(0.9, of: latencies)
        {
            terminal.line(
                String(
                    format: "From end of speech to first sound of the answer: median %.0f ms, p90 %.0f ms ",
                    median, slow)
                    + String(
                        format: "over %d answers (target: median under %.0f ms)", latencies.count,
                        Self.targetMedian))
        }
        for file in files { terminal.line("  " + file) }
    }

    private func stages(_ latency: TurnRecord.Latency) -> String {
        let parts = [
            ("endpointing", latency.endpointing), ("recognition", latency.recognition),
            ("understanding", latency.understanding), ("synthesis", latency.synthesis),
            ("transport and playback", latency.playback),
        ]
        return terminal.styled(
            "to the first sound of the answer: "
                + parts.map { String(format: "%@ %.0f", $0.0, $0.1) }.joined(separator: ", "),
            .dim)
    }

    private func row(_ label: String, _ text: String) {
        terminal.line("   " + terminal.styled(pad(label), .dim) + text)
    }

    private func pad(_ text: String) -> String {
        text.padding(toLength: max(14, text.count + 1), withPad: " ", startingAt: 0)
    }
}
