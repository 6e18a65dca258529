import LoqaTestKit
import Testing

@testable import LoqaCrypto

struct NoiseHandshakeTests {
    static let patterns = NoiseHandshake.Pattern.allCases

    @Test(arguments: patterns)
    func `both sides end with the same hash and keys and know each other`(
        pattern: NoiseHandshake.Pattern
    ) throws {
        var peers = Peers(pattern)
        let (relayKey, hubKey) = (peers.relay.staticKey?.publicKey, peers.hub.staticKey?.publicKey)
        var (relay, hub) = try peers.run()
        #expect(relay.hash == hub.hash && relay.mediaKeys == hub.mediaKeys)
        #expect(relay.mediaKeys.relayToHub != relay.mediaKeys.hubToRelay)
        #expect(relay.remoteStatic == hubKey && hub.remoteStatic == relayKey)
        let record = try relay.send.seal([7])
        #expect(try hub.receive.open(record) == [7])
        let answer = try hub.send.seal([8])
        #expect(try relay.receive.open(answer) == [8])
        #expect(try relay.send.seal([7]) != record)
    }

    @Test(arguments: patterns)
    func `a change of any byte of any message, and any cut, ends the handshake`(
        pattern: NoiseHandshake.Pattern
    ) throws {
        var peers = Peers(pattern)
        var lengths: [Int] = []
        _ = try peers.run { _, message in
            lengths.append(message.count)
            return message
        }
        for (number, length) in lengths.enumerated() {
            for index in 0..<length {
                for change in [UInt8(0x01), 0x80] {
                    var peers = Peers(pattern)
                    let failure = peers.failure { current, message in
                        var message = message
                        if current == number { message[index] ^= change }
                        return message
                    }
                    #expect(failure == .authenticationFailed, "message \(number), byte \(index)")
                }
                var cut = Peers(pattern)
                let failure = cut.failure { current, message in
                    current == number ? Array(message.prefix(index)) : message
                }
                #expect(failure != nil, "message \(number) cut to \(index)")
            }
            var longer = Peers(pattern)
            #expect(longer.failure { $0 == number ? $1 + [0] : $1 } == .authenticationFailed)
        }
    }

    @Test func `another prologue, hub key or pre-shared key ends the handshake`() throws {
        let other = PrivateKey.from(seed: [UInt8](repeating: 1, count: 32)).publicKey
        for pattern in Self.patterns {
            var downgraded = Peers(pattern, prologue: Array("LOQA".utf8) + [1, 2, 1, 0])
            #expect(downgraded.failure() == .authenticationFailed)
            guard pattern != .xx else { continue }
            var misled = Peers(pattern, hubKey: other)
            #expect(misled.failure() == .authenticationFailed)
        }
        var uninvited = Peers(.ikPSK2, psk: [UInt8](repeating: 8, count: 32))
        #expect(uninvited.failure() == .authenticationFailed)
    }

    @Test func `two ends of different patterns do not meet`() throws {
        for (one, other) in [(NoiseHandshake.Pattern.ik, NoiseHandshake.Pattern.ikPSK2), (.ikPSK2, .ik)] {
            var mixed = Peers(one)
            mixed.hub = Peers(other).hub
            #expect(mixed.failure() == .authenticationFailed)
        }
        var mixed = Peers(.xx)
        mixed.hub = Peers(.ik).hub
        #expect(mixed.failure() == .wrongLength(35))
    }

    @Test(arguments: lowOrderPoints)
    func `a low order point is refused wherever a message can carry one`(point: [UInt8]) throws {
        for pattern in Self.patterns {
            for number in 0...1 {
                var peers = Peers(pattern)
                let failure = peers.failure { current, message in
                    current == number ? point + message.dropFirst(32) : message
                }
                #expect(failure == .lowOrderKey)
            }
        }
        let weak = try #require(PublicKey(point))
        var peers = Peers(.ik, hubKey: weak)
        #expect(throws: NoiseError.lowOrderKey) { try peers.relay.write([]) }
    }

    @Test func `speaking out of turn is refused and changes nothing`() throws {
        var peers = Peers(.ik)
        #expect(peers.relay.isMyTurn && !peers.hub.isMyTurn)
        #expect(throws: NoiseError.outOfTurn) { try peers.relay.read([1]) }
        #expect(throws: NoiseError.outOfTurn) { try peers.hub.write([1]) }
        _ = try peers.run()
        #expect(peers.relay.isComplete && !peers.relay.isMyTurn && !peers.hub.isMyTurn)
        #expect(throws: NoiseError.outOfTurn) { try peers.relay.write([]) }
        #expect(throws: NoiseError.outOfTurn) { try peers.relay.read([]) }
    }

    @Test func `after a failure a handshake is closed, a copy from before is not`() throws {
        var peers = Peers(.ik)
        let message = try peers.relay.write([])
        let before = peers.hub
        #expect(throws: NoiseError.authenticationFailed) { try peers.hub.read(message + [1]) }
        #expect(throws: NoiseError.closed) { try peers.hub.read(message) }
        #expect(throws: NoiseError.closed) { try peers.hub.write([]) }
        #expect(!peers.hub.isMyTurn && !peers.hub.isComplete)
        peers.hub = before
        #expect(try peers.hub.read(message) == [])
    }

    @Test func `a hub with two keys reads with each and goes on with the one that fits`() throws {
        var random = SeededGenerator(seed: 4)
        var peers = Peers(.ik)
        let retired = NoiseHandshake(
            .ik, .responder, prologue: Peers.prologue, staticKey: random.privateKey(),
            ephemeral: random.privateKey())
        let message = try peers.relay.write([])
        var read: [NoiseHandshake] = []
        for var candidate in [retired, peers.hub] {
            if error(of: { () throws(NoiseError) in _ = try candidate.read(message) }) == nil {
                read.append(candidate)
            }
        }
        #expect(read.count == 1)
        peers.hub = try #require(read.first)
        _ = try peers.relay.read(peers.hub.write([]))
        #expect(peers.relay.hash == peers.hub.hash && peers.relay.isComplete)
    }

    @Test func `a responder may learn the pre-shared key from the first message`() throws {
        var peers = Peers(.ikPSK2)
        peers.hub.psks = []
        #expect(try peers.hub.read(peers.relay.write([1, 2, 3, 4, 5, 6, 7, 8])) == Array(1...8))
        peers.hub.setPSK(Peers.psk)
        #expect(try peers.relay.read(peers.hub.write([2])) == [2])
    }

    @Test func `a message has at most 65,535 bytes`() throws {
        var random = SeededGenerator(seed: 5)
        var peers = Peers(.ik)
        let overhead = 32 + 48 + 16
        let longest = random.bytes(65_535 - overhead)
        var writer = peers.relay
        let message = try writer.write(longest)
        #expect(message.count == 65_535)
        #expect(try peers.hub.read(message) == longest)
        #expect(throws: NoiseError.wrongLength(65_536)) { try peers.relay.write(longest + [0]) }
        var hub = Peers(.ik).hub
        #expect(throws: NoiseError.wrongLength(65_536)) { try hub.read(message + [0]) }
    }

    @Test(arguments: UInt64(0)..<300)
    func `random bytes never complete or trap a handshake`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for pattern in Self.patterns {
            var peers = Peers(pattern, seed: seed)
            var relay = peers.relay
            _ = try relay.write([])
            let message = random.bytes(Int.random(in: 0...200, using: &random))
            let relayFailure = error { () throws(NoiseError) in _ = try relay.read(message) }
            #expect(relayFailure != nil && !"\(relayFailure ?? .closed)".isEmpty)
            // The first message of XX is in the clear, so any key and text form one.
            let hubFailure = error { () throws(NoiseError) in _ = try peers.hub.read(message) }
            #expect(hubFailure != nil || pattern == .xx)
            #expect(!peers.hub.isComplete && !relay.isComplete)
        }
    }
}
