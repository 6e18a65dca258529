import LoqaTestKit

@testable import LoqaCrypto

/// The two ends of a handshake, with keys from a seed.
struct Peers {
    var relay: NoiseHandshake
    var hub: NoiseHandshake

    static let psk = [UInt8](repeating: 9, count: 32)
    static let prologue = Array("LOQA\u{2}\u{2}\u{1}\u{0}".utf8)

    /// - Parameters: what the relay believes other than it is.
    init(
        _ pattern: NoiseHandshake.Pattern, seed: UInt64 = 1, hubKey: PublicKey? = nil,
        prologue: [UInt8] = Self.prologue, psk: [UInt8] = Self.psk
    ) {
        var random = SeededGenerator(seed: seed)
        let (relayKey, trueHubKey) = (random.privateKey(), random.privateKey())
        relay = NoiseHandshake(
            pattern, .initiator, prologue: prologue, staticKey: relayKey,
            remoteStatic: pattern == .xx ? nil : hubKey ?? trueHubKey.publicKey,
            ephemeral: random.privateKey())
        hub = NoiseHandshake(
            pattern, .responder, prologue: Self.prologue, staticKey: trueHubKey,
            ephemeral: random.privateKey())
        if pattern == .ikPSK2 {
            relay.setPSK(psk)
            hub.setPSK(Self.psk)
        }
    }

    /// Runs the handshake to its end; `onTheWay` may change the message of a number.
    mutating func run(
        onTheWay: (Int, [UInt8]) -> [UInt8] = { $1 }
    ) throws(NoiseError) -> (relay: NoiseSession, hub: NoiseSession) {
        var number = 0
        while relay.isMyTurn || hub.isMyTurn {
            if relay.isMyTurn {
                _ = try hub.read(onTheWay(number, relay.write([1, 2, 3])))
            } else {
                _ = try relay.read(onTheWay(number, hub.write([4])))
            }
            number += 1
        }
        return (relay.split(), hub.split())
    }

    /// Why the handshake failed, nil if it did not.
    mutating func failure(onTheWay: (Int, [UInt8]) -> [UInt8] = { $1 }) -> NoiseError? {
        do throws(NoiseError) {
            _ = try run(onTheWay: onTheWay)
            return nil
        } catch {
            return error
        }
    }
}

extension SeededGenerator {
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: next())) }
        return bytes
    }

    mutating func privateKey() -> PrivateKey { PrivateKey.from(seed: bytes(32)) }
    mutating func secretKey() -> SecretKey { SecretKey(bytes(32)) }
}

/// What a call throws, nil if it returns.
func error<Failure: Error>(of call: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
        try call()
        return nil
    } catch {
        return error
    }
}

/// Every point of low order on the curve, and the encodings of the same that are not reduced.
let lowOrderPoints: [[UInt8]] = {
    let middle = [UInt8](repeating: 0xFF, count: 30)
    let zero = [UInt8](repeating: 0, count: 32)
    let points =
        [
            zero, [1] + zero.dropFirst(),
            [UInt8](hex: "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            [UInt8](hex: "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        ] + [0xEC, 0xED, 0xEE].map { [$0] + middle + [0x7F] }
    return points + points.map { $0.dropLast() + [$0[31] | 0x80] }
}()
