import LoqaBase

/// The lines by which a wake engine in a process of its own speaks to the relay.
///
///     ready <engine>
///     listening <sample>
///     wake <start sample> <end sample> <phrase>
///     stop <start sample> <end sample> <phrase>
///     near <start sample> <end sample> <phrase>
///     error <text>
///
/// UTF-8, one event a line, at most ``byteCountMax`` bytes with the line's end.
package enum WakeLine {
    /// Bytes of a line, its end included.
    package static let byteCountMax = 256

    /// The line of an event, with its end.
    package static func text(of event: WakeEngineEvent) -> String {
        let line =
            switch event {
            case .ready(let engine): "ready \(engine)"
            case .listening(let position): "listening \(position.value)"
            case .wake(let event): "wake \(words(of: event))"
            case .stop(let event): "stop \(words(of: event))"
            case .nearMiss(let event): "near \(words(of: event))"
            case .failed(let text):
                "error \(text.map { $0.isNewline ? " " : $0 }.prefix(200).map(String.init).joined())"
            }
        return line + "\n"
    }

    /// The event of a line without its end; `nil` for anything that is none.
    package static func event(_ line: String) -> WakeEngineEvent? {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard let first = words.first else { return nil }
        switch first {
        case "ready" where words.count >= 2: return .ready(engine: words.dropFirst().joined(separator: " "))
        case "listening":
            guard words.count == 2, let position = Int64(words[1]), position >= 0 else { return nil }
            return .listening(SampleCount(position))
        case "wake": return phrase(words).map { .wake($0) }
        case "stop": return phrase(words).map { .stop($0) }
        case "near": return phrase(words).map { .nearMiss($0) }
        case "error": return .failed(words.dropFirst().joined(separator: " "))
        default: return nil
        }
    }

    private static func words(of event: WakeEvent) -> String {
        "\(event.start.value) \(event.end.value) \(event.phrase)"
    }

    private static func phrase(_ words: [String]) -> WakeEvent? {
        guard words.count == 4, let start = Int64(words[1]), let end = Int64(words[2]), start >= 0,
            start <= end
        else { return nil }
        return WakeEvent(start: SampleCount(start), end: SampleCount(end), phrase: words[3])
    }
}

/// Cuts what a wake engine writes into lines, however they arrive, and reads them. A pure value.
package struct WakeLineReader: Sendable {
    /// Lines that were no event, or too long. The engine has a fault.
    package private(set) var badLineCount = 0
    private var partial: [UInt8] = []
    private var skipsToEnd = false

    package init() {}

    /// Takes bytes and hands out the events that are complete. Holds less than one line.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [WakeEngineEvent] {
        var events: [WakeEngineEvent] = []
        for byte in bytes {
            guard byte != 0x0A else {
                if !skipsToEnd, let event = WakeLine.event(String(decoding: partial, as: UTF8.self)) {
                    events.append(event)
                } else if !skipsToEnd {
                    badLineCount += 1
                }
                (partial, skipsToEnd) = ([], false)
                continue
            }
            if skipsToEnd { continue }
            partial.append(byte)
            if partial.count >= WakeLine.byteCountMax {
                badLineCount += 1
                (partial, skipsToEnd) = ([], true)
            }
        }
        return events
    }
}
