import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// Every byte changed, every piece cut off, every way of chopping.
struct LinkSweepTests {
    enum Way: CaseIterable { case enrolled, invited, adoption }

    @Test(arguments: Way.allCases)
    func
        `H1, H3, H8: a changed byte anywhere in a handshake ends it, nothing is believed, and the relay comes back`(
            way: Way
        )
    {
        let lengths = Self.handshakeLengths(way)
        for (blob, length) in lengths.enumerated() {
            for index in 0..<length {
                let pair = Self.pair(way)
                var blobCount = 0
                pair.tapBytes = { _, connection, bytes in
                    guard connection == 1 else { return bytes }
                    defer { blobCount += 1 }
                    guard blobCount == blob else { return bytes }
                    var changed = bytes
                    changed[index] ^= UInt8(truncatingIfNeeded: 1 << (index % 8))
                    return changed
                }
                let isUp = pair.run(within: .seconds(4)) { pair.relay.isUp }
                #expect(isUp, "\(way) blob \(blob) byte \(index)")
                #expect(pair.connection != 1, "\(way) blob \(blob) byte \(index)")
                #expect(!pair.hub.believed(1), "\(way) blob \(blob) byte \(index)")
            }
        }
    }

    @Test func `H8: a changed byte in a record ends the connection without a word, and the relay comes back`()
    {
        for direction in [LinkPair.Direction.toHub, .toRelay] {
            for index in 0..<26 {
                let pair = LinkPair.enrolled(seed: UInt64(index) + 1)
                pair.run(for: .milliseconds(100))
                var isChanged = false
                pair.tapBytes = { way, _, bytes in
                    guard way == direction, !isChanged else { return bytes }
                    isChanged = true
                    #expect(bytes.count == 26, "a ping or a pong alone")
                    var changed = bytes
                    changed[index] ^= UInt8(truncatingIfNeeded: 1 << (index % 8))
                    return changed
                }
                // L2: a longer length leaves a record unfinished, which is silence.
                #expect(pair.run(within: .seconds(3)) { !pair.relay.isUp }, "\(direction) \(index)")
                #expect(pair.run(within: .seconds(2)) { pair.relay.isUp }, "\(direction) \(index)")
                #expect(pair.hub.connections.count == 2)
            }
        }
    }

    @Test(arguments: Way.allCases)
    func `H9, L2: a stream that is cut off at any byte ends at both ends, and the relay comes back`(way: Way)
    {
        let total = Self.toHubByteCount(way)
        for kept in 0..<total {
            let pair = Self.pair(way)
            var left = kept
            pair.tapBytes = { direction, connection, bytes in
                guard connection == 1, direction == .toHub else { return bytes }
                defer { left = max(0, left - bytes.count) }
                return Array(bytes.prefix(left))
            }
            let isBack = pair.run(within: .seconds(6)) { pair.relay.isUp && pair.connection != 1 }
            #expect(isBack, "\(way) after \(kept) bytes")
            #expect(pair.hub.connections[1]!.isClosed)
        }
    }

    @Test(arguments: 1...40)
    func `H5, C1: however the network chops the bytes, the same is understood`(seed: UInt64) {
        let way = Way.allCases[Int(seed % 3)]
        let stories = [nil, 1, 7, 100].map { (chunk: Int?) -> [String] in
            let pair = Self.pair(way, seed: seed)
            pair.faults.chunkByteCountMax = chunk
            pair.faults.isUDPBlockedToHub = true
            pair.run(for: .milliseconds(300))
            for sequence in 0..<30 { pair.send(MediaPacket.sample(UInt32(sequence))) }
            pair.send(.sample(.claim))
            pair.atHub { hub in
                for kind in [ControlFrame.Kind.grant, .answerStart, .ringStart] {
                    hub.send(.sample(kind), on: 1)
                }
                for sequence in 0..<30 { hub.send(MediaPacket.sample(UInt32(sequence)), on: 1) }
            }
            pair.run(for: .milliseconds(300))
            return pair.hub.actions(1).map { "\($0)" } + pair.relayActions.map { "\($0)" }
        }
        #expect(stories[0].count > 60)
        for story in stories { #expect(story == stories[0]) }
    }

    @Test(arguments: 1...200)
    func `H8, D1: garbage in place of a handshake stops neither end and is never believed`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let hub = HubDouble(seed: seed, at: .origin)
        let id = hub.open()
        let pattern = UInt8.random(in: 1...3, using: &random)
        let preface = Array("LOQA".utf8) + [2, 2, pattern, 0]
        let length = Int.random(in: 0...600, using: &random)
        let head = Bool.random(using: &random) ? preface + [UInt8(length >> 8), UInt8(length & 0xFF)] : []
        hub.receive(head + random.bytes(Int.random(in: 0...1_400, using: &random)), on: id)
        hub.receive(random.bytes(40), on: id)
        #expect(!hub.believed(id))
        var relay = RawHub(isPinned: seed.isMultiple(of: 2))
        relay.give(random.bytes(Int.random(in: 1...1_400, using: &random)))
        #expect(!relay.relay.isUp)
    }

    // MARK: Pairs

    static func pair(_ way: Way, seed: UInt64 = 1) -> LinkPair {
        let pair = LinkPair(seed: seed)
        switch way {
        case .enrolled: pair.addEnrolled()
        case .invited: pair.add(invite: pair.token())
        case .adoption:
            pair.add()
            pair.hub.registry.owner = .approves
        }
        return pair
    }

    /// Bytes of the handshake alone in each of the first pieces of a connection, in the order they are sent.
    private static func handshakeLengths(_ way: Way) -> [Int] {
        switch way {
        case .enrolled: [8 + 2 + 96, 2 + 49]
        case .invited: [8 + 2 + 104, 2 + 49]
        case .adoption: [8 + 2 + 32, 2 + 97, 2 + 64]
        }
    }

    /// Bytes from a relay until it is welcomed.
    private static func toHubByteCount(_ way: Way) -> Int {
        let pair = pair(way)
        var count = 0
        pair.tapBytes = { direction, _, bytes in
            if direction == .toHub { count += bytes.count }
            return bytes
        }
        #expect(pair.run(within: .seconds(1)) { pair.relay.isUp })
        // Without what it sends once it is up: the first probe.
        return count - (2 + 16 + ControlFrame.sample(.pathProbe).encoded().count)
    }
}
