/// Cuts a template into its text and its tags, and the tags into tokens.
///
/// `{{ }}`, `{% %}` and `{# #}` with `-` at either end, which takes the white space beside it away. One line
/// break at the very end of the template is dropped, as Jinja does.
struct TemplateScanner {
    let scalars: [Unicode.Scalar]
    var position = 0
    private var line = 1
    private var lineStart = 0
    private var placed = 0

    /// Throws: ``AnswerError`` if a tag, comment or text is not closed, or the source is too long.
    static func segments(of source: String) throws(AnswerError) -> [TemplateSegment] {
        var scanner = TemplateScanner(source)
        guard scanner.scalars.count <= AnswerLimits.sourceLengthMax else {
            throw AnswerError(
                .limit("more than \(AnswerLimits.sourceLengthMax) characters in a template"),
                at: TemplatePlace(line: 1, column: 1))
        }
        return try scanner.all()
    }

    private init(_ source: String) {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(source.utf8.count)
        for scalar in source.unicodeScalars {
            // CRLF and CR are line breaks like LF.
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        for index in scalars.indices where scalars[index] == "\r" { scalars[index] = "\n" }
        if scalars.last == "\n" { scalars.removeLast() }
        self.scalars = scalars
    }

    /// The place of `index`, which never goes back.
    mutating func place(_ index: Int) -> TemplatePlace {
        while placed < index {
            if scalars[placed] == "\n" { (line, lineStart) = (line + 1, placed + 1) }
            placed += 1
        }
        return TemplatePlace(line: line, column: index - lineStart + 1)
    }

    private mutating func all() throws(AnswerError) -> [TemplateSegment] {
        var segments: [TemplateSegment] = []
        var text = String.UnicodeScalarView()
        while position < scalars.count {
            guard let opening = opening else {
                text.append(scalars[position])
                position += 1
                continue
            }
            let start = position
            position += 2
            if peek == "-" {
                while let last = text.last, last.isPythonSpace { text.removeLast() }
                position += 1
            } else if peek == "+" {
                position += 1
            }
            if !text.isEmpty { segments.append(.text(String(text))) }
            text = String.UnicodeScalarView()
            switch opening {
            case "{": segments.append(.output(try tokens(closing: "}", openedAt: start)))
            case "%": segments.append(.tag(try tokens(closing: "%", openedAt: start)))
            default: try skipComment(openedAt: start)
            }
        }
        if !text.isEmpty { segments.append(.text(String(text))) }
        return segments
    }

    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    private var opening: Unicode.Scalar? {
        guard peek == "{", let kind = peek(1), kind == "{" || kind == "%" || kind == "#" else { return nil }
        return kind
    }

    private mutating func skipSpaceAfterTag() {
        while let next = peek, next.isPythonSpace { position += 1 }
    }

    private mutating func skipComment(openedAt start: Int) throws(AnswerError) {
        while position + 1 < scalars.count {
            if peek == "#", peek(1) == "}" {
                let trims = position > start + 2 && scalars[position - 1] == "-"
                position += 2
                if trims { skipSpaceAfterTag() }
                return
            }
            position += 1
        }
        throw AnswerError(.syntax("this comment is not closed by #}"), at: place(start))
    }

    private mutating func tokens(closing: Unicode.Scalar, openedAt start: Int) throws(AnswerError)
        -> [TemplateToken]
    {
        let opened = place(start)
        var tokens: [TemplateToken] = []
        var brackets: [Unicode.Scalar] = []
        while true {
            while let next = peek, next.isPythonSpace { position += 1 }
            guard let next = peek else {
                throw AnswerError(
                    .syntax("this tag is not closed by \(closing == "}" ? "}}" : "%}")"), at: opened)
            }
            if brackets.isEmpty, closes(closing) {
                tokens.append(TemplateToken(kind: .end, place: place(position)))
                let sign = peek
                position += sign == "-" || sign == "+" ? 3 : 2
                if sign == "-" { skipSpaceAfterTag() }
                return tokens
            }
            let token = try token(startingWith: next)
            if case .symbol(let symbol) = token.kind { try balance(&brackets, symbol, token.place) }
            tokens.append(token)
        }
    }

    private func closes(_ closing: Unicode.Scalar) -> Bool {
        if peek == closing { return peek(1) == "}" }
        return (peek == "-" || peek == "+") && peek(1) == closing && peek(2) == "}"
    }

    private func balance(_ open: inout [Unicode.Scalar], _ symbol: String, _ place: TemplatePlace)
        throws(AnswerError)
    {
        switch symbol {
        case "(": open.append(")")
        case "[": open.append("]")
        case "{": open.append("}")
        case ")", "]", "}":
            guard let expected = open.popLast(), String(expected) == symbol else {
                throw AnswerError(.syntax("\"\(symbol)\" closes nothing"), at: place)
            }
        default: break
        }
    }
}

extension Unicode.Scalar {
    /// White space as Python's `str.isspace` sees it.
    var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}
