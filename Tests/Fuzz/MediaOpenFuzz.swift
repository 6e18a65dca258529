import LoqaCrypto

private let key = [UInt8](repeating: 6, count: 32)

/// Genuine datagrams around the changes of keys, by counter; the fuzzer delivers them as it likes.
private let genuine: [[UInt8]] = {
    var sealer = MediaSealer(key: key)
    var datagrams: [[UInt8]] = []
    do throws(MediaCryptoError) {
        for counter in 0..<(3 * 65_536 + 64) {
            let body = [UInt8(counter & 0xFF), UInt8(counter >> 8 & 0xFF), UInt8(counter >> 16)]
            let datagram = try sealer.seal(
                type: MediaDatagram.Kind.allCases[counter % 3].rawValue, session: 7, body: body)
            let place = (counter + 64) % 65_536
            if place < 128 || place > 65_536 - 1_024 && place % 31 == 0 { datagrams.append(datagram) }
        }
    } catch {
        preconditionFailure("\(error)")
    }
    return datagrams
}()

private let genuineSet = Set(genuine)

/// libFuzzer's entry: steps of three bytes deliver a genuine datagram, or one with a bit changed; a step whose last
/// byte is 255 delivers all that follows as it is. See tools/fuzz.
///
/// Only genuine datagrams may be opened, each once, and a refusal must change nothing.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzMediaOpen(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var steps = Array(UnsafeBufferPointer(start: data, count: count))[...]
    var opener = MediaOpener(key: key)
    var accepted = Set<[UInt8]>()
    while steps.count >= 3 {
        let step = Array(steps.prefix(3))
        steps = steps.dropFirst(3)
        if step[2] == 255 {
            deliver(Array(steps), to: &opener, &accepted)
            break
        }
        var datagram = genuine[(Int(step[0]) << 8 | Int(step[1])) % genuine.count]
        if step[2] & 1 == 1 { datagram[Int(step[2] >> 3) % datagram.count] ^= 1 << (step[2] >> 1 & 3) }
        deliver(datagram, to: &opener, &accepted)
    }
    return 0
}

private func deliver(_ datagram: [UInt8], to opener: inout MediaOpener, _ accepted: inout Set<[UInt8]>) {
    let before = opener.highestCounter
    _ = MediaOpener.session(of: datagram)
    do throws(MediaCryptoError) {
        let (opened, body) = try opener.open(datagram)
        precondition(accepted.insert(datagram).inserted, "a datagram was accepted twice")
        precondition(genuineSet.contains(datagram), "a changed datagram was accepted")
        precondition(body.count == opened.byteCount && body[0] == UInt8(opened.counter & 0xFF))
        precondition(opened.isNewest == (before.map { opened.counter > $0 } ?? true))
    } catch {
        precondition(!error.name.isEmpty && opener.highestCounter == before)
        precondition(error != .replayed || before != nil)
    }
}
