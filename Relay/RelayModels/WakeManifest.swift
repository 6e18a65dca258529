import RelayJSON
package import RelayWake

/// What the JSON beside a microWakeWord model says of it (its version 2 of the format).
///
/// Unknown fields are passed over, since the community adds some; of the known ones each is checked.
package struct WakeManifest: Sendable, Equatable {
    /// Bytes of a manifest that are read.
    package static let byteCountMax = 16_384

    /// As it is written for people: "Okay Nabu".
    package var phrase: String
    /// Name of the model file, in the manifest's folder.
    package var model: String
    /// The mean of the probabilities must be above this, 0...1.
    package var cutoff: Float
    /// Outputs that are averaged, 1...64.
    package var windowCount: Int
    package var role: WakeWord.Role

    /// Reads a manifest. A phrase of "stop" alone makes a stop word, unless "role" says "wake".
    ///
    /// - Throws: `.manifest`, naming the field.
    package init(_ bytes: [UInt8], path: String) throws(WakeModelError) {
        func problem(_ text: String) -> WakeModelError { WakeModelError(path, .manifest(text)) }
        let root: JSONValue
        do throws(JSONValue.SyntaxError) {
            root = try JSONValue(bytes)
        } catch {
            throw problem("line \(error.line): this is no JSON: \(error.reason)")
        }
        func text(_ name: String, upTo most: Int) throws(WakeModelError) -> String {
            guard case .text(let text) = root[name], (1...most).contains(text.utf8.count),
                text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
            else { throw problem("\"\(name)\" must be a text of 1 to \(most) bytes") }
            return text
        }
        func number(_ name: String, _ range: ClosedRange<Double>) throws(WakeModelError) -> Double {
            guard case .number(let number) = root["micro"]?[name], range.contains(number) else {
                throw problem(
                    "\"micro.\(name)\" must be a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        guard try text("type", upTo: 16) == "micro" else {
            throw problem("\"type\" must be \"micro\": only microWakeWord models run here")
        }
        phrase = try text("wake_word", upTo: 64)
        model = try text("model", upTo: 128)
        guard !model.contains("/"), model.first != "." else {
            throw problem("\"model\" must be the name of a file beside this one")
        }
        cutoff = Float(try number("probability_cutoff", 0...1))
        windowCount = Int(try number("sliding_window_size", 1...64))
        guard try number("feature_step_size", 1...100) == 10 else {
            throw problem("\"micro.feature_step_size\" must be 10: features come every 10 ms")
        }
        switch root["role"] {
        case nil: role = phrase.lowercased() == "stop" ? .stop : .wake
        case .text(let name):
            guard let role = WakeWord.Role(rawValue: name) else {
                throw problem("\"role\" must be \"wake\" or \"stop\"")
            }
            self.role = role
        default: throw problem("\"role\" must be \"wake\" or \"stop\"")
        }
    }
}
