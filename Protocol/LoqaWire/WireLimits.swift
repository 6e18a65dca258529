/// The versions of the protocol. PROTOCOL.md, "Joining".
package enum WireVersion {
    /// The oldest version that this code speaks.
    package static let oldest: UInt8 = 2
    /// The version that PROTOCOL.md describes.
    package static let current: UInt8 = 2

    /// The version to speak with a peer that speaks `theirs`, when we speak `ours`.
    ///
    /// - Returns: the highest version in both ranges, or nil if they have none in common.
    package static func negotiated(
        _ theirs: ClosedRange<UInt8>, with ours: ClosedRange<UInt8> = oldest...current
    ) -> UInt8? {
        // N2: the highest version that both ends speak.
        let highest = min(theirs.upperBound, ours.upperBound)
        return highest >= max(theirs.lowerBound, ours.lowerBound) ? highest : nil
    }
}

/// What the specification fixes: every limit of PROTOCOL.md, "Limits", with the rule that it serves.
///
/// This is law, shared by both ends. What one end may change alone is tuning and stands in that end.
package enum WireLimits {
    // Defence.

    /// D3: control frames a second that a relay may send for long.
    package static let frameRateMax = 300
    /// D3: datagrams a second that a relay may send for long.
    package static let datagramRateMax = 300

    // The secure channel.

    /// H1: bytes of the preface.
    package static let prefaceByteCount = 8
    /// H3: bytes of a handshake message.
    package static let handshakeByteCountMax = 512
    /// H5: records after which a direction changes its key.
    package static let recordsPerKey = 65_536
    /// H5: bytes of the control frames in a record.
    package static let recordTextByteCountMax = 4_100
    /// A4: time for a person to decide about an adoption.
    package static let adoptionDeadline = Duration.seconds(600)

    // Control frames.

    /// C1: bytes of a frame before its payload.
    package static let frameHeaderByteCount = 4
    /// C2: bytes of a frame's payload.
    package static let payloadByteCountMax = 4_096
    /// C6: bytes of the name of a relay or a room; at least 1.
    package static let nameByteCountMax = 64
    /// C6: bytes of the text of a goodbye; may be 0.
    package static let goodbyeTextByteCountMax = 200

    // Joining.

    /// N4: time for the first frame of the other end to arrive.
    package static let joinDeadline = Duration.seconds(1)

    // Media packets.

    /// M1: bytes of a datagram before what is sealed.
    package static let datagramHeaderByteCount = 8
    /// M1: bytes of the tag after it.
    package static let datagramTagByteCount = 16
    /// M1: the highest number of a datagram's receiver.
    package static let sessionMax: UInt32 = 16_777_215
    /// M11: datagrams sealed with one key.
    package static let datagramsPerKey = 65_536
    /// M11: counters of a connection's datagrams, in each direction.
    package static let datagramCountMax = 2_147_483_648
    /// M12: how far behind the highest counter a datagram may come.
    package static let replayWindow = 1_024
    /// M3: bytes of a media packet before its payload.
    package static let mediaHeaderByteCount = 12
    /// M3: bytes of a packet's payload; at least 1.
    package static let mediaPayloadByteCountMax = 1_000
    /// M3: samples of sound in a packet, at 16 kHz.
    package static let packetSampleCount = 320
    /// M4: packets of a stream: one hour of sound.
    package static let streamPacketCountMax = 180_000
    /// M7: packets that may wait for the control frame that opens their stream, per peer.
    package static let earlyPacketCountMax = 320
    /// M7: how long they may wait.
    package static let earlyPacketDeadline = Duration.milliseconds(500)
    /// M8: how long a receiver waits for a packet after a later one of its stream arrived.
    package static let reorderingDeadline = Duration.milliseconds(200)
    /// M9: how far ahead of real time a hub may send an answer.
    package static let answerLeadMax = Duration.seconds(1)
    /// M9: how much sound a relay may send at once when a stream begins.
    package static let preRollMax = Duration.seconds(6)
    /// M9: packets that a receiver must be able to hold in order.
    package static let jitterBufferPacketCountMin = 150

    // Path.

    /// P1: time between a relay's probes while nothing streams.
    package static let idleProbeInterval = Duration.seconds(1)
    /// P1: time between a relay's probes while sound streams.
    package static let streamingProbeInterval = Duration.milliseconds(250)
    /// P2: unanswered probes in a row after which UDP counts as blocked.
    package static let unansweredProbeCountMax = 6
    /// P3: time without a good word after which a hub no longer sends datagrams.
    package static let pathDeadline = Duration.milliseconds(6_500)

    // Liveness.

    /// L1: time between a relay's pings.
    package static let pingInterval = Duration.milliseconds(500)
    /// L2: silence after which an end closes the connection.
    package static let silenceDeadline = Duration.milliseconds(1_500)
    /// L3: the first wait before a relay connects again.
    package static let reconnectDelayMin = Duration.milliseconds(100)
    /// L3: the longest wait before a relay connects again.
    package static let reconnectDelayMax = Duration.milliseconds(500)
    /// L6: the longest wait of a relay that the hub has refused.
    package static let refusedDelayMax = Duration.seconds(30)

    // Turns.

    /// T3: sound before the wake word's start that its stream begins with, at least.
    package static let preRollMin = Duration.milliseconds(300)
    /// T5: time from a claim to its grant or denial.
    package static let grantDeadline = Duration.seconds(1)
    /// T7: time from a claim to the end of its streaming.
    package static let streamingDeadline = Duration.seconds(15)
    /// T9: time from the end of speech to the answer's start or the turn's end.
    package static let answerDeadline = Duration.seconds(8)
    /// T11: time between two signs of an unfinished answer.
    package static let answerGapDeadline = Duration.seconds(2)

    // Wake words.

    /// W1: words that a relay listens for at once.
    package static let wakeWordCountMax = 8
    /// W3: bytes of a model with its manifest.
    package static let wakeBundleByteCountMax = 1_048_576
    /// W2: bytes of a model in one frame.
    package static let wakePartByteCountMax = 4_000
    /// W4: time between two reports.
    package static let wakeReportInterval = Duration.seconds(10)

    // Rings.

    /// R3: time after which a relay stops ringing by itself.
    package static let ringingDeadline = Duration.seconds(900)
}
