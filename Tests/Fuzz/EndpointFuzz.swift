import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaWire

/// Whoever drives an end: reads its script a step at a time.
struct Script {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The next byte; nil at the end.
    mutating func byte() -> UInt8? { rest.popFirst() }

    /// A byte that counts, then so many bytes, as far as there are any.
    mutating func bytes() -> [UInt8] {
        let count = Int(rest.popFirst() ?? 0)
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

/// A step of a script; its bytes follow.
enum Step: UInt8 {
    /// A text that the peer seals.
    case sealed
    /// Bytes on the connection as they are.
    case raw
    /// Time passes: a power of two microseconds.
    case wait
    /// A datagram that the peer seals: its type and body.
    case datagram
    /// A datagram as it is.
    case rawDatagram
    /// The last datagram again, with a byte masked.
    case replay
    /// What the caller decides or does.
    case call

    init(byte: UInt8) { self = Step(rawValue: byte % 7) ?? .raw }
}

/// An end of a link under test. All of it is a value.
protocol Fuzzed {
    /// One step. - Returns: how many actions and bytes came out.
    mutating func perform(_ step: Step, _ script: inout Script) -> Yield
}

/// What came out of a call.
struct Yield {
    var actionCount = 0
    var byteCount = 0
    /// What went in.
    var inputByteCount = 0
}

/// The keys and the token of all scripts.
enum Fixture {
    static let hubKey = PrivateKey.from(seed: [UInt8](repeating: 2, count: 32))
    static let relayKey = PrivateKey.from(seed: [UInt8](repeating: 1, count: 32))
    static let token = InviteToken(
        secret: [UInt8](repeating: 5, count: 16), hubKey: hubKey.publicKey, host: .ip4([127, 0, 0, 1]),
        port: 7_580, expirySeconds: .max)
    static let psk = token.psk
    static let packet = MediaPacket(stream: StreamID(3), sequence: 0, timestamp: 0, payload: [1, 2, 3])
    static let welcome = Welcome(relay: RelayID(1), mediaPort: 7_580, session: 9, name: "n", room: "r")
    static let hello = Hello(session: 5, name: "raw", room: "")
    static let relayNonce = [UInt8](repeating: 8, count: 16)

    /// What must not fail with these keys.
    static func sure<Value>(_ work: () throws -> Value) -> Value {
        do { return try work() } catch { preconditionFailure("\(error)") }
    }
}

private let hubStages = FuzzedHub.stages()
private let relayStages = FuzzedRelay.stages()

/// libFuzzer's entry: a byte chooses an end and how far its link has come, honestly; then a script of what an authentic
/// but hostile peer, the network, the clock and the caller do. See tools/fuzz.
///
/// Nothing may crash, what comes out is bounded by what goes in, and no end wants to be woken without end.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzEndpoint(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count >= 2 else { return 0 }
    let stage = Int(data[0] & 15)
    let script = Script(Array(UnsafeBufferPointer(start: data + 1, count: count - 1))[...])
    if stage < hubStages.count {
        run(hubStages[stage], script)
    } else {
        run(relayStages[stage - hubStages.count], script)
    }
    return 0
}

private func run(_ start: some Fuzzed, _ lines: Script) {
    var (end, script) = (start, lines)
    while let byte = script.byte() {
        let yield = end.perform(Step(byte: byte), &script)
        precondition(yield.actionCount <= 16 + yield.inputByteCount, "too many actions")
        precondition(yield.byteCount <= 1_024 + 32 * yield.inputByteCount, "too many bytes")
    }
}
