/// Adds two tensors of bytes of different scales, rounded as TensorFlow Lite's reference kernel does: each is brought to a
/// common scale with twenty bits to spare, then the sum to the output's.
struct SumLayer: Sendable {
    static let headroomBits: Int32 = 20

    var left: Int
    var right: Int
    var output: Int
    var count: Int
    var leftZero: Int32
    var rightZero: Int32
    var leftFactor: Requantization
    var rightFactor: Requantization
    var factor: Requantization
    var zero: Int32
    var lowest: Int32

    func run(in arena: borrowing NetworkArena) {
        for index in 0..<count {
            let sum =
                leftFactor((Int32(arena[left + index]) - leftZero) << Self.headroomBits)
                &+ rightFactor((Int32(arena[right + index]) - rightZero) << Self.headroomBits)
            arena[output + index] = Int8(truncatingIfNeeded: min(max(factor(sum) &+ zero, lowest), 127))
        }
    }
}
