import LoqaCrypto
import LoqaLink
import LoqaWire

/// An end of a channel that waits for bytes, those that it waits for, and whoever may seal more.
private struct Place: Sendable {
    var hub: HubChannel?
    var relay: RelayChannel?
    var genuine: [UInt8]
    /// The other end, where records may be sent.
    var sealing: Place.Peer?

    enum Peer: Sendable {
        case hub(HubChannel)
        case relay(RelayChannel)
    }
}

/// What came of bytes.
private struct Reading: Equatable {
    var text: [UInt8] = []
    var isEstablished = false
    var failed = false
}

private let hubKey = PrivateKey.from(seed: [UInt8](repeating: 2, count: 32))
private let nextHubKey = PrivateKey.from(seed: [UInt8](repeating: 6, count: 32))
private let token = InviteToken(
    secret: [UInt8](repeating: 5, count: 16), hubKey: hubKey.publicKey, host: .ip4([127, 0, 0, 1]),
    port: 7_580,
    expirySeconds: .max)
private let psk = token.psk
private let said = [UInt8](1...20)

private let places: [Place] = {
    do throws(ChannelError) {
        return try waiting(.enrolled(hub: hubKey.publicKey), keys: [hubKey])
            + waiting(.invited(token), keys: [nextHubKey, hubKey]) + waiting(.adoption, keys: [hubKey])
    } catch {
        preconditionFailure("\(error)")
    }
}()

/// Every place of one handshake where an end reads, and a record of each direction.
private func waiting(_ credentials: RelayChannel.Credentials, keys: [PrivateKey]) throws(ChannelError)
    -> [Place]
{
    var relay = RelayChannel(
        credentials, identity: PrivateKey.from(seed: [UInt8](repeating: 1, count: 32)),
        ephemeral: PrivateKey.from(seed: [UInt8](repeating: 3, count: 32)))
    var hub = HubChannel(keys: keys, ephemeral: PrivateKey.from(seed: [UInt8](repeating: 4, count: 32)))
    let first = try relay.start()
    var places = [Place(hub: hub, genuine: first)]
    _ = try hub.receive(first)
    let answer = try hub.accept(psk: credentials.pattern == .invited ? psk : nil)
    places.append(Place(relay: relay, genuine: answer))
    for case .send(let last) in try relay.receive(answer) {
        places.append(Place(hub: hub, genuine: last))
        _ = try hub.receive(last)
    }
    let (fresh, freshHub) = (relay, hub)
    places.append(Place(hub: hub, genuine: try relay.seal(said), sealing: .relay(fresh)))
    places.append(Place(relay: fresh, genuine: try hub.seal(said), sealing: .hub(freshHub)))
    return places
}

/// libFuzzer's entry: a byte chooses who reads, two bits of the next how the bytes are made of the rest, and its
/// others how they are chopped: bytes as they are; the genuine ones with a mask, and more behind; a text that the
/// other end seals; or the genuine ones with more behind. See tools/fuzz.
///
/// Chopping must change nothing, and only what the other end sent may be believed.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzChannel(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count >= 2 else { return 0 }
    let place = places[Int(data[0]) % places.count]
    let given = Array(UnsafeBufferPointer(start: data + 2, count: count - 2))
    var bytes = given
    switch data[1] & 3 {
    case 1:
        bytes = place.genuine + given.dropFirst(place.genuine.count)
        for (index, mask) in given.prefix(place.genuine.count).enumerated() {
            bytes[index] = place.genuine[index] ^ mask
        }
    case 2:
        guard let sealing = place.sealing else { return 0 }
        let reading = read(sealed(given, by: sealing), at: place, chunk: Int(data[1] >> 2) + 1)
        precondition(!reading.failed && reading.text == given, "a text was lost")
        return 0
    case 3: bytes = place.genuine + given
    default: break
    }
    let whole = read(bytes, at: place, chunk: max(1, bytes.count))
    let chopped = read(bytes, at: place, chunk: Int(data[1] >> 2) + 1)
    precondition(whole.failed == chopped.failed, "chopping changed the verdict")
    precondition(whole.failed || whole == chopped, "chopping changed what was read")
    if !bytes.starts(with: place.genuine) {
        precondition(chopped.text.isEmpty, "a text that nobody sent was read")
        precondition(chopped.isEstablished == (place.sealing != nil), "a stranger got through the handshake")
    } else if !whole.failed {
        precondition(whole.text.isEmpty || whole.text == said)
    }
    return 0
}

private func sealed(_ text: [UInt8], by peer: Place.Peer) -> [UInt8] {
    do throws(ChannelError) {
        switch peer {
        case .hub(var hub): return try hub.seal(text)
        case .relay(var relay): return try relay.seal(text)
        }
    } catch {
        preconditionFailure("\(error)")
    }
}

private func read(_ bytes: [UInt8], at place: Place, chunk: Int) -> Reading {
    var (hub, relay, rest) = (place.hub, place.relay, bytes[...])
    var reading = Reading()
    do throws(ChannelError) {
        while !rest.isEmpty {
            try give(rest.prefix(chunk), to: &hub, &reading)
            for case .text(let text) in try relay?.receive(rest.prefix(chunk)) ?? [] {
                precondition(!text.isEmpty)
                reading.text += text
            }
            rest = rest.dropFirst(chunk)
        }
    } catch {
        precondition(!error.description.isEmpty)
        reading.failed = true
    }
    reading.isEstablished = (hub?.session ?? relay?.session) != nil
    return reading
}

/// Whoever knocks is let in: the handshake itself must hold.
private func give(
    _ bytes: ArraySlice<UInt8>, to hub: inout HubChannel?, _ reading: inout Reading
) throws(ChannelError) {
    guard var channel = hub else { return }
    defer { hub = channel }
    var outputs = try channel.receive(bytes)
    while !outputs.isEmpty {
        switch outputs.removeFirst() {
        case .asks(let request):
            _ = try channel.accept(psk: request.pattern == .invited ? psk : nil)
            outputs += try channel.receive([])
        case .text(let text):
            precondition(!text.isEmpty)
            reading.text += text
        }
    }
}
