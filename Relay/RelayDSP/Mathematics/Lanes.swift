/// Eight neighbouring frequencies, worked on at once.
package typealias Lane = SIMD8<Float>

/// Memory for lanes, taken once and zeroed. Its owner is the only one who touches it.
///
/// The pointer is handed out so that inner loops read and write without a check for each element; in debug builds the
/// subscript is checked.
struct Lanes: ~Copyable {
    /// Lanes held.
    let count: Int
    /// First lane.
    let base: UnsafeMutablePointer<Lane>

    /// - Parameter count: 1...2^20.
    init(count: Int) {
        precondition((1...1 << 20).contains(count), "lane count out of range")
        self.count = count
        base = .allocate(capacity: count)
        base.initialize(repeating: .zero, count: count)
    }

    deinit { base.deallocate() }

    subscript(index: Int) -> Lane {
        get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// The same memory as single numbers.
    var floats: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(base).assumingMemoryBound(to: Float.self)
    }

    /// Sets every lane.
    func fill(_ value: Lane) { base.update(repeating: value, count: count) }
}
