import LoqaSettings
import RelayBoard
import RelayRing

/// Settings of the ring of lights.
struct RingConfiguration: Sendable {
    static let theme = Setting.optionalText(
        "ring-theme", byteCounts: 1...1_024, "File with colours and patterns of the ring; see docs/ring.md.")
    static let brightness = Setting.integer(
        "ring-brightness", in: 0...100, unit: "%", default: 60,
        "Light of the ring. What must be seen, such as a muted microphone, is never dark.")
    static let quietHours = Setting.optionalText(
        "ring-quiet-hours", byteCounts: 11...11, "When the ring is dimmed, such as 22:00-07:00.")
    static let quietBrightness = Setting.integer(
        "ring-quiet-brightness", in: 0...100, unit: "%", default: 5, "Light of the ring in quiet hours.")

    /// Nil if the board has none.
    let ring: BoardRing?
    let theme: RingTheme
    let brightness: RingBrightness

    /// - Throws: ``SettingsError`` with what is wrong with the theme or the hours.
    init(_ settings: Settings, ring: BoardRing?) throws(SettingsError) {
        self.ring = ring
        var problems: [SettingsProblem] = []
        var theme = RingTheme.standard
        if let path = settings[Self.theme] {
            do throws(BoardError) {
                theme = try ThemeFile.read(path)
            } catch {
                problems.append(settings.problem(with: Self.theme, error.description))
            }
        }
        var quiet: RingBrightness.QuietHours?
        if let text = settings[Self.quietHours] {
            let share = Float(settings[Self.quietBrightness]) / 100
            quiet = Self.hours(text, brightness: share)
            if quiet == nil {
                problems.append(
                    settings.problem(with: Self.quietHours, "two times of day are expected: 22:00-07:00"))
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        self.theme = theme
        brightness = RingBrightness(normal: Float(settings[Self.brightness]) / 100, quiet: quiet)
    }

    private static func hours(_ text: String, brightness: Float) -> RingBrightness.QuietHours? {
        let times = text.split(separator: "-", omittingEmptySubsequences: false).map { time -> Int? in
            let parts = time.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, time.utf8.count == 5, let hour = Int(parts[0]),
                let minute = Int(parts[1]),
                (0..<24).contains(hour), (0..<60).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
        guard times.count == 2, let from = times[0], let to = times[1] else { return nil }
        return RingBrightness.QuietHours(from: from, to: to, brightness: brightness)
    }
}
