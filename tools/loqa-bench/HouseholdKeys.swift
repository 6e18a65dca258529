import LoqaCrypto

/// The keys of a benchmark's house, the same in each of its processes.
enum HouseholdKeys {
    static let hub = PrivateKey.from(seed: [UInt8](repeating: 0xB0, count: 32))

    static func relay(_ index: Int) -> PrivateKey {
        // Not in the first and last byte: X25519 does not look at all of their bits.
        PrivateKey.from(
            seed: (0..<32).map {
                UInt8(truncatingIfNeeded: (4..<8).contains($0) ? index >> (8 * ($0 - 4)) : 0x7E)
            })
    }

    static func name(_ index: Int) -> String { "relay \(index)" }
    static let room = "hall"

    /// A home of one room, as a home file.
    static let home = """
        house: Benchmark
        rooms:
          - name: \(room)
            devices:
              - {name: ceiling light, kind: light}

        """
}
