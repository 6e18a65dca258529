/// The random numbers of one packet, fixed by the path's seed and the packet's place in the path's order.
///
/// Each packet has numbers of its own, so switching one impairment on or off changes nothing that another decides.
/// The generator is SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
struct Dice: Sendable {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: of the path; see ``seed(_:client:direction:)``.
    ///   - number: of the packet, from 0.
    init(seed: UInt64, number: UInt64) { state = Self.mixed(seed &+ Self.mixed(number)) }

    /// The seed of one path out of the run's seed.
    ///
    /// - Parameter client: the client's place in the order in which clients came.
    static func seed(_ seed: UInt64, client: Int, direction: Direction) -> UInt64 {
        let path = UInt64(client) * 2 + (direction == .up ? 0 : 1)
        return mixed(mixed(seed) &+ path)
    }

    /// A number in 0..<1 with 53 random bits.
    mutating func unit() -> Double {
        state &+= Self.step
        return Double(Self.mixed(state) >> 11) * 0x1p-53
    }

    /// A number in -1..<1, evenly spread.
    mutating func even() -> Double { 2 * unit() - 1 }

    /// A number of mean 0 and deviation 1 that is nearly normal, within -6...6: twelve even ones added up.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ step
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
