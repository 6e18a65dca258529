import LoqaTestKit

/// Writes small TensorFlow Lite files, so that tests need none from elsewhere.
///
/// The tree is laid out parents first, so every offset points forward, as the format wants.
indirect enum Flat {
    case int8(Int8)
    case int32(Int32)
    case bytes([UInt8])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
    case string(String)
    case tables([Flat])
    case table([Int: Flat])

    static func file(_ root: Flat, mark: String = "TFL3") -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0] + Array(mark.utf8)
        patch(&bytes, at: 0, to: append(root, &bytes))
        return bytes
    }

    private var inlineBytes: [UInt8]? {
        switch self {
        case .int8(let value): [UInt8(bitPattern: value)]
        case .int32(let value): Self.little(UInt32(bitPattern: value))
        default: nil
        }
    }

    /// Appends what an offset points at, and says where.
    private static func append(_ value: Flat, _ bytes: inout [UInt8]) -> Int {
        switch value {
        case .int8, .int32: preconditionFailure("a number stands in its table")
        case .bytes(let items): return appendVector(items.count, items, &bytes)
        case .int32s(let items):
            return appendVector(items.count, items.flatMap { little(UInt32(bitPattern: $0)) }, &bytes)
        case .floats(let items):
            return appendVector(items.count, items.flatMap { little($0.bitPattern) }, &bytes)
        case .int64s(let items):
            return appendVector(
                items.count,
                items.flatMap {
                    little(UInt32(truncatingIfNeeded: $0)) + little(UInt32(truncatingIfNeeded: $0 >> 32))
                },
                &bytes)
        case .string(let text): return appendVector(text.utf8.count, Array(text.utf8) + [0], &bytes)
        case .tables(let items):
            let start = appendVector(items.count, [UInt8](repeating: 0, count: 4 * items.count), &bytes)
            for (index, item) in items.enumerated() {
                patch(&bytes, at: start + 4 + 4 * index, to: append(item, &bytes))
            }
            return start
        case .table(let fields): return appendTable(fields, &bytes)
        }
    }

    private static func appendTable(_ fields: [Int: Flat], _ bytes: inout [UInt8]) -> Int {
        let count = (fields.keys.max() ?? -1) + 1
        var offsets = [Int](repeating: 0, count: count)
        var body: [UInt8] = [0, 0, 0, 0]
        for index in fields.keys.sorted() {
            offsets[index] = body.count
            body += fields[index]?.inlineBytes ?? [0, 0, 0, 0]
        }
        let description = bytes.count
        bytes += little16(4 + 2 * count) + little16(body.count) + offsets.flatMap { little16($0) }
        let table = bytes.count
        bytes += body
        bytes.replaceSubrange(table..<table + 4, with: little(UInt32(table - description)))
        for index in fields.keys.sorted() {
            guard let field = fields[index], field.inlineBytes == nil else { continue }
            patch(&bytes, at: table + offsets[index], to: append(field, &bytes))
        }
        return table
    }

    private static func appendVector(_ count: Int, _ items: [UInt8], _ bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes += little(UInt32(count)) + items
        return start
    }

    private static func patch(_ bytes: inout [UInt8], at position: Int, to target: Int) {
        bytes.replaceSubrange(position..<position + 4, with: little(UInt32(target - position)))
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (8 * UInt32($0)) & 0xFF) }
    }
    private static func little16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}

/// A streaming network as a model file: stem, one depthwise block with a state, and a logit. Its weights come from a seed.
struct ModelBuilder {
    var featureCount = 3
    var stemChannels = 8
    var kernel = 4
    /// Replaces an operator's code, an activation or a shape, to make files that must be refused.
    var operatorCode: [Int: Int32] = [:]
    var weights: [Int8]
    var depthwise: [Int8]
    var final: [Int8]
    var biases: [Int32]

    init(seed: UInt64, stemChannels: Int = 8, kernel: Int = 4) {
        var random = SeededGenerator(seed: seed)
        (self.stemChannels, self.kernel) = (stemChannels, kernel)
        weights = (0..<stemChannels * 3 * 40).map { _ in Int8.random(in: -127...127, using: &random) }
        depthwise = (0..<kernel * stemChannels).map { _ in Int8.random(in: -127...127, using: &random) }
        final = (0..<stemChannels).map { _ in Int8.random(in: -127...127, using: &random) }
        biases = (0..<stemChannels).map { _ in Int32.random(in: -2_000...2_000, using: &random) }
    }

    static let (inputScale, midScale, weightScale): (Float, Float, Float) = (0.101_960_785_68, 0.05, 0.004)
    static let midZero: Int64 = -128
    static let logitZero: Int64 = 5
    static let (sumScale, sumZero): (Float, Int64) = (0.07, -20)

    var bytes: [UInt8] { Flat.file(root) }

    private var codes: [Int32] { [129, 142, 143, 144, 22, 3, 2, 45, 4, 9, 14, 114, 0] }

    private var root: Flat {
        .table([
            0: .int32(3),
            1: .tables(
                codes.enumerated().map { index, code in
                    let code = operatorCode[index] ?? code
                    return .table([0: .int8(Int8(clamping: code)), 3: .int32(code)])
                }),
            2: .tables([main, initial]),
            4: .tables(
                [
                    [], asBytes(weights), asBytes(depthwise), asBytes(final), ints(biases), ints([12]),
                    ints([0, -Int32(kernel - 1), 0, 0]), ints([0, 0, 0, 0]), ints([1, 1, 1, 1]),
                    [UInt8](repeating: 0x80, count: (kernel - 1) * stemChannels), ints([1, 3, 1, 40]),
                ].map { .table($0.isEmpty ? [:] : [0: .bytes($0)]) }),
        ])
    }

    private func asBytes(_ values: [Int8]) -> [UInt8] { values.map { UInt8(bitPattern: $0) } }
    private func ints(_ values: [Int32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * Int32($0))) } }
    }

    private func tensor(
        _ shape: [Int], type: Int8 = 9, buffer: Int32 = 0, scale: Float? = nil, zero: Int64 = 0
    ) -> Flat {
        var fields: [Int: Flat] = [0: .int32s(shape.map(Int32.init)), 1: .int8(type), 2: .int32(buffer)]
        if let scale { fields[4] = .table([2: .floats([scale]), 3: .int64s([zero])]) }
        return .table(fields)
    }

    private func operation(_ code: Int32, _ inputs: [Int32], _ outputs: [Int32], _ options: [Int: Flat] = [:])
        -> Flat
    {
        .table([0: .int32(code), 1: .int32s(inputs), 2: .int32s(outputs), 4: .table(options)])
    }

    private var main: Flat {
        let (channels, mid) = (stemChannels, Self.midScale)
        let tensors = [
            tensor([1, 3, 40], scale: Self.inputScale, zero: -128),
            tensor([1, 3, 1, 40], scale: Self.inputScale, zero: -128),
            tensor([channels, 3, 1, 40], buffer: 1, scale: Self.weightScale),
            tensor([channels], type: 2, buffer: 4),
            tensor([1, 1, 1, channels], scale: mid, zero: Self.midZero),
            tensor([1], type: 13),
            tensor([1, kernel - 1, 1, channels], scale: mid, zero: Self.midZero),
            tensor([1, kernel, 1, channels], scale: mid, zero: Self.midZero),
            tensor([1, kernel - 1, 1, channels], scale: mid, zero: Self.midZero),
            tensor([4], type: 2, buffer: 6), tensor([4], type: 2, buffer: 7), tensor([4], type: 2, buffer: 8),
            tensor([1, kernel, 1, channels], buffer: 2, scale: Self.weightScale),
            tensor([1, 1, 1, channels], scale: mid, zero: 0),
            tensor([1, channels], buffer: 3, scale: Self.weightScale),
            tensor([1], type: 2, buffer: 5),
            tensor([1, 1], scale: mid, zero: Self.logitZero),
            tensor([1, 1], scale: 1 / 256, zero: -128),
            tensor([1, 1], type: 3, scale: 1 / 256, zero: 0),
            tensor([4], type: 2, buffer: 10),
            tensor([1, 1, 1, channels], scale: Self.sumScale, zero: Self.sumZero),
        ]
        let operators = [
            operation(0, [], [], [0: .int32(1)]),
            operation(4, [0, 19], [1]),
            operation(5, [1, 2, 3], [4], [0: .int8(1), 1: .int32(1), 2: .int32(3), 3: .int8(1)]),
            operation(1, [], [5], [1: .string("state")]),
            operation(2, [5], [6]),
            operation(6, [6, 4], [7], [0: .int32(1)]),
            operation(7, [7, 9, 10, 11], [8], [0: .int32(13), 1: .int32(15)]),
            operation(3, [5, 8], []),
            operation(8, [7, 12, 3], [13], [0: .int8(1), 1: .int32(1), 2: .int32(1), 3: .int32(1)]),
            operation(12, [13, 4], [20]),
            operation(9, [20, 14, 15], [16]),
            operation(10, [16], [17]),
            operation(11, [17], [18]),
        ]
        return .table([0: .tables(tensors), 1: .int32s([0]), 2: .int32s([18]), 3: .tables(operators)])
    }

    private var initial: Flat {
        .table([
            0: .tables([
                tensor([1], type: 13),
                tensor(
                    [1, kernel - 1, 1, stemChannels], buffer: 9, scale: Self.midScale, zero: Self.midZero),
            ]),
            1: .int32s([]), 2: .int32s([]),
            3: .tables([operation(1, [], [0], [1: .string("state")]), operation(3, [0, 1], [])]),
        ])
    }
}
