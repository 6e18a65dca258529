package import LoqaBase

/// Decides at which address a relay knocks next, when it looks for hubs on its network, and which address it keeps.
///
/// A pure value; `Address` is whatever the caller opens sockets to. Rule L7: addresses take turns after each failed
/// attempt, the configured one first, then the last that worked, the token's, and those found. A connection that worked and
/// broke is no failed attempt: the same address comes first again.
package struct HubFinder<Address: Sendable & Equatable, Clock>: Sendable {
    /// An address and why it is tried.
    package struct Candidate: Sendable, Equatable {
        /// Where to knock.
        package var address: Address
        /// The first of the sources that named it.
        package var source: HubAddressSource
        package init(_ address: Address, _ source: HubAddressSource) {
            (self.address, self.source) = (address, source)
        }
    }

    /// What the caller does after ``tick(at:)``.
    package enum Action: Sendable, Equatable {
        case none
        /// Look for hubs; report ``found(_:at:)`` or ``searchFailed()``.
        case search
    }

    private let tuning: HubFinderTuning
    private let configured: Address?
    private let token: Address?
    private var lastWorking: Address?
    private var discovered: [Address] = []
    private var candidates: [Candidate] = []
    private var index = 0
    /// Failed attempts since an address worked or a search found a new one.
    private var failureCount = 0
    private var isSearching = false
    private var nextSearch: Instant<Clock>

    /// - Parameters:
    ///   - configured: the owner's own word.
    ///   - lastWorking: what ``worked()`` gave to keep, in an earlier run perhaps.
    ///   - token: where the token says the hub is.
    ///   - now: the first search may begin at once.
    package init(
        configured: Address?, lastWorking: Address?, token: Address?,
        tuning: HubFinderTuning = HubFinderTuning(), at now: Instant<Clock>
    ) {
        precondition(tuning.failureCountMin > 0 && tuning.discoveredCountMax > 0)
        (self.configured, self.lastWorking, self.token) = (configured, lastWorking, token)
        (self.tuning, nextSearch) = (tuning, now)
        arrange()
    }

    /// Where to knock now; `nil` while no address is known.
    package var candidate: Candidate? { candidates.isEmpty ? nil : candidates[index] }

    /// The instant at which ``tick(at:)`` must be called; `nil` while no search is wanted.
    package var deadline: Instant<Clock>? { wantsSearch ? nextSearch : nil }

    /// The attempt at ``candidate`` failed: nobody there, or not our hub.
    package mutating func failed() {
        guard !candidates.isEmpty else { return }
        index = (index + 1) % candidates.count
        // More would say nothing more.
        failureCount = min(failureCount + 1, 1_000)
    }

    /// The hub at ``candidate`` proved its key and welcomed this relay.
    ///
    /// - Returns: the address, if it is one to keep for later runs: it is new, and not the owner's own word.
    package mutating func worked() -> Address? {
        failureCount = 0
        guard let candidate, candidate.source != .configured, candidate.address != lastWorking else {
            return nil
        }
        lastWorking = candidate.address
        arrange()
        return candidate.address
    }

    /// The deadline passed. Early and stale calls are fine.
    package mutating func tick(at now: Instant<Clock>) -> Action {
        guard wantsSearch, now >= nextSearch else { return .none }
        isSearching = true
        nextSearch = now + tuning.searchInterval
        return .search
    }

    /// A search ended: what was found, the best first. It takes the place of what was found before, unless it is nothing.
    /// An address that was not known before is tried next.
    package mutating func found(_ addresses: [Address]) {
        isSearching = false
        guard !addresses.isEmpty else { return }
        let known = candidates.map(\.address)
        discovered = Array(addresses.prefix(tuning.discoveredCountMax))
        arrange()
        guard let new = candidates.firstIndex(where: { !known.contains($0.address) }) else { return }
        (index, failureCount) = (new, 0)
    }

    /// A search ended without an answer, or could not be made.
    package mutating func searchFailed() { isSearching = false }

    private var wantsSearch: Bool {
        // Each known address has its turn before the network is asked.
        !isSearching && (candidates.isEmpty || failureCount >= max(tuning.failureCountMin, candidates.count))
    }

    /// Puts the addresses in order, each once, and stays at the one in turn.
    private mutating func arrange() {
        let current = candidate?.address
        let named: [(Address?, HubAddressSource)] = [
            (configured, .configured), (lastWorking, .lastWorking), (token, .token),
        ]
        candidates = []
        for (address, source) in named + discovered.map({ ($0, .discovered) }) {
            guard let address, !candidates.contains(where: { $0.address == address }) else { continue }
            candidates.append(Candidate(address, source))
        }
        index = candidates.firstIndex { $0.address == current } ?? 0
    }
}

/// Where an address of the hub comes from, in the order in which they are tried.
package enum HubAddressSource: Sendable, Equatable, CaseIterable {
    case configured, lastWorking, token, discovered
}

/// What may be changed freely about a ``HubFinder``.
package struct HubFinderTuning: Sendable {
    /// Failed attempts before the network is searched. Fewer would search whenever a hub is restarted.
    package var failureCountMin = 3
    /// At least this between the beginnings of two searches: each is a multicast to the whole house.
    package var searchInterval: Duration = .seconds(30)
    /// Found addresses that are kept; the rest of an answer is left out.
    package var discoveredCountMax = 8
    package init() {}
}
