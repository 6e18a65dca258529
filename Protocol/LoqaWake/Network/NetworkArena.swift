/// The memory that a network computes in: bytes, zero at first, taken once and given back with the network.
///
/// Offsets and counts come from a ``NetworkPlan``, which has checked that they lie inside.
struct NetworkArena: ~Copyable {
    let memory: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        memory = .allocate(byteCount: max(byteCount, 16), alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// The bytes from `offset` on.
    func pointer(at offset: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && offset < memory.count, "offset outside the arena")
        guard let base = memory.baseAddress else { preconditionFailure("an arena has memory") }
        return base + offset
    }

    subscript(offset: Int) -> Int8 {
        get { memory.load(fromByteOffset: offset, as: Int8.self) }
        nonmutating set { memory.storeBytes(of: newValue, toByteOffset: offset, as: Int8.self) }
    }

    func float(at offset: Int) -> Float { memory.loadUnaligned(fromByteOffset: offset, as: Float.self) }

    func store(_ value: Float, at offset: Int) {
        memory.storeBytes(of: value, toByteOffset: offset, as: Float.self)
    }
}

/// Copies `count` pieces of `byteCount` bytes, each a stride further in source and target.
struct StridedCopy: Sendable, Equatable {
    var source: Int
    var sourceStride: Int
    var target: Int
    var targetStride: Int
    var byteCount: Int
    var count: Int

    func run(in arena: borrowing NetworkArena) {
        for index in 0..<count {
            arena.pointer(at: target + index * targetStride).copyMemory(
                from: arena.pointer(at: source + index * sourceStride), byteCount: byteCount)
        }
    }
}
