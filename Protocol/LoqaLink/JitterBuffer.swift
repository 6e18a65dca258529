package import LoqaBase
import LoqaWire

/// Turns packets that arrive unevenly into one step of playback every 20 ms: the relay's end of an answer.
///
/// A pure value: the caller pulls once for each 20 ms that the loudspeaker needs. Playback starts when as
/// many packets wait as the link has needed of late, or the whole stream does if it is shorter. A packet that
/// is missing while later ones are here is lost, and recovered or concealed at its turn. When nothing at all
/// is here, either the sender left out silence or it is late; the timestamp of the next packet tells. Silence
/// takes its time and playback goes on. Otherwise playback has run dry, and rests until the buffer has filled
/// again.
///
///     filling --enough--> playing --dry for long--> filling
///                            `--all taken--> finished
package struct JitterBuffer: Sendable {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Packets held before playback starts, 80...140 ms. The loudspeaker takes 60 ms of it at once; the
        /// rest is what a network may be late by. It mostly costs no time: a hub sends the first 300 ms of an
        /// answer in one go.
        package static let prebufferCounts = 4...7
        /// Steps concealed while nothing arrives: as long as Opus leaves out silence. Concealment has faded
        /// to comfort noise by then.
        package static let dryCountMax: UInt32 = 20
        /// Steps without a packet that playback goes on after: filling anew would cost more time.
        package static let dryCountShort: UInt32 = 3
        /// Steps concealed for a lost end of a stream.
        package static let tailCountMax = 3
        /// Packets held at most (M9): more than the hub may send ahead.
        package static let capacity = WireLimits.jitterBufferPacketCountMin
    }

    /// What to play for the next 20 ms.
    package enum Step: Sendable, Equatable {
        /// Decode and play this Opus payload.
        case play([UInt8])
        /// One packet was lost: take its copy out of this one, which follows it and comes as the next step.
        case recover(fromNext: [UInt8])
        /// Let the decoder conceal one packet.
        case conceal
        /// The sender left out 20 ms of silence: the decoder's comfort noise fills them.
        case silence
        /// Play nothing; the stream has not started or waits for the sender.
        case rest
        /// Every packet was taken: the stream is over.
        case finished
    }

    /// How the stream fared. Each refused packet is counted once.
    package struct Counters: Sendable, Equatable {
        /// Packets handed out for decoding.
        package var playedCount: UInt32 = 0
        /// Steps for which something stood in, recovered or concealed, for a loss or a sender that was late.
        package var concealedCount: UInt32 = 0
        /// Those of them whose successor was here.
        package var recoverableCount: UInt32 = 0
        /// Steps of silence that the sender left out.
        package var silenceCount: UInt32 = 0
        /// Times at which playback ran dry.
        package var underrunCount: UInt32 = 0
        /// Packets that came after their turn.
        package var lateCount: UInt32 = 0
        /// Packets that were here already.
        package var duplicateCount: UInt32 = 0
        /// Packets too far ahead, past the end of the stream, or at an impossible time.
        package var beyondCount: UInt32 = 0
        package init() {}
    }

    private enum State { case filling, playing, finished }

    /// How the stream has fared so far.
    package private(set) var counters = Counters()
    /// What was learned of the link; hand it on to the buffer of the next stream.
    package private(set) var reception: Reception<RelayClock>
    private var state = State.filling
    private var window = PacketWindow(capacity: Tuning.capacity)
    private var packetCount: UInt32?
    /// Steps since the last packet was taken while none was here.
    private var dryCount: UInt32 = 0
    private var tailCount = 0

    /// - Parameter reception: What the link's earlier streams have shown.
    package init(reception: Reception<RelayClock> = Reception()) {
        self.reception = reception
        self.reception.startStream()
    }

    /// Packets that have to wait before playback starts.
    package var prebufferCount: Int { reception.prebufferCount(in: Tuning.prebufferCounts) }

    /// A packet of this stream arrived.
    ///
    /// - Parameter timestamp: Its first sample's place in the stream; one that does not fit its number is
    ///   refused.
    package mutating func receive(
        _ payload: [UInt8], sequence: UInt32, timestamp: UInt32, at now: RelayInstant
    ) {
        let isPastEnd = packetCount.map { sequence >= $0 } ?? false
        let verdict =
            isPastEnd ? .beyond : window.offer(payload, sequence: sequence, timestamp: timestamp)
        reception.arrived(verdict, sequence: sequence, timestamp: timestamp, at: now)
        switch verdict {
        case .kept: break
        case .late: counters.lateCount += 1
        case .duplicate: counters.duplicateCount += 1
        case .beyond: counters.beyondCount += 1
        }
    }

    /// The sender said how many packets the stream has. The first word counts.
    package mutating func end(packetCount: UInt32) {
        guard self.packetCount == nil else { return }
        self.packetCount = packetCount
        reception.ended(packetCount: packetCount)
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
}

// MARK: - While it plays

extension JitterBuffer {
    private mutating func step() -> Step {
        if allTaken { return finish() }
        guard window.filling() != nil else { return packetCount == nil ? dry() : tail() }
        if dryCount > 0, endDryness() { return .rest }
        guard let (filling, packet) = window.filling() else { return .rest }
        switch filling {
        case .packet:
            _ = window.takeNext()
            counters.playedCount += 1
            return .play(packet.payload)
        case .silence:
            window.skipSilence()
            counters.silenceCount += 1
            return .silence
        case .lost:
            window.skipNext()
            counters.concealedCount += 1
            return .conceal
        case .lostBefore:
            window.skipNext()
            counters.concealedCount += 1
            counters.recoverableCount += 1
            return .recover(fromNext: packet.payload)
        }
    }

    /// Nothing is here and the stream goes on: silence or a late sender, which only the next packet tells.
    private mutating func dry() -> Step {
        dryCount += 1
        return dryCount > Tuning.dryCountMax ? .rest : .conceal
    }

    /// A packet came after some steps without one. Those that its timestamp leaves room for were silence and
    /// are over; the others were an underrun.
    ///
    /// - Returns: whether playback has to wait until the buffer is full again.
    private mutating func endDryness() -> Bool {
        guard let (_, packet) = window.filling() else { return false }
        let missing = packet.sequence - window.next
        let room = (packet.timestamp - window.position) / PacketWindow.packetSamples - missing
        let silence = min(room, dryCount)
        let late = dryCount - silence
        window.move(to: window.position + silence * PacketWindow.packetSamples)
        counters.silenceCount += silence
        dryCount = 0
        guard late > 0 else { return false }
        counters.concealedCount += min(late, Tuning.dryCountMax)
        counters.underrunCount += 1
        reception.underran()
        guard late > Tuning.dryCountShort, !isFilled else { return false }
        state = .filling
        return true
    }

    /// The end of the stream is lost. Its length in time is unknown; a short fade is enough.
    private mutating func tail() -> Step {
        guard tailCount < Tuning.tailCountMax else { return finish() }
        tailCount += 1
        window.skipNext()
        counters.concealedCount += 1
        return .conceal
    }

    private mutating func finish() -> Step {
        state = .finished
        return .finished
    }

    private var isFilled: Bool {
        // Once the end is known, waiting brings nothing.
        packetCount != nil || window.readyCount >= prebufferCount
    }

    private var allTaken: Bool {
        guard let packetCount else { return false }
        return window.next >= packetCount
    }
}
