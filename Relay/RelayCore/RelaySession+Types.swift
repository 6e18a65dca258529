package import LoqaBase
package import LoqaWire

extension RelaySession {
    /// What may be changed without asking the specification.
    package enum Tuning {
        /// Sound sent from before the wake word: the hub learns the noise floor of the room from it, and judges the word
        /// once more (T19).
        package static let preRollBeforeWake = SampleCount(.milliseconds(1_000))
        /// Sound sent from before a follow-up opens.
        package static let preRollBeforeFollowUp = SampleCount(.milliseconds(200))
        /// A second detection this soon after one is the same word heard twice.
        package static let refractory: Duration = .milliseconds(800)
        /// How long a wake word waits for a link that broke or was not there (L8). With the longest wake word and the
        /// sound before it, this fits in the pre-roll.
        package static let resumeDeadline: Duration = .seconds(3)
        /// Timers that ring at once on one relay.
        package static let ringCountMax = 8
    }

    /// One exchange as the relay sees it.
    package struct Turn: Sendable, Equatable {
        package var id: TurnID
        /// The stream that carries its sound.
        package var uplink: StreamID
    }

    /// An answer on its way to the loudspeaker.
    package struct Answer: Sendable, Equatable {
        package var turn: TurnID
        package var stream: StreamID
        /// It asks something: the relay listens once it has drained.
        package var expectsReply: Bool
    }

    /// Where the relay is. Each state but `idle`, `muted` and `offline` has a deadline of its own; those three are
    /// watched by the connector and by ``HearingWatch``.
    package enum State: Sendable, Equatable {
        case offline
        case idle
        case claimed(Turn, deadline: RelayInstant)
        case streaming(Turn, deadline: RelayInstant)
        case waiting(Turn, deadline: RelayInstant)
        case speaking(Answer, deadline: RelayInstant)
        case muted(isOnline: Bool)
    }

    /// What the caller does, in order.
    package enum Action: Sendable, Equatable {
        case send(ControlFrame)
        /// Stream the microphone on this stream, beginning at a position of the capture clock.
        case startUplink(StreamID, from: SampleCount)
        /// Send what is encoded, then the stream's end.
        case endUplink(StreamID)
        /// Play the packets of this downlink stream, so that its first sample leaves the loudspeaker at an instant of the
        /// hub's clock, or at once (K4).
        case startPlayback(StreamID, presentAt: HubInstant?)
        /// Forget the stream; what is in the loudspeaker's buffer may fade out.
        case stopPlayback(StreamID)
        case startRing
        case stopRing
        /// A short sound that says the turn came to nothing.
        case play(Earcon)
        /// Close the capture device, so that no sound can be taken.
        case stopCapture
        case startCapture
    }

    /// Short sounds that the relay makes without the hub.
    package enum Earcon: Sendable, Equatable { case nothingHeard, failed }

    /// A frame or event that came at the wrong time. Each has a counter of the same name.
    package struct Counters: Sendable, Equatable {
        /// Frames about a turn, stream or ring that is over or unknown (T16).
        package var staleFrameCount = 0
        /// Detections that were acted upon.
        package var wakeCount = 0
        /// Detections that the hub found to be none (T19).
        package var rejectedWakeCount = 0
        /// Stop words that ended something (T18).
        package var stopCount = 0
        /// Detections too soon after one.
        package var refractoryWakeCount = 0
        /// States that ended by their deadline (T12).
        package var deadlineCount = 0
        /// Rings beyond ``Tuning/ringCountMax``.
        package var refusedRingCount = 0
        package init() {}
    }
}
