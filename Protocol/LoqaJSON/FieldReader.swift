/// Takes values of expected kinds out of a JSON document and collects every problem, each with its place.
package struct FieldReader: Sendable {
    /// One line for each: where in the document, what is expected.
    package var problems: [String] = []

    package init() {}

    /// The members of an object; others than those known are problems.
    package mutating func object(
        _ value: JSONValue, _ place: String, knowing names: [String]
    ) -> [String: JSONValue] {
        guard case .object(let members) = value else {
            problems.append("\(place): an object is expected, not \(value.kind)")
            return [:]
        }
        for member in members where !names.contains(member.name) {
            problems.append("\(place): \"\(printable(member.name))\" is not known")
        }
        return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// The items of a list of so many.
    package mutating func list(_ value: JSONValue?, _ place: String, counts: ClosedRange<Int>) -> [JSONValue]
    {
        guard let value else {
            problems.append("\(place): missing")
            return []
        }
        guard case .array(let items) = value, counts.contains(items.count) else {
            problems.append(
                "\(place): a list of \(counts.lowerBound) to \(counts.upperBound) items is expected")
            return []
        }
        return items
    }

    /// A text of so many bytes in UTF-8.
    package mutating func text(_ value: JSONValue?, _ place: String, counts: ClosedRange<Int>) -> String? {
        guard let value else {
            problems.append("\(place): missing")
            return nil
        }
        guard case .text(let text) = value, counts.contains(text.utf8.count) else {
            problems.append(
                "\(place): a text of \(counts.lowerBound) to \(counts.upperBound) bytes is expected")
            return nil
        }
        return text
    }

    /// A number in a range.
    package mutating func number(_ value: JSONValue, _ place: String, in range: ClosedRange<Double>)
        -> Double?
    {
        guard case .number(let number) = value, range.contains(number) else {
            problems.append(
                "\(place): a number from \(Int(range.lowerBound)) to \(Int(range.upperBound)) is expected")
            return nil
        }
        return number
    }

    /// A whole number in a range.
    package mutating func integer(_ value: JSONValue?, _ place: String, in range: ClosedRange<Int>) -> Int? {
        guard let value else {
            problems.append("\(place): missing")
            return nil
        }
        guard case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer)
        else {
            problems.append(
                "\(place): a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
            return nil
        }
        return integer
    }

    /// A stranger's text for an error message.
    package func printable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(40).map { (" "..."~").contains($0) ? Character($0) : "?" })
    }
}
