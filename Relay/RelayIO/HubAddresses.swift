/// The addresses at which a relay knocks, in turn (L7). A value.
package struct HubAddresses: Sendable {
    private var candidates: [HubAddress]
    private var index = 0
    /// The one in use.
    package private(set) var current: HubAddress?

    /// - Parameter candidates: the best first.
    package init(_ candidates: [HubAddress]) { self.candidates = candidates }

    /// The address to try now.
    package mutating func next() -> HubAddress? {
        guard !candidates.isEmpty else { return nil }
        current = candidates[index % candidates.count]
        return current
    }

    /// The one in use did not answer, or has gone.
    package mutating func failed() { index += 1 }
}
