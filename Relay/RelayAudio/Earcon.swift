/// The relay's own sounds: a timer's ring and short signals, made in place of being stored.
package enum Earcon: Sendable, CaseIterable {
    /// A timer is up: three rising notes every two seconds, without end.
    case timerRing
    /// The relay stopped listening: two short falling notes.
    case turnEnded
    /// Something went wrong (no hub, no answer): two low notes.
    case error
}

/// Plays one ``Earcon`` as 16 kHz mono blocks of any length. Peaks stay under -6 dBFS.
///
/// A value: copying it plays again from there. Making a block allocates nothing.
package struct EarconPlayer: Sendable {
    private struct Note {
        let start: Int
        let hertz: Float
        let amplitude: Float
        let decay: Int
    }

    package let earcon: Earcon
    private var voices = InlineArray<3, StruckBar>(repeating: .silent)
    private var position = 0

    package init(_ earcon: Earcon) { self.earcon = earcon }

    /// Whether everything has been played; never for the timer's ring.
    package var isFinished: Bool {
        switch earcon {
        case .timerRing: false
        case .turnEnded: position >= 4_800
        case .error: position >= 9_600
        }
    }

    /// Writes the next samples; silence once ``isFinished``.
    package mutating func fill(_ block: inout MutableSpan<Int16>) {
        for index in 0..<block.count {
            strike()
            var sum: Float = 0
            for voice in 0..<3 { sum += voices[voice].next() }
            block[index] = Int16((min(max(sum, -1), 1) * 32_767).rounded())
            position += 1
        }
    }

    /// Starts the note, if one starts at this sample. A voice is free again long before its next turn.
    private mutating func strike() {
        let at = earcon == .timerRing ? position % 32_000 : position
        for voice in 0..<3 {
            guard let note = Self.note(voice, of: earcon), note.start == at else { continue }
            voices[voice] = StruckBar(hertz: note.hertz, amplitude: note.amplitude, decay: note.decay)
        }
    }

    /// The score; frequencies are equal-tempered (A5, C#6, E6; E6, A5; E4, C4).
    private static func note(_ voice: Int, of earcon: Earcon) -> Note? {
        switch (earcon, voice) {
        case (.timerRing, 0): Note(start: 0, hertz: 880, amplitude: 0.16, decay: 4_000)
        case (.timerRing, 1): Note(start: 2_880, hertz: 1_108.73, amplitude: 0.16, decay: 4_000)
        case (.timerRing, 2): Note(start: 5_760, hertz: 1_318.51, amplitude: 0.16, decay: 4_000)
        case (.turnEnded, 0): Note(start: 0, hertz: 1_318.51, amplitude: 0.1, decay: 500)
        case (.turnEnded, 1): Note(start: 1_280, hertz: 880, amplitude: 0.1, decay: 560)
        case (.error, 0): Note(start: 0, hertz: 329.63, amplitude: 0.16, decay: 900)
        case (.error, 1): Note(start: 2_880, hertz: 261.63, amplitude: 0.16, decay: 1_100)
        case (.turnEnded, _), (.error, _), (.timerRing, _): nil
        }
    }
}
