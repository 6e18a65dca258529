import LoqaTestKit
import Testing

@testable import LoqaCrypto

struct MediaTests {
    private static let key = SecretKey([UInt8](repeating: 5, count: 32))
    private static let media = MediaDatagram.Kind.media.rawValue

    @Test(arguments: LinkVectors.all.media)
    func `datagrams have the golden bytes`(vector: LinkVectors.Media) throws {
        let key = SecretKey([UInt8](hex: vector.key))
        var sealer = MediaSealer(key: key, counter: vector.counter)
        let datagram = try sealer.seal(
            type: vector.type, session: vector.session, body: [UInt8](hex: vector.body))
        #expect(datagram.hex == vector.datagram)
        #expect(MediaOpener.session(of: datagram) == vector.session)
        var opener = MediaOpener(key: key)
        try opener.skip(to: vector.counter, key: key)
        let (opened, body) = try opener.open(datagram)
        #expect(body.hex == vector.body && opened.counter == vector.counter && opened.type == vector.type)
        #expect(opened.isNewest && opened.byteCount == body.count)
    }

    @Test func `a change of any byte, a cut or more is refused and changes nothing`() throws {
        var sealer = MediaSealer(key: Self.key)
        let datagram = try sealer.seal(type: Self.media, session: 0x010203, body: Array(0..<20))
        var opener = MediaOpener(key: Self.key)
        for index in datagram.indices {
            for bit in 0..<8 {
                var changed = datagram
                changed[index] ^= 1 << UInt8(bit)
                let failure = opener.failure(changed)
                #expect(failure != nil, "byte \(index), bit \(bit)")
                if index > 7 { #expect(failure == .authenticationFailed) }
            }
            let cut = opener.failure(Array(datagram.prefix(index)))
            #expect(cut == (index < 24 ? .tooShort : .authenticationFailed))
        }
        #expect(opener.failure(datagram + [0]) == .authenticationFailed)
        #expect(opener.highestCounter == nil)
        #expect(try opener.open(datagram).body == Array(0..<20))
        #expect(opener.failure(datagram) == .replayed)
    }

    @Test func `only known types are opened, each in the room that the caller has`() throws {
        for type in UInt8.min...UInt8.max {
            var (sealer, opener) = (MediaSealer(key: Self.key), MediaOpener(key: Self.key))
            let datagram = try sealer.seal(type: type, session: 1, body: [1])
            let failure = opener.failure(datagram)
            #expect(failure == (MediaDatagram.Kind(rawValue: type) == nil ? .unknownType : nil))
        }
        var (sealer, opener) = (MediaSealer(key: Self.key), MediaOpener(key: Self.key))
        let datagram = try sealer.seal(type: Self.media, session: 1, body: [1, 2, 3])
        var small: [UInt8] = [0, 0]
        let failure = error { () throws(MediaCryptoError) in
            var span = small.mutableSpan
            _ = try opener.open(datagram.span, into: &span)
        }
        #expect(failure == .tooLong && small == [0, 0])
        var large: [UInt8] = [9, 9, 9, 9]
        var span = large.mutableSpan
        let opened = try opener.open(datagram.span, into: &span)
        #expect(opened.byteCount == 3 && large == [1, 2, 3, 9])
    }

    @Test func `the two directions and two connections do not open each other's datagrams`() throws {
        var peers = Peers(.ik)
        let keys = try peers.run().relay.mediaKeys
        var relay = MediaSealer(key: keys.relayToHub)
        let datagram = try relay.seal(type: Self.media, session: 1, body: [1])
        var reflected = MediaOpener(key: keys.hubToRelay)
        #expect(reflected.failure(datagram) == .authenticationFailed)
        var others = Peers(.ik, seed: 2)
        var other = MediaOpener(key: try others.run().hub.mediaKeys.relayToHub)
        #expect(other.failure(datagram) == .authenticationFailed)
        var hub = MediaOpener(key: keys.relayToHub)
        #expect(try hub.open(datagram).body == [1])
    }

    @Test(arguments: UInt64(0)..<12)
    func `keys change in step under loss, reordering and doubles`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let start = UInt32(65_536 * (seed % 3 + 1)) - 1_500
        var sealer = MediaSealer(key: Self.key, counter: start)
        var opener = MediaOpener(key: Self.key)
        try opener.skip(to: start, key: Self.key)
        var sent: [(delay: Int, datagram: [UInt8], counter: UInt32)] = []
        for number in 0..<3_000 {
            let counter = sealer.counter
            let datagram = try sealer.seal(type: Self.media, session: 7, body: Self.body(counter))
            for _ in 0..<[0, 1, 1, 2][Int(random.next() % 4)] {
                sent.append((number + Int.random(in: 0...1_200, using: &random), datagram, counter))
            }
        }
        var (accepted, highest) = (Set<UInt32>(), opener.highestCounter ?? 0)
        for one in sent.sorted(by: { $0.delay < $1.delay }) {
            let failure = opener.failure(one.datagram, expecting: Self.body(one.counter))
            if accepted.contains(one.counter), highest < one.counter + 1_024 {
                #expect(failure == .replayed)
            } else if highest >= one.counter + 1_024 {
                #expect(failure == .tooOld)
            } else {
                #expect(failure == nil)
                accepted.insert(one.counter)
                highest = max(highest, one.counter)
            }
        }
        #expect(accepted.count > 1_500 && opener.highestCounter == highest)
    }

    private static func body(_ counter: UInt32) -> [UInt8] {
        [UInt8(counter & 0xFF), UInt8(counter >> 8 & 0xFF)]
    }

    @Test func `a key one ahead is taken, two ahead is refused, and a forged one moves nothing`() throws {
        var opener = MediaOpener(key: Self.key)
        func datagram(_ counter: UInt32) throws -> [UInt8] {
            var sealer = MediaSealer(key: Self.key, counter: counter)
            return try sealer.seal(type: Self.media, session: 1, body: [UInt8(counter & 0xFF)])
        }
        #expect(opener.failure(try datagram(2 << 16)) == .epochTooFar)
        var forged = try datagram(1 << 16)
        forged[10] ^= 1
        #expect(opener.failure(forged) == .authenticationFailed)
        #expect(opener.failure(try datagram(2 << 16)) == .epochTooFar)
        #expect(opener.failure(try datagram(0)) == nil)
        #expect(opener.failure(try datagram(2 << 16 - 1)) == nil)
        #expect(opener.failure(try datagram(2 << 16)) == nil)
        #expect(opener.failure(try datagram(2 << 16 - 2)) == nil)
        #expect(opener.failure(try datagram(2 << 16 - 1)) == .replayed)
        #expect(opener.failure(try datagram(1 << 16 - 1)) == .tooOld)
        #expect(opener.failure(try datagram(4 << 16)) == .epochTooFar)
    }

    @Test func `isNewest marks the highest counter so far and no other`() throws {
        var (sealer, opener) = (MediaSealer(key: Self.key), MediaOpener(key: Self.key))
        var datagrams: [[UInt8]] = []
        for _ in 0..<4 { datagrams.append(try sealer.seal(type: Self.media, session: 1, body: [])) }
        let order = [1, 0, 3, 2]
        let newest = try order.map { try opener.open(datagrams[$0]).opened.isNewest }
        #expect(newest == [true, false, true, false])
    }

    @Test func `a sender stops at 2^31, and a receiver believes no counter beyond`() throws {
        var sealer = MediaSealer(key: Self.key, counter: 1 << 31 - 1)
        _ = try sealer.seal(type: Self.media, session: 1, body: [])
        #expect(throws: MediaCryptoError.exhausted) {
            try sealer.seal(type: Self.media, session: 1, body: [])
        }
        var opener = MediaOpener(key: Self.key)
        let beyond: [UInt8] = [Self.media, 0, 0, 1, 0x80, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        #expect(opener.failure(beyond) == .exhausted)
    }

    @Test(arguments: UInt64(0)..<500)
    func `random datagrams are refused and change nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var opener = MediaOpener(key: Self.key)
        for _ in 0..<20 {
            var datagram = random.bytes(Int.random(in: 0...80, using: &random))
            if !datagram.isEmpty, random.next() % 2 == 0 { datagram[0] = Self.media }
            if datagram.count > 7, random.next() % 2 == 0 { datagram[4] = 0 }
            #expect(opener.failure(datagram) != nil)
            #expect((MediaOpener.session(of: datagram) == nil) == (datagram.count < 8))
        }
        #expect(opener.highestCounter == nil)
        for error in MediaCryptoError.allCases { #expect(!error.name.isEmpty) }
    }
}

extension MediaOpener {
    /// Why a datagram is refused, nil if it is opened.
    mutating func failure(_ datagram: [UInt8], expecting body: [UInt8]? = nil) -> MediaCryptoError? {
        do throws(MediaCryptoError) {
            let opened = try open(datagram)
            if let body { #expect(opened.body == body) }
            return nil
        } catch {
            return error
        }
    }

    /// Brings the opener to the epoch of `counter`, with one datagram an epoch.
    mutating func skip(to counter: UInt32, key: SecretKey) throws {
        for epoch in 0..<MediaDatagram.epoch(of: counter) {
            var sealer = MediaSealer(key: key, counter: epoch << 16)
            _ = try open(sealer.seal(type: MediaDatagram.Kind.probe.rawValue, session: 1, body: []))
        }
    }
}
