/// Single tokens.
extension TemplateScanner {
    mutating func token(startingWith first: Unicode.Scalar) throws(AnswerError) -> TemplateToken {
        let start = position
        let place = place(start)
        if first.isNameStart {
            while let next = peek, next.isNamePart { position += 1 }
            return TemplateToken(kind: .name(text(start..<position)), place: place)
        }
        if ("0"..."9").contains(first) { return TemplateToken(kind: try number(place), place: place) }
        if first == "\"" || first == "'" {
            return TemplateToken(kind: .text(try quoted(by: first, place)), place: place)
        }
        for symbol in ["**", "//", "==", "!=", ">=", "<="] where text(start..<start + 2) == symbol {
            position += 2
            return TemplateToken(kind: .symbol(symbol), place: place)
        }
        guard "+-/*%~[](){}><=.:|,;".unicodeScalars.contains(first) else {
            throw AnswerError(.syntax("\"\(first)\" has no meaning in a tag"), at: place)
        }
        position += 1
        return TemplateToken(kind: .symbol(String(first)), place: place)
    }

    private func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range.clamped(to: 0..<scalars.count)])
        return String(text)
    }

    private mutating func number(_ place: TemplatePlace) throws(AnswerError) -> TemplateToken.Kind {
        let start = position
        let followsDot = start > 0 && scalars[start - 1] == "."
        skipDigits()
        var isWhole = true
        if !followsDot {
            if peek == ".", let next = peek(1), ("0"..."9").contains(next) {
                isWhole = false
                position += 1
                skipDigits()
            }
            if peek == "e" || peek == "E" {
                let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
                if let next = peek(1 + sign), ("0"..."9").contains(next) {
                    isWhole = false
                    position += 1 + sign
                    skipDigits()
                }
            }
        }
        let digits = text(start..<position).filter { $0 != "_" }
        if isWhole, let value = Int(digits) { return .integer(value) }
        if !isWhole, let value = Double(digits) { return .number(value) }
        throw AnswerError(.syntax("the number \(digits.prefix(24)) is too large"), at: place)
    }

    private mutating func skipDigits() {
        while let next = peek, ("0"..."9").contains(next) || next == "_" { position += 1 }
    }

    private mutating func quoted(by quote: Unicode.Scalar, _ place: TemplatePlace) throws(AnswerError)
        -> String
    {
        position += 1
        var text = String.UnicodeScalarView()
        while let next = peek {
            position += 1
            if next == quote { return String(text) }
            guard next == "\\", let escaped = peek else {
                text.append(next)
                continue
            }
            position += 1
            switch escaped {
            case "\n": break
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "\\", "'", "\"": text.append(escaped)
            case "x": text.append(try hexadecimal(digitCount: 2, place))
            case "u": text.append(try hexadecimal(digitCount: 4, place))
            case "U": text.append(try hexadecimal(digitCount: 8, place))
            default: text.append(contentsOf: ["\\", escaped])
            }
        }
        throw AnswerError(.syntax("this text is not closed by \(quote)"), at: place)
    }

    private mutating func hexadecimal(digitCount: Int, _ place: TemplatePlace) throws(AnswerError)
        -> Unicode.Scalar
    {
        let digits = text(position..<position + digitCount)
        guard digits.unicodeScalars.count == digitCount, let value = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(value)
        else { throw AnswerError(.syntax("\\ and \"\(digits)\" name no character"), at: place) }
        position += digitCount
        return scalar
    }
}

extension Unicode.Scalar {
    fileprivate var isNameStart: Bool { self == "_" || properties.isXIDStart }
    fileprivate var isNamePart: Bool { self == "_" || properties.isXIDContinue }
}
