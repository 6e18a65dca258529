/// The protocol versions that this code speaks.
package enum WireVersion {
    /// Oldest to newest.
    package static let supported: ClosedRange<UInt8> = 1...1

    /// The newest version that both ends speak, if there is one (N2).
    package static func common(with other: ClosedRange<UInt8>) -> UInt8? {
        let newest = min(supported.upperBound, other.upperBound)
        return newest >= max(supported.lowerBound, other.lowerBound) ? newest : nil
    }
}
