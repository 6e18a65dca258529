import LoqaJSON
package import LoqaWake

/// What the JSON beside a wake model says of it: microWakeWord's format, version 2, with a part of Loqa's own.
///
/// Unknown fields are passed over, since the community adds some; of the known ones each is checked. Loqa's own part, in
/// which several networks hear for one phrase and their logits are added:
///
///     "loqa": {"networks": [{"model": "a.tflite", "features": "micro", "weight": 1.0},
///                           {"model": "b.tflite", "features": "log-mel", "weight": 1.3}],
///              "window": 4, "thresholds": {"low": 7.1, "normal": 5.0, "high": 3.2},
///              "second": {"networks": [...], "window": 4, "thresholds": {...}, "relay": {...}}}
///
/// "second" is what a hub judges with once more; its networks never go to relays. "relay" are the thresholds of a relay whose
/// hub does so: lower ones.
package struct WakeManifest: Sendable, Equatable {
    /// Bytes of a manifest that are read.
    package static let byteCountMax = 16_384
    fileprivate static let networkCountMax = 4

    /// How willingly a word fires. The thresholds were set at measured rates of false accepts.
    package enum Sensitivity: String, Sendable, Equatable, CaseIterable {
        case low, normal, high
    }

    /// A network's file, and how it is heard.
    package struct Network: Sendable, Equatable {
        /// Name of the model file, in the manifest's folder.
        package var model: String
        package var features: WakeNetwork.Features
        package var weight: Float

        package init(model: String, features: WakeNetwork.Features, weight: Float) {
            (self.model, self.features, self.weight) = (model, features, weight)
        }
    }

    /// Networks that hear together, and when their phrase counts as said.
    package struct Stage: Sendable, Equatable {
        /// 1 to 4, whose weighted logits add.
        package var networks: [Network]
        /// Of the sum of logits.
        package var thresholds: [Sensitivity: Float]
        /// Outputs that are averaged, 1...64.
        package var windowCount: Int
    }

    /// As it is written for people: "Okay Nabu".
    package var phrase: String
    package var role: WakeWord.Role
    package var networks: [Network]
    package var score: WakeWord.Score
    /// The mean must be above this; for a community model the same at every sensitivity but ``Sensitivity/high``.
    package var thresholds: [Sensitivity: Float]
    /// Outputs that are averaged, 1...64.
    package var windowCount: Int
    /// What the hub judges with once more.
    package var second: Stage?
    /// In place of ``thresholds`` at a relay whose hub judges once more; the same if there is no second stage.
    package var relayThresholds: [Sensitivity: Float]

    /// Reads a manifest. A phrase of "stop" alone makes a stop word, unless "role" says "wake".
    ///
    /// - Throws: `.manifest`, naming the field.
    package init(_ bytes: [UInt8], path: String) throws(WakeModelError) {
        let root: JSONValue
        do throws(JSONValue.SyntaxError) {
            root = try JSONValue(bytes)
        } catch {
            throw WakeModelError(path, .manifest("line \(error.line): this is no JSON: \(error.reason)"))
        }
        let fields = ManifestFields(path: path)
        guard try fields.text(root["type"], "type", upTo: 16) == "micro" else {
            throw fields.problem("\"type\" must be \"micro\": only microWakeWord models run here")
        }
        phrase = try fields.text(root["wake_word"], "wake_word", upTo: 64)
        role = try fields.choice(root["role"], "role") ?? (phrase.lowercased() == "stop" ? .stop : .wake)
        guard let own = root["loqa"] else {
            let micro = root["micro"] ?? .null
            let model = try fields.file(root["model"], "model")
            networks = [Network(model: model, features: .micro, weight: 1)]
            score = .probability
            let cutoff = Float(
                try fields.number(micro["probability_cutoff"], "micro.probability_cutoff", in: 0...1))
            thresholds = [.low: cutoff, .normal: cutoff, .high: cutoff]
            relayThresholds = thresholds
            windowCount = Int(
                try fields.number(micro["sliding_window_size"], "micro.sliding_window_size", in: 1...64))
            guard try fields.number(micro["feature_step_size"], "micro.feature_step_size", in: 1...100) == 10
            else {
                throw fields.problem("\"micro.feature_step_size\" must be 10: features come every 10 ms")
            }
            return
        }
        let stage = try fields.stage(own, "loqa")
        score = .logit
        (networks, thresholds, windowCount) = (stage.networks, stage.thresholds, stage.windowCount)
        relayThresholds = thresholds
        guard let part = own["second"] else { return }
        second = try fields.stage(part, "loqa.second")
        relayThresholds = try fields.thresholds(part["relay"], "loqa.second.relay")
    }
}

extension ManifestFields {
    /// Networks with their weights, a window and thresholds.
    fileprivate func stage(_ own: JSONValue, _ place: String) throws(WakeModelError) -> WakeManifest.Stage {
        let windowCount = Int(try number(own["window"], "\(place).window", in: 1...64))
        let thresholds = try thresholds(own["thresholds"], "\(place).thresholds")
        let most = WakeManifest.networkCountMax
        guard case .array(let items) = own["networks"], (1...most).contains(items.count) else {
            throw problem("\"\(place).networks\" must be a list of 1 to \(most) networks")
        }
        var networks: [WakeManifest.Network] = []
        for (index, item) in items.enumerated() {
            let place = "\(place).networks[\(index)]"
            let features: WakeNetwork.Features? = try choice(item["features"], "\(place).features")
            networks.append(
                WakeManifest.Network(
                    model: try file(item["model"], "\(place).model"), features: features ?? .micro,
                    weight: Float(
                        try number(item["weight"] ?? .number(1), "\(place).weight", in: -100...100))))
        }
        return WakeManifest.Stage(networks: networks, thresholds: thresholds, windowCount: windowCount)
    }

    /// A threshold for each sensitivity.
    fileprivate func thresholds(
        _ value: JSONValue?, _ place: String
    ) throws(WakeModelError) -> [WakeManifest.Sensitivity: Float] {
        var thresholds: [WakeManifest.Sensitivity: Float] = [:]
        for sensitivity in WakeManifest.Sensitivity.allCases {
            thresholds[sensitivity] = Float(
                try number(
                    value?[sensitivity.rawValue], "\(place).\(sensitivity.rawValue)", in: -1_000...1_000))
        }
        return thresholds
    }
}

/// Reads fields of a manifest; each problem names the file and the field.
private struct ManifestFields {
    let path: String

    func problem(_ text: String) -> WakeModelError { WakeModelError(path, .manifest(text)) }

    func text(_ value: JSONValue?, _ name: String, upTo most: Int) throws(WakeModelError) -> String {
        guard case .text(let text) = value, (1...most).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw problem("\"\(name)\" must be a text of 1 to \(most) bytes") }
        return text
    }

    func number(_ value: JSONValue?, _ name: String, in range: ClosedRange<Double>) throws(WakeModelError)
        -> Double
    {
        guard case .number(let number) = value, range.contains(number) else {
            throw problem(
                "\"\(name)\" must be a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
        }
        return number
    }

    func file(_ value: JSONValue?, _ name: String) throws(WakeModelError) -> String {
        let file = try text(value, name, upTo: 128)
        guard !file.contains("/"), file.first != "." else {
            throw problem("\"\(name)\" must be the name of a file beside this one")
        }
        return file
    }

    /// One of the names of a type; nil if the field was left out.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ value: JSONValue?, _ name: String
    ) throws(WakeModelError) -> Choice? where Choice.RawValue == String {
        guard let value else { return nil }
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw problem("\"\(name)\" must be \(names)")
        }
        return choice
    }
}
