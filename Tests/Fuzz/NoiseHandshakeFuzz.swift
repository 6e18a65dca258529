import LoqaCrypto

/// A handshake or cipher that waits for a message, and the message that it waits for.
private struct Waiting: Sendable {
    var handshake: NoiseHandshake?
    var cipher: NoiseCipher?
    var genuine: [UInt8]
    /// Whether other bytes may be accepted: the first message of XX is in the clear.
    var isInTheClear = false
}

private let prologue = Array("LOQA\u{2}\u{2}\u{1}\u{0}".utf8)
private let relayKey = PrivateKey.from(seed: [UInt8](repeating: 1, count: 32))
private let hubKey = PrivateKey.from(seed: [UInt8](repeating: 2, count: 32))

/// Every place where an end of any handshake reads, and a record of each direction.
private let places: [Waiting] = {
    do throws(NoiseError) {
        var places: [Waiting] = []
        for pattern in NoiseHandshake.Pattern.allCases { places += try waiting(in: pattern) }
        return places
    } catch {
        preconditionFailure("\(error)")
    }
}()

private func waiting(in pattern: NoiseHandshake.Pattern) throws(NoiseError) -> [Waiting] {
    var places: [Waiting] = []
    var relay = NoiseHandshake(
        pattern, .initiator, prologue: prologue, staticKey: relayKey,
        remoteStatic: pattern == .xx ? nil : hubKey.publicKey,
        ephemeral: PrivateKey.from(seed: [UInt8](repeating: 3, count: 32)))
    var hub = NoiseHandshake(
        pattern, .responder, prologue: prologue, staticKey: hubKey,
        ephemeral: PrivateKey.from(seed: [UInt8](repeating: 4, count: 32)))
    relay.setPSK([UInt8](repeating: 5, count: 32))
    hub.setPSK([UInt8](repeating: 5, count: 32))
    while relay.isMyTurn || hub.isMyTurn {
        if relay.isMyTurn {
            let message = try relay.write([1, 2, 3, 4, 5, 6, 7, 8])
            places.append(
                Waiting(
                    handshake: hub, genuine: message, isInTheClear: pattern == .xx && hub.hash == startHash))
            _ = try hub.read(message)
        } else {
            let message = try hub.write([2])
            places.append(Waiting(handshake: relay, genuine: message))
            _ = try relay.read(message)
        }
    }
    var (relaySession, hubSession) = (relay.split(), hub.split())
    let record = try relaySession.send.seal([1, 2, 3])
    places.append(Waiting(cipher: hubSession.receive, genuine: record))
    let answer = try hubSession.send.seal([1, 2, 3])
    places.append(Waiting(cipher: relaySession.receive, genuine: answer))
    return places
}

/// The hash of a handshake of XX before its first message.
private let startHash = NoiseHandshake(
    .xx, .responder, prologue: prologue, staticKey: hubKey,
    ephemeral: PrivateKey.from(seed: [UInt8](repeating: 4, count: 32))
).hash

/// libFuzzer's entry: the first byte chooses who reads. The rest is the message, or, if the first byte is odd, what
/// to change in the genuine one: a length to cut or add, then a mask. See tools/fuzz.
///
/// Only the genuine message may be accepted, and after a refusal nothing may be.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzNoiseHandshake(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    var place = places[Int(bytes[0] >> 1) % places.count]
    let message =
        bytes[0] & 1 == 0 ? Array(bytes[1...]) : changed(place.genuine, by: bytes[1], mask: bytes[2...])
    do throws(NoiseError) {
        _ = try place.handshake?.read(message)
        _ = try place.cipher?.open(message)
        precondition(message == place.genuine || place.isInTheClear, "a changed message was accepted")
        if place.handshake?.isMyTurn == true { _ = try place.handshake?.write([1]) }
    } catch {
        precondition(!error.description.isEmpty)
        precondition(message != place.genuine, "the genuine message was refused")
        expectClosed(&place)
    }
    return 0
}

private func changed(_ genuine: [UInt8], by length: UInt8, mask: ArraySlice<UInt8>) -> [UInt8] {
    let added = Int(Int8(bitPattern: length))
    var message = genuine.dropLast(max(0, -added)) + [UInt8](repeating: 0, count: max(0, added))
    for (index, bits) in zip(message.indices, mask) { message[index] ^= bits }
    return Array(message)
}

private func expectClosed(_ place: inout Waiting) {
    do throws(NoiseError) {
        _ = try place.handshake?.read(place.genuine)
        _ = try place.cipher?.open(place.genuine)
        preconditionFailure("a message was accepted after a refused one")
    } catch {
        precondition(error == .closed)
    }
}
