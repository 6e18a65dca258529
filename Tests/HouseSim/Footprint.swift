/// How much a value holds: the largest of its collections, found by reflection, so that no machine has to tell.
struct Footprint {
    /// The longest run of bytes.
    private(set) var byteCountMax = 0
    /// The longest collection of anything else.
    private(set) var elementCountMax = 0

    init(of value: Any) { measure(value, depth: 0) }

    private mutating func measure(_ value: Any, depth: Int) {
        guard depth < 12 else { return }
        if let bytes = value as? [UInt8] {
            byteCountMax = max(byteCountMax, bytes.count)
            return
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .dictionary, .set:
            elementCountMax = max(elementCountMax, mirror.children.count)
            // All are alike: a few show what each of them holds.
            for child in mirror.children.prefix(2) { measure(child.value, depth: depth + 1) }
        default:
            for child in mirror.children { measure(child.value, depth: depth + 1) }
        }
    }
}
