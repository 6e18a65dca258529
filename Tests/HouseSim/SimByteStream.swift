import LoqaBase
import LoqaTestKit

/// One direction of a TCP connection: bytes arrive in order and whole, in pieces of any size, until it is reset.
///
/// What is lost below is sent again later and shows as delay only. A pure value: whoever writes plans the deliveries it
/// returns, and asks ``receive(_:)`` for the bytes when one is due.
package struct SimByteStream: Sendable {
    /// Bytes that arrive together.
    package struct Delivery: Sendable, Equatable {
        package var time: HouseInstant
        fileprivate var start: Int
        fileprivate var bytes: [UInt8]
        package var byteCount: Int { bytes.count }
    }

    private enum State { case open, halfOpen, reset }

    /// Time after which a lost segment is sent again; doubles with each loss.
    private static let retransmission = Duration.milliseconds(200)
    private static let retransmissionsMax = 6

    /// Bytes on the way or not yet read, at most: what both kernels hold.
    private let windowByteCount: Int
    private var state = State.open
    private var random: SeededGenerator
    private var writtenCount = 0
    private var receivedCount = 0
    private var lastArrival = HouseInstant.origin

    package init(seed: UInt64, part: UInt64, windowByteCount: Int = 65_536) {
        precondition(windowByteCount > 0)
        self.windowByteCount = windowByteCount
        random = SeededGenerator(seed: seed, part: part)
    }

    /// Bytes that can be written now.
    package var room: Int { state == .reset ? 0 : windowByteCount - (writtenCount - receivedCount) }
    /// Writing and reading fail.
    package var isReset: Bool { state == .reset }

    /// Writes as many bytes as there is room for.
    ///
    /// - Returns: how many were taken, and when they arrive. A half-open stream takes them until its window is full; a reset
    ///   one takes none.
    package mutating func write(
        _ bytes: [UInt8], at now: HouseInstant, under conditions: PathConditions
    ) -> (taken: Int, deliveries: [Delivery]) {
        let taken = min(bytes.count, room)
        guard taken > 0 else { return (0, []) }
        let start = writtenCount
        writtenCount += taken
        guard state == .open else { return (taken, []) }
        var (deliveries, index) = ([Delivery](), 0)
        while index < taken {
            let count = min(taken - index, pieceByteCount())
            lastArrival = max(lastArrival, arrival(at: now, under: conditions))
            deliveries.append(
                Delivery(
                    time: lastArrival, start: start + index, bytes: Array(bytes[index..<index + count])))
            index += count
        }
        return (taken, deliveries)
    }

    /// A delivery is due.
    ///
    /// - Returns: its bytes, or nil if the stream was reset or cut since.
    package mutating func receive(_ delivery: Delivery) -> [UInt8]? {
        guard state == .open else { return nil }
        precondition(delivery.start == receivedCount, "deliveries of a stream are received once and in order")
        receivedCount += delivery.bytes.count
        return delivery.bytes
    }

    /// The connection breaks: what is on the way is lost, and both ends are to be told.
    package mutating func reset() { state = .reset }

    /// The path is gone and nobody is told: what is written vanishes. Only ``reset()`` follows.
    package mutating func becomeHalfOpen() { if state == .open { state = .halfOpen } }

    /// Mostly whole writes, at times single bytes.
    private mutating func pieceByteCount() -> Int {
        switch random.next() % 8 {
        case 0: 1
        case 1: Int(1 + random.next() % 8)
        case 2: Int(1 + random.next() % 200)
        default: 1_448
        }
    }

    private mutating func arrival(at now: HouseInstant, under conditions: PathConditions) -> HouseInstant {
        var time = now + conditions.delay + random.duration(upTo: conditions.jitter)
        var wait = Self.retransmission
        for _ in 0..<Self.retransmissionsMax {
            guard random.chance(perMille: conditions.lossPerMille) else { break }
            time = time + wait
            wait += wait
        }
        time = max(time, conditions.stalledUntil)
        guard time < conditions.partitionedUntil else { return time }
        return conditions.partitionedUntil + random.duration(upTo: wait)
    }
}
