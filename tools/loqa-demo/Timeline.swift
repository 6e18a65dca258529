/// What happened in a demo, turn by turn. A pure value.
struct Timeline {
    struct Entry {
        var turn: TurnRecord
        /// What was not as intended; empty if all was.
        var differences: [String]
    }
    var entries: [Entry] = []

    var misunderstood: Int { entries.count { !$0.differences.isEmpty } }

    /// Milliseconds from end of speech to first audible sound, of the turns that were answered, in rising order.
    var latencies: [Double] { entries.compactMap { $0.turn.latency?.total }.sorted() }

    /// The value that a share of the sorted values do not exceed; nil for none.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let position = share * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
    }
}
