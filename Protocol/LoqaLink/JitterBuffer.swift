import LoqaWire

/// Turns packets that arrive unevenly into one step of playback every 20 ms: the relay's end of an answer.
///
/// A pure value: the caller pulls once for each 20 ms that the loudspeaker needs. Playback starts when
/// ``Tuning/prebufferCount`` packets wait, or the whole stream does if it is shorter. A packet that is missing while later ones
/// are here is lost, and concealed at its turn. When nothing at all is here the sender is slow: a few steps are
/// concealed, then playback rests until the buffer has filled again.
///
///     filling --enough--> playing --empty--> filling
///                            `--all taken--> finished
package struct JitterBuffer: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Packets held before playback starts: 120 ms. The loudspeaker takes 60 ms of it at once; the rest is what a home
        /// network may be late by. It costs no time: a hub sends the first 300 ms of an answer in one go.
        package static let prebufferCount = 6
        /// Steps concealed in a row while nothing arrives; Opus concealment has faded to silence by then.
        package static let concealedInARowMax = 3
        /// Packets held at most (M9): more than the hub may send ahead.
        package static let capacity = WireLimits.jitterBufferPacketCountMin
    }

    /// What to play for the next 20 ms.
    package enum Step: Sendable, Equatable {
        /// Decode and play this Opus payload.
        case play([UInt8])
        /// Let the decoder conceal one packet.
        case conceal
        /// Play nothing; the stream has not started or waits for the sender.
        case rest
        /// Every packet was taken: the stream is over.
        case finished
    }

    /// How the stream fared. Each refused packet is counted once.
    package struct Counters: Sendable, Equatable {
        /// Packets handed out for decoding.
        package var playedCount: UInt32 = 0
        /// Steps for which concealment stood in.
        package var concealedCount: UInt32 = 0
        /// Packets that came after their turn.
        package var lateCount: UInt32 = 0
        /// Packets that were here already.
        package var duplicateCount: UInt32 = 0
        /// Packets too far ahead, or past the end of the stream.
        package var beyondCount: UInt32 = 0
        package init() {}
    }

    private enum State { case filling, playing, finished }

    /// How the stream has fared so far.
    package private(set) var counters = Counters()
    private var state = State.filling
    private var window = PacketWindow(capacity: Tuning.capacity)
    private var packetCount: UInt32?
    private var concealedInARow = 0

    package init() {}

    /// A packet of this stream arrived.
    package mutating func receive(_ payload: [UInt8], sequence: UInt32) {
        if let packetCount, sequence >= packetCount {
            counters.beyondCount += 1
            return
        }
        switch window.offer(payload, sequence: sequence) {
        case .kept: break
        case .late: counters.lateCount += 1
        case .duplicate: counters.duplicateCount += 1
        case .beyond: counters.beyondCount += 1
        }
    }

    /// The sender said how many packets the stream has. The first word counts.
    package mutating func end(packetCount: UInt32) {
        if self.packetCount == nil { self.packetCount = packetCount }
    }

    /// The next 20 ms of playback are due.
    package mutating func pull() -> Step {
        switch state {
        case .finished: return .finished
        case .filling:
            guard isFilled else { return allTaken ? finish() : .rest }
            state = .playing
            return step()
        case .playing: return step()
        }
    }

    private mutating func step() -> Step {
        if allTaken { return finish() }
        if let payload = window.takeNext() {
            concealedInARow = 0
            counters.playedCount += 1
            return .play(payload)
        }
        // With later packets here this one is lost. With none, the sender is behind, or the tail of the stream is lost.
        if window.count == 0, concealedInARow == Tuning.concealedInARowMax {
            guard packetCount == nil else { return finish() }
            concealedInARow = 0
            state = .filling
            return .rest
        }
        if window.count > 0 || packetCount != nil { window.skipNext() }
        concealedInARow += 1
        counters.concealedCount += 1
        return .conceal
    }

    private mutating func finish() -> Step {
        state = .finished
        return .finished
    }

    private var isFilled: Bool {
        // Once the end is known, waiting brings nothing.
        packetCount != nil || window.count >= Tuning.prebufferCount
    }

    private var allTaken: Bool {
        guard let packetCount else { return false }
        return window.next >= packetCount
    }
}
