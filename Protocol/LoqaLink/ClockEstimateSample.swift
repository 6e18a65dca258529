import LoqaBase

extension ClockEstimate {
    /// One exchange, checked, in nanoseconds: what it says about the offset, hub time less relay time.
    struct Sample: Sendable, Equatable {
        /// Relay's clock when the probe left; tells exchanges apart.
        let sent: Int64
        /// Relay's clock when the reply arrived.
        let arrived: Int64
        /// The offset is at least this, because the reply arrived after it left.
        let low: Int64
        /// The offset is at most this, because the probe arrived after it left.
        let high: Int64

        /// Halfway between departure and arrival, on the relay's clock.
        var middle: Int64 { sent + (arrived - sent) / 2 }
        /// Time on the way, both directions.
        var roundTrip: Int64 { high - low }
        /// The offset if both directions took the same time.
        var offset: Int64 { low + roundTrip / 2 }

        /// Checks what the peer says; afterwards no sum or difference of these numbers overflows.
        init(_ exchange: Exchange) throws(Refusal) {
            let (sentAt, arrivedAt) = (exchange.sentAt.sinceOrigin, exchange.arrivedAt.sinceOrigin)
            let (receivedAt, repliedAt) = (exchange.receivedAt.sinceOrigin, exchange.repliedAt.sinceOrigin)
            for time in [sentAt, arrivedAt, receivedAt, repliedAt] {
                guard time >= .zero, time <= Tuning.instantMax else { throw .absurd }
            }
            guard sentAt <= arrivedAt, receivedAt <= repliedAt else { throw .backwards }
            sent = sentAt.nanoseconds
            arrived = arrivedAt.nanoseconds
            low = repliedAt.nanoseconds - arrived
            high = receivedAt.nanoseconds - sent
            guard low <= high else { throw .impossible }
            guard high - low <= Tuning.roundTripMax.nanoseconds else { throw .tooSlow }
        }

        /// How far the interval must be widened, in seconds: the timestamps are rounded, and `low` and `high` belong to
        /// two instants, between which the clocks drift.
        var slack: Double {
            Tuning.resolution + Double(arrived - sent) / 2e9 * Tuning.driftMax
        }
    }
}
