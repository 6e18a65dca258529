/// One key of a program's configuration, declared once: parsing, `--help`, `--print-config` and the
/// documentation are made from it.
///
///     static let hubPort = Setting.integer(
///         "hub-port", in: 1...65_535, unit: "TCP port", default: 7_440, "Port at which the hub listens.")
///
/// `Value` is what the program gets; read it with ``Settings/subscript(_:)``. A setting without a default is
/// required. Immutable, safe to share between threads.
package struct Setting<Value: Sendable>: AnySetting {
    /// What is known of it without its type.
    package let declaration: SettingDeclaration
    /// Turns a checked value into what the program gets; nil stands for a setting that was left out.
    let read: @Sendable (SettingValue?) -> Value?

    init(_ declaration: SettingDeclaration, _ read: @escaping @Sendable (SettingValue?) -> Value?) {
        (self.declaration, self.read) = (declaration, read)
    }

    /// The same setting, whose value never appears in messages, `--print-config` or logs.
    package var secret: Setting {
        var declaration = declaration
        declaration.isSecret = true
        return Setting(declaration, read)
    }
}

/// A ``Setting`` of any type, for the list of a program's settings.
package protocol AnySetting: Sendable {
    var declaration: SettingDeclaration { get }
}

/// What is known of a setting apart from its Swift type.
package struct SettingDeclaration: Sendable {
    /// The key in the file; `--` before it makes the flag. Small letters, digits and hyphens.
    package let name: String
    /// The values it takes.
    package let form: SettingForm
    /// What the number counts; empty if the type says it.
    package let unit: String
    /// What stands if nobody sets it; nil if it is required or may be left out.
    package let defaultValue: SettingValue?
    /// Whether the program cannot start without it.
    package let isRequired: Bool
    /// One or two sentences for the person who sets it.
    package let meaning: String
    /// Whether its value is shown nowhere.
    package internal(set) var isSecret = false

    init(
        _ name: String, _ form: SettingForm, unit: String = "", default value: SettingValue?,
        isRequired: Bool, _ meaning: String
    ) {
        precondition(
            name.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) },
            "a setting's name has small letters, digits and hyphens")
        precondition(!name.isEmpty && name.utf8.count <= SettingsLimits.keyByteCountMax)
        precondition(value.map(form.allows) ?? true, "the default of a setting is outside its range")
        (self.name, self.form, self.unit) = (name, form, unit)
        (self.defaultValue, self.isRequired, self.meaning) = (value, isRequired, meaning)
    }
}

extension Setting where Value == String {
    /// Text of 1 to 256 bytes, unless `byteCounts` says otherwise. Required without a default.
    package static func text(
        _ name: String, byteCounts: ClosedRange<Int> = 1...256, default text: String? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            SettingDeclaration(
                name, .text(byteCounts: byteCounts), default: text.map(SettingValue.text),
                isRequired: text == nil, meaning)
        ) { if case .text(let text) = $0 { text } else { nil } }
    }
}

extension Setting where Value == String? {
    /// Text that may be left out; then the program gets nil.
    package static func optionalText(
        _ name: String, byteCounts: ClosedRange<Int> = 1...256, _ meaning: String
    ) -> Setting {
        Setting(
            SettingDeclaration(
                name, .text(byteCounts: byteCounts), default: nil, isRequired: false, meaning)
        ) { if case .text(let text) = $0 { .some(text) } else { .some(nil) } }
    }
}

extension Setting where Value == Int {
    /// A whole number in `range`. Required without a default.
    package static func integer(
        _ name: String, in range: ClosedRange<Int>, unit: String = "", default number: Int? = nil,
        _ meaning: String
    ) -> Setting {
        Setting(
            SettingDeclaration(
                name, .integer(range), unit: unit, default: number.map(SettingValue.integer),
                isRequired: number == nil, meaning)
        ) { if case .integer(let number) = $0 { number } else { nil } }
    }
}

extension Setting where Value == Duration {
    /// A duration in `range`, to the millisecond. Required without a default.
    package static func duration(
        _ name: String, in range: ClosedRange<Duration>, default duration: Duration? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            SettingDeclaration(
                name, .duration(range), default: duration.map(SettingValue.duration),
                isRequired: duration == nil, meaning)
        ) { if case .duration(let duration) = $0 { duration } else { nil } }
    }
}

extension Setting where Value == Bool {
    /// Yes or no. Required without a default.
    package static func flag(_ name: String, default flag: Bool? = nil, _ meaning: String) -> Setting {
        Setting(
            SettingDeclaration(
                name, .flag, default: flag.map(SettingValue.flag), isRequired: flag == nil, meaning)
        ) { if case .flag(let flag) = $0 { flag } else { nil } }
    }
}

extension Setting where Value == [Int] {
    /// Whole numbers in `range`, as many as `counts` allows. Required without a default.
    package static func integers(
        _ name: String, in range: ClosedRange<Int>, counts: ClosedRange<Int>, unit: String = "",
        default numbers: [Int]? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            SettingDeclaration(
                name, .integers(range, counts: counts), unit: unit,
                default: numbers.map(SettingValue.integers), isRequired: numbers == nil, meaning)
        ) { if case .integers(let numbers) = $0 { numbers } else { nil } }
    }
}

extension Setting where Value: CaseIterable & RawRepresentable<String> {
    /// One case of an enum, by its raw value. Required without a default.
    package static func choice(_ name: String, default choice: Value? = nil, _ meaning: String) -> Setting {
        Setting(
            SettingDeclaration(
                name, .choice(Value.allCases.map(\.rawValue)),
                default: choice.map { .text($0.rawValue) }, isRequired: choice == nil, meaning)
        ) { if case .text(let word) = $0 { Value(rawValue: word) } else { nil } }
    }
}

/// Bounds of everything that a configuration can make the program hold.
package enum SettingsLimits {
    /// Bytes of a file. Nothing after them is read.
    package static let fileByteCountMax = 65_536
    /// Bytes of a key, in a file or a flag.
    package static let keyByteCountMax = 64
    /// Problems that one report lists; the rest is counted.
    package static let problemCountMax = 50
    /// Characters of a value that a message quotes.
    package static let quotedCharacterCountMax = 60
}
