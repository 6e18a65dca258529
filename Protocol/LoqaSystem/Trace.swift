import Glibc

/// Writes what happens to a file, one JSON object on each line, for the demo, the soak and a person with `jq`.
///
/// Each line has `t` (nanoseconds of ``MonotonicClock``), `from` and `event`. A line is one `write`, so several
/// processes may share a file. Nothing spoken is written unless the owner asked for a trace. Any thread.
package final class Trace: Sendable {
    /// A field of a line.
    package enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
        ExpressibleByFloatLiteral
    {
        case text(String)
        case integer(Int64)
        case number(Double)
        case flag(Bool)
        /// Names and texts, in order.
        case object([(String, String)])

        package init(stringLiteral value: String) { self = .text(value) }
        package init(integerLiteral value: Int64) { self = .integer(value) }
        package init(floatLiteral value: Double) { self = .number(value) }
    }

    private let descriptor: Int32?
    private let source: String

    /// - Parameters:
    ///   - path: the file to add to, made with mode 0600; `nil` writes nothing.
    ///   - source: what stands in `from`.
    package init(path: String?, source: String) throws(SystemError) {
        self.source = source
        guard let path else {
            descriptor = nil
            return
        }
        let opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw SystemError("write the trace to \(path)") }
        descriptor = opened
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Somebody reads this; otherwise callers may spare themselves the fields.
    package var isOn: Bool { descriptor != nil }

    /// Writes one line. A full disk loses the line and nothing else.
    package func write(_ event: String, _ fields: [(String, Value)] = []) {
        guard let descriptor else { return }
        var line =
            "{\"t\":\(MonotonicClock.nanoseconds),\"from\":\(quoted(source)),\"event\":\(quoted(event))"
        for (name, value) in fields { line += ",\(quoted(name)):\(text(of: value))" }
        line += "}\n"
        line.withUTF8 { bytes in
            _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
    }

    private func text(of value: Value) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .flag(let value): value ? "true" : "false"
        case .object(let pairs):
            "{" + pairs.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
        }
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
