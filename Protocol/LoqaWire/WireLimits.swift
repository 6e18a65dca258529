/// What the specification fixes. Each limit names its rule in PROTOCOL.md; changing one is a new protocol version.
package enum WireLimits {
    /// T3: longest wait of a relay for a grant or a denial.
    package static let claimWait: Duration = .seconds(1)
    /// T4: longest time a relay streams in one turn.
    package static let streamingTime: Duration = .seconds(15)
    /// T5: longest wait of a relay for an answer to begin.
    package static let answerWait: Duration = .seconds(8)
    /// T8: longest time without a packet of an unfinished answer.
    package static let answerGap: Duration = .seconds(2)
    /// R2: longest ringing.
    package static let ringTime: Duration = .seconds(900)
    /// L1: time between pings of a relay.
    package static let pingInterval: Duration = .milliseconds(500)
    /// L2: longest silence of either end.
    package static let silenceTime: Duration = .milliseconds(1_500)
}
