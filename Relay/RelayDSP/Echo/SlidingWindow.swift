/// The newest samples of an endless signal, in one piece. Takes its memory when made.
struct SlidingWindow: ~Copyable {
    /// Samples that are kept.
    let length: Int
    /// Samples pushed so far, beginning with the silence that the window is made with.
    private(set) var end: Int
    private let capacity: Int
    private let base: UnsafeMutablePointer<Float>
    private var filled: Int

    /// A window full of silence, of `length` samples.
    init(length: Int) {
        self.length = length
        capacity = length + 4_096
        base = .allocate(capacity: capacity)
        base.initialize(repeating: 0, count: capacity)
        (filled, end) = (length, length)
    }

    deinit { base.deallocate() }

    /// Adds samples, 4,096 at most, and forgets the oldest.
    mutating func push(_ samples: UnsafePointer<Float>, count: Int) {
        precondition(count <= 4_096)
        if filled + count > capacity {
            base.update(from: base + filled - length, count: length)
            filled = length
        }
        (base + filled).update(from: samples, count: count)
        filled += count
        end += count
    }

    /// The samples from `position` on, which counts as ``end`` does.
    ///
    /// - Precondition: `position` is in the window; the caller reads no further than ``end``.
    func samples(from position: Int) -> UnsafePointer<Float> {
        precondition(position >= end - length && position <= end, "not in the window")
        return UnsafePointer(base + filled - (end - position))
    }

    /// Back to silence.
    mutating func clear() {
        base.update(repeating: 0, count: capacity)
        (filled, end) = (length, length)
    }
}
