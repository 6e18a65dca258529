/// Why bytes are no mask network. The descriptions are meant for whoever put the file there.
package enum MaskModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// They do not begin as one.
    case noMask
    /// Another version of the format, or another layout of what is heard.
    case otherVersion(Int)
    /// A number of units outside 8...``MaskModel/unitCountMax``, or no multiple of 8.
    case badUnitCount(Int)
    /// Longer or shorter than its own numbers say.
    case badLength(bytes: Int, expected: Int)
    /// The checksum differs, or a weight is no number.
    case damaged

    package var description: String {
        switch self {
        case .noMask: "this is no mask network; take the file that is shipped, or make one with tools/mask"
        case .otherVersion(let version):
            "a mask network of version \(version); this program reads version \(MaskModel.version)"
        case .badUnitCount(let count):
            "\(count) units in a layer; a mask network has 8 to \(MaskModel.unitCountMax), a multiple of 8"
        case .badLength(let bytes, let expected):
            "\(bytes) bytes where its head says \(expected): the file is cut short or too long; copy it again"
        case .damaged: "the mask network is damaged: its checksum is another; copy it again"
        }
    }
}

/// The weights of a network that tells, band by band, how much of the beam's output is the talker's direct sound.
///
/// A dense layer, two gated recurrent layers (K. Cho and others, "Learning phrase representations using RNN encoder-decoder",
/// EMNLP 2014) and a dense layer. In the file, little endian: "LOQAMASK", version, units of the first layer and of both
/// recurrent ones (16 bits each); of each matrix a scale and a bias for every row (32-bit floats), then the rows
/// in 8 bits; the 32-bit FNV-1a checksum of all that. Trained by tools/mask.
package struct MaskModel: Sendable, Hashable {
    /// Of the format and of what the network hears.
    package static let version = 1
    /// Units of a layer at most.
    package static let unitCountMax = 256
    /// Bytes of a file at most.
    package static let byteCountMax = 1 << 20

    /// A matrix with a bias: rows of weights.
    struct Matrix: Sendable, Hashable {
        var rowCount: Int
        var columnCount: Int
        /// Row by row.
        var weights: [Float] = []
        var biases: [Float] = []
    }

    /// What is heard to the first layer; input and state of the first recurrent layer; of the second; to the bands.
    let matrices: [Matrix]

    /// Reads a file's bytes.
    ///
    /// - Throws: ``MaskModelError``.
    package init(_ bytes: [UInt8]) throws(MaskModelError) {
        let head = Array("LOQAMASK".utf8)
        guard bytes.count >= head.count + 8, Array(bytes.prefix(head.count)) == head else { throw .noMask }
        func half(_ index: Int) -> Int {
            Int(bytes[head.count + 2 * index]) | Int(bytes[head.count + 2 * index + 1]) << 8
        }
        guard half(0) == Self.version else { throw .otherVersion(half(0)) }
        let units = (half(1), half(2), half(3))
        for count in [units.0, units.1, units.2]
        where !(8...Self.unitCountMax).contains(count) || count % 8 != 0 {
            throw .badUnitCount(count)
        }
        var matrices = [
            Matrix(rowCount: units.0, columnCount: MaskFeatures.count),
            Matrix(rowCount: 3 * units.1, columnCount: units.0),
            Matrix(rowCount: 3 * units.1, columnCount: units.1),
            Matrix(rowCount: 3 * units.2, columnCount: units.1),
            Matrix(rowCount: 3 * units.2, columnCount: units.2),
            Matrix(rowCount: MaskBands.count, columnCount: units.2),
        ]
        let expected =
            head.count + 8 + 4 + matrices.reduce(0) { $0 + $1.rowCount * (8 + $1.columnCount) }
        guard bytes.count == expected else { throw .badLength(bytes: bytes.count, expected: expected) }
        var reader = Reader(bytes: bytes, at: bytes.count - 4)
        guard reader.word() == Self.checksum(bytes.dropLast(4)) else { throw .damaged }
        reader.at = head.count + 8
        for index in matrices.indices { try reader.fill(&matrices[index]) }
        self.matrices = matrices
    }

    /// FNV-1a (G. Fowler, L. Noll, K. Vo; draft-eastlake-fnv), 32 bits.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    /// Reads numbers one after the other; the length was checked.
    private struct Reader {
        let bytes: [UInt8]
        var at: Int

        mutating func word() -> UInt32 {
            defer { at += 4 }
            return (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
        }

        mutating func fill(_ matrix: inout Matrix) throws(MaskModelError) {
            var scales: [Float] = []
            for _ in 0..<matrix.rowCount { scales.append(Float(bitPattern: word())) }
            for _ in 0..<matrix.rowCount { matrix.biases.append(Float(bitPattern: word())) }
            guard (scales + matrix.biases).allSatisfy({ $0.magnitude < 1e4 }) else { throw .damaged }
            matrix.weights.reserveCapacity(matrix.rowCount * matrix.columnCount)
            for row in 0..<matrix.rowCount {
                for column in 0..<matrix.columnCount {
                    matrix.weights.append(Float(Int8(bitPattern: bytes[at + column])) * scales[row])
                }
                at += matrix.columnCount
            }
        }
    }
}
