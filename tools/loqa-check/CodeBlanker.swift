/// Replaces comments and the text of string literals by spaces, so that a search finds code only.
///
/// Knows nested block comments, multi-line and raw strings, and interpolation (whose code is kept). Lines keep
/// their numbers and columns.
struct CodeBlanker {
    private let input: [UInt8]
    private var output: [UInt8] = []
    private var at = 0

    static func blank(_ text: String) -> String {
        var blanker = CodeBlanker(input: Array(text.utf8))
        blanker.code(untilParenthesis: false)
        return String(decoding: blanker.output, as: UTF8.self)
    }

    private init(input: [UInt8]) { self.input = input }

    private func looksAt(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { at + $0.count <= input.count && input[at..<at + $0.count].elementsEqual($0) }
    }

    private mutating func keep(_ count: Int = 1) {
        output.append(contentsOf: input[at..<min(at + count, input.count)])
        at += count
    }

    private mutating func hide(_ count: Int = 1) {
        for byte in input[at..<min(at + count, input.count)] {
            output.append(byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " "))
        }
        at += count
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while at < input.count {
            if looksAt("//") {
                while at < input.count, input[at] != UInt8(ascii: "\n") { hide() }
            } else if looksAt("/*") {
                blockComment()
            } else if input[at] == UInt8(ascii: "\"") || startsRawString() {
                string()
            } else {
                if input[at] == UInt8(ascii: "(") { depth += 1 }
                if input[at] == UInt8(ascii: ")") {
                    depth -= 1
                    if untilParenthesis, depth == 0 { return keep() }
                }
                keep()
            }
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if looksAt("/*") {
                depth += 1
                hide(2)
            } else if looksAt("*/") {
                depth -= 1
                hide(2)
            } else {
                hide()
            }
        } while depth > 0 && at < input.count
    }

    private func startsRawString() -> Bool {
        var next = at
        while next < input.count, input[next] == UInt8(ascii: "#") { next += 1 }
        return next > at && next < input.count && input[next] == UInt8(ascii: "\"")
    }

    private mutating func string() {
        var pounds = 0
        while input[at] == UInt8(ascii: "#") {
            pounds += 1
            keep()
        }
        let quotes = looksAt("\"\"\"") ? 3 : 1
        keep(quotes)
        let closing = Array(repeating: UInt8(ascii: "\""), count: quotes) + pound(pounds)
        let escape = [UInt8(ascii: "\\")] + pound(pounds)
        while at < input.count {
            if starts(with: closing) { return keep(closing.count) }
            // Not a string after all, as in C's '"'.
            if quotes == 1, input[at] == UInt8(ascii: "\n") { return }
            if starts(with: escape + [UInt8(ascii: "(")]) {
                hide(escape.count)
                code(untilParenthesis: true)
            } else if starts(with: escape) {
                hide(escape.count + 1)
            } else {
                hide()
            }
        }
    }

    private func pound(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "#"), count: count) }

    private func starts(with bytes: [UInt8]) -> Bool {
        at + bytes.count <= input.count && input[at..<at + bytes.count].elementsEqual(bytes)
    }
}
