import Glibc

/// A sound device cannot be used. The description says which, what happened and what to do.
package struct SoundDeviceError: Error, Sendable, Equatable {
    /// The call that failed for a reason without a case of its own.
    package enum Step: UInt8, Sendable, CaseIterable { case open, configure, start, read, write, drain }

    /// What happened.
    package enum Problem: Sendable, Equatable {
        /// ALSA knows no device of this name.
        case missing
        /// The device is known but not there: unplugged, or its card is gone.
        case unplugged
        /// Another program holds it.
        case busy
        /// The user may not open it.
        case notPermitted
        /// It offers other rates than 16 kHz; its lowest and highest.
        case rateNotOffered(lowest: UInt32, highest: UInt32)
        /// It offers other channel counts than asked for; its lowest and highest.
        case channelCountNotOffered(lowest: UInt32, highest: UInt32)
        /// It does not offer interleaved 16-bit samples.
        case formatNotOffered
        /// It is open and running but has not moved for two seconds.
        case stalled
        /// It hands out sound faster than time passes, which would take the whole processor.
        case unpaced
        /// Anything else, with the errno.
        case failed(Step, code: Int32)
    }

    /// The device as it was asked for.
    package var settings: SoundDeviceSettings
    /// Microphone or loudspeaker.
    package var direction: SoundDirection
    package var problem: Problem

    package init(settings: SoundDeviceSettings, direction: SoundDirection, problem: Problem) {
        (self.settings, self.direction, self.problem) = (settings, direction, problem)
    }

    /// The problem behind an error code of ALSA (negative errno).
    init(_ settings: SoundDeviceSettings, _ direction: SoundDirection, _ step: Step, code: Int32) {
        let problem: Problem =
            switch -code {
            case ENOENT: .missing
            case ENODEV, ENXIO: .unplugged
            case EBUSY, EAGAIN: .busy
            case EACCES, EPERM: .notPermitted
            default: .failed(step, code: -code)
            }
        self.init(settings: settings, direction: direction, problem: problem)
    }
}

extension SoundDeviceError: CustomStringConvertible {
    package var description: String {
        let device = direction == .capture ? "microphone" : "loudspeaker"
        return "\(device) \"\(settings.name)\" \(what)"
    }

    private var what: String {
        switch problem {
        case .missing: "does not exist; \"\(listCommand)\" lists the devices there are"
        case .unplugged:
            "is not connected; plug it in and it is used by itself, or take another from \"\(listCommand)\""
        case .busy:
            "is in use by another program; stop that, or name a device that mixes, such as \"default\""
        case .notPermitted: "may not be opened; add this user to the group \"audio\""
        case .rateNotOffered(let lowest, let highest):
            "offers \(range(lowest, highest)) Hz, not \(SoundDeviceSettings.rate) Hz; "
                + "name it as \"\(convertedName)\", so that ALSA converts"
        case .channelCountNotOffered(let lowest, let highest):
            "offers \(range(lowest, highest)) channels, not \(settings.channelCount); "
                + "set the right number, or name it as \"\(convertedName)\""
        case .formatNotOffered:
            "does not offer 16-bit samples; name it as \"\(convertedName)\", so that ALSA converts"
        case .stalled: "is running but has not moved for 2 s; unplug it and plug it in again"
        case .unpaced: "hands out sound faster than time passes, so it is no real device; choose another"
        case .failed(.open, EINVAL):
            "has a mistake in its name or its ALSA configuration; \"\(listCommand)\" shows ALSA's words"
        case .failed(let step, let code): "failed to \(step): \(String(cString: strerror(code)))"
        }
    }

    private var listCommand: String { direction == .capture ? "arecord -L" : "aplay -L" }

    private func range(_ lowest: UInt32, _ highest: UInt32) -> String {
        lowest == highest ? "\(lowest)" : "\(lowest) to \(highest)"
    }

    /// The name of the same device behind ALSA's converter.
    private var convertedName: String {
        if settings.name.hasPrefix("hw:") { return "plug" + settings.name }
        let isPlain = settings.name.utf8.allSatisfy { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ",") }
        return isPlain ? "plug:\(settings.name)" : "plug:SLAVE='\(settings.name)'"
    }
}

extension SoundDeviceError.Problem {
    // One word, so that a thread can hand it over without a lock: kind in 4 bits, step or nothing in 4, then two
    // numbers of 24 bits. No rate or channel count is larger.
    private static let numberMax: UInt64 = 0xFF_FFFF

    /// The problem in one word that is never zero.
    var packed: UInt64 {
        switch self {
        case .missing: 1
        case .unplugged: 2
        case .busy: 3
        case .notPermitted: 4
        case .rateNotOffered(let lowest, let highest): Self.word(5, 0, lowest, highest)
        case .channelCountNotOffered(let lowest, let highest): Self.word(6, 0, lowest, highest)
        case .formatNotOffered: 7
        case .stalled: 8
        case .unpaced: 10
        case .failed(let step, let code): Self.word(9, step.rawValue, UInt32(max(code, 0)), 0)
        }
    }

    /// Nil for a word that ``packed`` does not make.
    init?(packed: UInt64) {
        let first = UInt32((packed >> 8) & Self.numberMax)
        let second = UInt32((packed >> 32) & Self.numberMax)
        switch packed & 0xF {
        case 1: self = .missing
        case 2: self = .unplugged
        case 3: self = .busy
        case 4: self = .notPermitted
        case 5: self = .rateNotOffered(lowest: first, highest: second)
        case 6: self = .channelCountNotOffered(lowest: first, highest: second)
        case 7: self = .formatNotOffered
        case 8: self = .stalled
        case 10: self = .unpaced
        case 9:
            guard let step = SoundDeviceError.Step(rawValue: UInt8((packed >> 4) & 0xF)) else { return nil }
            self = .failed(step, code: Int32(first))
        default: return nil
        }
    }

    private static func word(_ kind: UInt64, _ step: UInt8, _ first: UInt32, _ second: UInt32) -> UInt64 {
        let first = min(UInt64(first), numberMax) << 8
        let second = min(UInt64(second), numberMax) << 32
        return kind | UInt64(step) << 4 | first | second
    }
}
