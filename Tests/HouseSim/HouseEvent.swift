import HubCore
import LoqaBase
import LoqaCrypto
import LoqaTestKit

/// What is planned at a host.
enum HouseEvent {
    /// A host's own alarm; an older number is one that was set anew.
    case timer(serial: Int)
    // TCP, as each end sees it.
    case syn(SimLink)
    case opened(SimLink)
    case refused(SimLink)
    case bytes(SimLink, toHub: Bool, SimByteStream.Delivery, isEnd: Bool)
    case broken(SimLink, toHub: Bool)
    case stray(SimLink)
    /// At the hub: where it comes from. At a relay: where it was sent to.
    case datagram([UInt8], address: Int)
    case engine(SimEngine)
    case script(Int)
    /// The owner looks at who waits.
    case ownerLooks
    case ownerDecides(AdoptionCode, isApproved: Bool)
    case inspection
}

/// What an engine of the hub comes out with.
enum SimEngine {
    case recognised(link: Int, turn: UInt32, attempt: Int, text: String?, fails: Bool)
    case spoke(link: Int, stream: UInt32, blockCount: Int, isLast: Bool, fails: Bool)
}

/// One TCP connection, or an attempt at one. Number and secrets of its opener are the simulation's own knowledge.
final class SimLink {
    let number: Int
    /// Host that opened it.
    let opener: Int
    /// Key of the opener; nil for an attacker, who owns none.
    let key: PublicKey?
    var toHub: SimByteStream
    var toRelay: SimByteStream
    /// Bytes that wait at the sender for room.
    var unsentToHub: [UInt8] = []
    var unsentToRelay: [UInt8] = []
    var endsToHub = false
    var endsToRelay = false
    /// The hub has or had a connection of it.
    var isAccepted = false
    /// Somebody in between has changed bytes.
    var isTampered = false
    var tampersToHub = false
    var tampersToRelay = false
    /// The ends' sockets.
    var relayIsOpen = true
    var hubIsOpen = false
    /// The first bytes of the relay, for an attacker to say again.
    var firstBytes: [UInt8] = []

    init(number: Int, opener: Int, key: PublicKey?, seed: UInt64) {
        (self.number, self.opener, self.key) = (number, opener, key)
        toHub = SimByteStream(seed: seed, part: UInt64(number) * 2 + 10_000)
        toRelay = SimByteStream(seed: seed, part: UInt64(number) * 2 + 10_001)
    }
}

/// What a packet of the simulation carries in place of Opus, so that it can be checked at the other end.
struct SoundTag: Equatable {
    /// The link it is sent on.
    var link: Int
    var stream: UInt32
    var sequence: UInt32
    var timestamp: UInt32
    /// On the capture clock of the relay; for an answer the number of the announcement.
    var position: Int64
    var isVoiced: Bool
    var isWake: Bool

    var encoded: [UInt8] {
        var bytes: [UInt8] = [(isVoiced ? 1 : 0) | (isWake ? 2 : 0)]
        for value in [UInt32(link), stream, sequence, timestamp] { Self.append(UInt64(value), 4, to: &bytes) }
        Self.append(UInt64(bitPattern: position), 8, to: &bytes)
        return bytes
    }

    init(
        link: Int, stream: UInt32, sequence: UInt32, timestamp: UInt32, position: Int64, isVoiced: Bool,
        isWake: Bool = false
    ) {
        (self.link, self.stream, self.sequence, self.timestamp) = (link, stream, sequence, timestamp)
        (self.position, self.isVoiced, self.isWake) = (position, isVoiced, isWake)
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 25 else { return nil }
        func number(_ at: Int, _ count: Int) -> UInt64 {
            bytes[at..<at + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.init(
            link: Int(number(1, 4)), stream: UInt32(number(5, 4)), sequence: UInt32(number(9, 4)),
            timestamp: UInt32(number(13, 4)), position: Int64(bitPattern: number(17, 8)),
            isVoiced: bytes[0] & 1 != 0, isWake: bytes[0] & 2 != 0)
    }

    private static func append(_ value: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for index in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
        }
    }
}
