import HubUnderstanding
import Yams

/// Typed access to the YAML tree; each call reports what it does not find as it should be.
extension HomeReader {
    /// A name and where it stands.
    struct Name {
        var text: String
        var node: Node
    }

    /// The entries of a mapping; keys outside `allowed` are reported (nil allows all for now).
    mutating func fields(of node: Node, _ what: String, allowed: [String]?) -> [String: Node]? {
        guard let mapping = node.mapping else {
            report(node, "\(what) is written as 'key: value' lines, not as \(Self.describe(node))")
            return nil
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                report(key, "a key must be a plain word")
                continue
            }
            if let allowed { checkKey(name, at: key, what, allowed) }
            fields[name] = value
        }
        return fields
    }

    mutating func checkKey(_ name: String, at node: Node, _ what: String, _ allowed: [String]) {
        if allowed.contains(name) { return }
        let near = NameDistance.nearest(name, among: allowed).first
        let advice = near.map { "do you mean '\($0)'?" } ?? "allowed: \(allowed.joined(separator: ", "))"
        report(node, "\(what) has no '\(name)'; \(advice)")
    }

    /// The entries of a list, at most `max`.
    mutating func items(_ node: Node, _ what: String, max: Int) -> [Node] {
        guard let list = node.sequence else {
            report(node, "'\(what)' is a list; begin each entry with '- '")
            return []
        }
        if list.count > max {
            report(node, "'\(what)' has \(list.count) entries; at most \(max) are allowed")
        }
        return Array(list.prefix(max))
    }

    mutating func text(_ node: Node, _ key: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty else {
            report(node, "'\(key)' is a text, not \(Self.describe(node))")
            return nil
        }
        return text
    }

    /// A text that can be spoken.
    mutating func spokenName(_ node: Node, _ key: String) -> Name? {
        guard let text = text(node, key) else { return nil }
        let words = SpokenWords.words(of: text)
        guard (1...HomeFile.nameWordCountMax).contains(words.count), text.utf8.count <= 100 else {
            report(
                node,
                "'\(text.prefix(40))' cannot be spoken as a name; use 1 to \(HomeFile.nameWordCountMax) words"
            )
            return nil
        }
        return Name(text: text, node: node)
    }

    mutating func name(in fields: [String: Node], of what: String, at node: Node) -> Name? {
        guard let value = fields["name"] else {
            report(node, "\(what) needs a 'name'")
            return nil
        }
        return spokenName(value, "name")
    }

    mutating func aliases(in fields: [String: Node]) -> [Name] {
        guard let node = fields["aliases"] else { return [] }
        return items(node, "aliases", max: HomeFile.aliasCountMax).compactMap { spokenName($0, "aliases") }
    }

    mutating func flag(_ node: Node?, _ key: String) -> Bool? {
        guard let node else { return nil }
        guard let value = node.bool else {
            report(node, "'\(key)' is true or false, not \(Self.describe(node))")
            return nil
        }
        return value
    }

    mutating func number(_ node: Node?, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard let value = node.int, range.contains(value) else {
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            report(node, "'\(key)' is a whole number from \(bounds), not \(Self.describe(node))")
            return nil
        }
        return value
    }

    /// Tenths of a degree from "20.5".
    mutating func tenths(_ node: Node?, _ key: String) -> Int? {
        guard let node else { return nil }
        guard let value = node.float, (-50.0...100.0).contains(value) else {
            report(node, "'\(key)' is a number of degrees from -50 to 100, not \(Self.describe(node))")
            return nil
        }
        return Int((value * 10).rounded())
    }

    static func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string.prefix(40))'"
        case .mapping: "'key: value' lines"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
