/// Numbers as Python reads, rounds, raises and formats them.
enum PythonNumber {
    /// `int(text)`; decimal digits of any script, single underscores between them.
    static func integer(_ text: String) -> Int? { plain(text).flatMap { Int($0) } }

    /// `float(text)`; digits, a point and an exponent, or `inf` and `nan`.
    static func number(_ text: String) -> Double? {
        guard let plain = plain(text) else { return nil }
        let word = plain.lowercased().drop { $0 == "+" || $0 == "-" }
        let isNumber = plain.unicodeScalars.allSatisfy { "0123456789+-.eE".unicodeScalars.contains($0) }
        guard isNumber || ["inf", "infinity", "nan"].contains(word) else { return nil }
        return Double(plain)
    }

    /// `text` with its digits in ASCII and without underscores; nil if an underscore is misplaced.
    private static func plain(_ text: String) -> String? {
        let stripped = Array(PythonText.strip(text).unicodeScalars)
        var plain = ""
        for (index, scalar) in stripped.enumerated() {
            if scalar == "_" {
                guard index > 0, index + 1 < stripped.count, isDigit(stripped[index - 1]),
                    isDigit(stripped[index + 1])
                else { return nil }
            } else if !scalar.isASCII, isDigit(scalar), let value = scalar.properties.numericValue {
                plain += "\(Int(value))"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain.isEmpty ? nil : plain
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal
    }

    /// `round(value, places)` for 0...15 places: correctly rounded, ties to even.
    static func round(_ value: Double, places: Int) -> Double {
        guard value.isFinite, value.magnitude < 1e15 else { return value }
        let scale = (0..<max(0, min(places, 15))).reduce(1.0) { scale, _ in scale * 10 }
        let product = value * scale
        guard product.magnitude < 4e15 else { return value }
        // What the product lost decides ties: 2.675 is a little less than it looks.
        let lost = (-product).addingProduct(value, scale)
        let floor = product.rounded(.down)
        let above = product - floor - 0.5
        let isTie = above == 0 && lost == 0
        let rounded: Double
        if isTie {
            rounded = product.rounded(.toNearestOrEven)
        } else {
            rounded = above > 0 || (above == 0 && lost > 0) ? floor + 1 : floor
        }
        return rounded == 0 && value < 0 ? -0.0 : rounded / scale
    }

    /// `base ** exponent` for a finite result; nil where Python would leave the real numbers.
    static func power(_ base: Double, _ exponent: Double) -> Double? {
        if let whole = Int(exactly: exponent), whole.magnitude <= 1_024 {
            let raised = (0..<Int(whole.magnitude)).reduce(1.0) { raised, _ in raised * base }
            if whole < 0, raised == 0 { return nil }
            return whole < 0 ? 1 / raised : raised
        }
        if base == 0 { return exponent > 0 ? 0 : nil }
        guard base > 0, base.isFinite, exponent.isFinite else { return nil }
        return exponential(exponent * logarithm(base))
    }

    /// The natural logarithm of a positive number: exponent and significand, the latter by the series of artanh.
    private static func logarithm(_ value: Double) -> Double {
        var (exponent, significand) = (Double(value.exponent), value.significand)
        if significand > 1.414_213_562_373_095 { (exponent, significand) = (exponent + 1, significand / 2) }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var (sum, power) = (0.0, ratio)
        for odd in stride(from: 1.0, through: 31, by: 2) {
            sum += power / odd
            power *= square
        }
        return exponent * 0.693_147_180_559_945_3 + 2 * sum
    }

    /// e to the power of `value`: a power of two times the series of what is left.
    private static func exponential(_ value: Double) -> Double {
        guard value < 709 else { return .infinity }
        guard value > -745 else { return 0 }
        let twos = (value / 0.693_147_180_559_945_3).rounded()
        let rest = value - twos * 0.693_147_180_559_945_3
        var (sum, term) = (1.0, 1.0)
        for index in 1...20 {
            term *= rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(twos), significand: sum)
    }
}
