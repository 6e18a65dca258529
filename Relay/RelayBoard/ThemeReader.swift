import LoqaJSON
package import RelayRing

/// Reads a theme of the ring: {"name": ..., "colours": {role: "#rrggbb"}, "patterns": {scene: {"fade": ms, "layers": [...]}}}.
/// What it leaves out is as in the standard theme.
package struct ThemeReader {
    /// Bytes of a theme's file at most.
    package static let byteCountMax = 65_536

    private var read = FieldReader()

    /// - Throws: ``BoardError`` with all problems of the file, those of ``RingThemeError`` among them.
    package static func theme(_ bytes: [UInt8], path: String) throws(BoardError) -> RingTheme {
        let root: JSONValue
        do throws(JSONValue.SyntaxError) {
            root = try JSONValue(bytes)
        } catch {
            throw BoardError(path, ["line \(error.line): \(error.reason)"])
        }
        var reader = ThemeReader()
        let parts = reader.parts(root)
        guard reader.read.problems.isEmpty else { throw BoardError(path, reader.read.problems) }
        do throws(RingThemeError) {
            return try RingTheme(name: parts.name, colours: parts.colours, patterns: parts.patterns)
        } catch {
            throw BoardError(path, error.problems)
        }
    }

    private typealias Parts = (
        name: String, colours: [RingRole: RingColour], patterns: [RingScene: RingPattern]
    )

    private mutating func parts(_ root: JSONValue) -> Parts {
        let fields = read.object(root, "the file", knowing: ["$schema", "name", "colours", "patterns"])
        let name = read.text(fields["name"], "name", counts: 1...64) ?? ""
        var colours: [RingRole: RingColour] = [:]
        let roles = RingRole.allCases.map(\.rawValue)
        let named = fields["colours"].map { read.object($0, "colours", knowing: roles) } ?? [:]
        for role in RingRole.allCases {
            guard let value = named[role.rawValue] else { continue }
            colours[role] = colour(value, "colours.\(role.rawValue)")
        }
        var patterns: [RingScene: RingPattern] = [:]
        let scenes = RingScene.allCases.map(\.rawValue)
        let drawn = fields["patterns"].map { read.object($0, "patterns", knowing: scenes) } ?? [:]
        for scene in RingScene.allCases {
            guard let value = drawn[scene.rawValue] else { continue }
            patterns[scene] = pattern(value, "patterns.\(scene.rawValue)")
        }
        return (name, colours, patterns)
    }

    private mutating func colour(_ value: JSONValue, _ place: String) -> RingColour? {
        guard let text = read.text(value, place, counts: 1...32) else { return nil }
        let colour = RingColour(text)
        if colour == nil { read.problems.append("\(place): a colour such as #18c8e0 is expected") }
        return colour
    }

    private mutating func pattern(_ value: JSONValue, _ place: String) -> RingPattern {
        let fields = read.object(value, place, knowing: ["fade", "layers"])
        let fade = fields["fade"].flatMap { read.integer($0, "\(place).fade", in: 0...2_000) } ?? 200
        let items = read.list(fields["layers"], "\(place).layers", counts: 0...RingPattern.layerCountMax)
        return RingPattern(items.enumerated().compactMap { layer($1, "\(place).layers[\($0)]") }, fade: fade)
    }

    private mutating func layer(_ value: JSONValue, _ place: String) -> RingLayer? {
        let fields = read.object(
            value, place,
            knowing: [
                "shape", "degrees", "at", "motion", "period", "lowest", "on", "off", "colour", "strength",
            ])
        guard let shape = shape(fields, place), let tint = tint(fields["colour"], "\(place).colour") else {
            return nil
        }
        let name = fields["at"].flatMap { read.text($0, "\(place).at", counts: 1...32) } ?? "front"
        let at = RingLayer.Place(rawValue: name)
        if at == nil { read.problems.append("\(place).at: front or talker is expected") }
        let strength = fields["strength"].flatMap { read.number($0, "\(place).strength", in: 0...1) } ?? 1
        return RingLayer(
            shape, tint, at: at ?? .front, motion(fields, place) ?? .still, strength: Float(strength))
    }

    private mutating func shape(_ fields: [String: JSONValue], _ place: String) -> RingLayer.Shape? {
        guard let name = read.text(fields["shape"], "\(place).shape", counts: 1...32) else { return nil }
        switch name {
        case "all": return .all
        case "gauge": return .gauge
        case "level": return .level
        case "digits": return .digits
        case "arc":
            let degrees = read.number(fields["degrees"] ?? .number(60), "\(place).degrees", in: 1...360)
            return degrees.map { .arc(degrees: Float($0)) }
        default:
            read.problems.append("\(place).shape: all, arc, gauge, level or digits is expected")
            return nil
        }
    }

    private mutating func motion(_ fields: [String: JSONValue], _ place: String) -> RingLayer.Motion? {
        func time(_ name: String, _ usual: Int) -> Int? {
            read.integer(
                fields[name] ?? .number(Double(usual)), "\(place).\(name)", in: 40...60_000)
        }
        switch fields["motion"].flatMap({ read.text($0, "\(place).motion", counts: 1...32) }) ?? "still" {
        case "still": return .still
        case "turn": return time("period", 1_000).map { .turn(milliseconds: $0) }
        case "breathe":
            let lowest = read.number(fields["lowest"] ?? .number(0.3), "\(place).lowest", in: 0...1)
            guard let time = time("period", 2_000), let lowest else { return nil }
            return .breathe(milliseconds: time, lowest: Float(lowest))
        case "blink":
            guard let on = time("on", 500), let off = time("off", 500) else { return nil }
            return .blink(onMilliseconds: on, offMilliseconds: off)
        default:
            read.problems.append("\(place).motion: still, turn, breathe or blink is expected")
            return nil
        }
    }

    private mutating func tint(_ value: JSONValue?, _ place: String) -> RingTint? {
        guard let value, let text = read.text(value, place, counts: 1...32) else {
            if value == nil { read.problems.append("\(place): missing") }
            return nil
        }
        if let role = RingRole(rawValue: text) { return .role(role) }
        if let colour = RingColour(text) { return .colour(colour) }
        let roles = RingRole.allCases.map(\.rawValue).joined(separator: ", ")
        read.problems.append("\(place): \(roles) or a colour such as #18c8e0 is expected")
        return nil
    }
}
