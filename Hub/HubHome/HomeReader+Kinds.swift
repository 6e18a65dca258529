import HubSkills
import HubUnderstanding
import Yams

/// The kinds of devices, with the keys each of them has.
extension HomeReader {
    private enum KindName: String, CaseIterable {
        case light, `switch`, cover, climate, sensor

        var keys: [String] {
            switch self {
            case .light: ["dimmable", "color"]
            case .switch, .cover: []
            case .climate: ["range"]
            case .sensor: ["measures"]
            }
        }

        var initialKeys: [String] {
            switch self {
            case .light: ["on", "brightness", "color"]
            case .switch: ["on"]
            case .cover: ["position"]
            case .climate: ["on", "target", "temperature"]
            case .sensor: ["temperature", "humidity", "open"]
            }
        }
    }

    /// The degrees a climate device may be set to.
    private static let climateLimits = 0...40

    mutating func kind(of node: Node, _ fields: [String: Node]) -> (DeviceKind, DeviceState)? {
        let names = KindName.allCases.map(\.rawValue)
        guard let written = fields["kind"] else {
            report(node, "a device needs a 'kind': one of \(names.joined(separator: ", "))")
            return nil
        }
        guard let name = KindName(rawValue: written.scalar?.string ?? "") else {
            let near = NameDistance.nearest(written.scalar?.string ?? "", among: names).first
            let advice =
                near.map { "do you mean '\($0)'?" } ?? "write one of \(names.joined(separator: ", "))"
            report(written, "\(Self.describe(written)) is no kind of device; \(advice)")
            return nil
        }
        let allowed = ["name", "aliases", "kind", "initial"] + name.keys
        for (key, _) in node.mapping ?? [:] {
            checkKey(key.scalar?.string ?? "", at: key, "a \(name.rawValue)", allowed)
        }
        var initial: [String: Node] = [:]
        if let start = fields["initial"] {
            let what = "the initial state of a \(name.rawValue)"
            initial = self.fields(of: start, what, allowed: name.initialKeys) ?? [:]
        }
        switch name {
        case .light: return light(fields, initial)
        case .switch: return (.outlet, .outlet(isOn: flag(initial["on"], "on") ?? false))
        case .cover:
            return (.cover, .cover(position: number(initial["position"], "position", in: 0...100) ?? 0))
        case .climate: return climate(node, fields, initial)
        case .sensor: return sensor(node, fields, initial)
        }
    }

    private mutating func light(_ fields: [String: Node], _ initial: [String: Node]) -> (
        DeviceKind, DeviceState
    ) {
        let isDimmable = flag(fields["dimmable"], "dimmable") ?? false
        let hasColour = flag(fields["color"], "color") ?? false
        if let node = initial["brightness"], !isDimmable {
            report(node, "'brightness' needs a light with 'dimmable: true'")
        }
        var colour = hasColour ? "white" : nil
        if let node = initial["color"] {
            if !hasColour { report(node, "an initial 'color' needs a light with 'color: true'") }
            colour = node.scalar?.string
            if !Vocabulary.colours.contains(colour ?? "") {
                report(
                    node,
                    "\(Self.describe(node)) is no known color; use \(Vocabulary.colours.joined(separator: ", "))"
                )
            }
        }
        let state = DeviceState.light(
            isOn: flag(initial["on"], "on") ?? false,
            brightness: number(initial["brightness"], "brightness", in: 1...100) ?? 100, colour: colour)
        return (.light(dimmable: isDimmable, colour: hasColour), state)
    }

    private mutating func climate(
        _ node: Node, _ fields: [String: Node], _ initial: [String: Node]
    ) -> (DeviceKind, DeviceState)? {
        var range = 5...30
        if let written = fields["range"] {
            let bounds = items(written, "range", max: 2).compactMap {
                number($0, "range", in: Self.climateLimits)
            }
            guard bounds.count == 2, bounds[0] < bounds[1] else {
                report(written, "'range' is the lowest and the highest degree, as in [5, 28]")
                return nil
            }
            range = bounds[0]...bounds[1]
        }
        let target = tenths(initial["target"], "target").map(Temperature.init(tenths:))
        let low = Temperature(degrees: range.lowerBound)
        let high = Temperature(degrees: range.upperBound)
        if let target, target < low || target > high {
            report(initial["target"], "'target' is outside the range \(low) to \(high)")
        }
        let state = DeviceState.climate(
            isOn: flag(initial["on"], "on") ?? false,
            target: target ?? min(max(Temperature(degrees: 20), low), high),
            measured: tenths(initial["temperature"], "temperature").map(Temperature.init(tenths:)))
        return (.climate(range: range), state)
    }

    private mutating func sensor(
        _ node: Node, _ fields: [String: Node], _ initial: [String: Node]
    ) -> (DeviceKind, DeviceState)? {
        switch fields["measures"]?.scalar?.string {
        case "temperature":
            return (
                .sensor,
                .temperature(Temperature(tenths: tenths(initial["temperature"], "temperature") ?? 200))
            )
        case "humidity":
            return (.sensor, .humidity(number(initial["humidity"], "humidity", in: 0...100) ?? 50))
        case "contact": return (.sensor, .contact(isOpen: flag(initial["open"], "open") ?? false))
        case _:
            report(fields["measures"] ?? node, "a sensor needs 'measures': temperature, humidity or contact")
            return nil
        }
    }
}
