package import LoqaBase
package import RelayRing

/// Keeps a ring showing what it is told: paints, dims, codes and sends, and opens the wire again when it fails.
///
/// Used on one thread, which calls ``show(_:at:minute:)`` whenever something changed and at the instant that it returned.
package final class RingDriver {
    /// Between two updates while the ring moves, and while it stands still: lamps that a spark disturbed are right again.
    package static let frame = Duration.milliseconds(25)
    package static let refresh = Duration.seconds(1)
    /// Between two tries to open a wire that fails.
    package static let retry = Duration.seconds(2)

    /// Updates that failed, since the start.
    package private(set) var failureCount = 0
    /// Why the ring is dark; nil while it is not.
    package private(set) var failure: RingWireError?

    private let code: PixelCode
    private let supply: RingSupply
    private let openWire: () throws(RingWireError) -> any RingWire
    private var brightness: RingBrightness
    private var painter: RingPainter
    private var wire: (any RingWire)?
    private var sent: [UInt8] = []
    private var sentAt: RelayInstant?
    private var retryAt: RelayInstant?

    /// - Parameter open: opens the wire; called again after a failure.
    package init(
        code: PixelCode, lamps: RingLamps, supply: RingSupply, theme: RingTheme, brightness: RingBrightness,
        open: @escaping () throws(RingWireError) -> any RingWire
    ) {
        (self.code, self.supply, self.brightness) = (code, supply, brightness)
        painter = RingPainter(theme: theme, lamps: lamps)
        openWire = open
    }

    /// Shows a moment.
    ///
    /// - Parameters:
    ///   - minute: of the day; nil while the clock was not set.
    ///   - lux: light of the room; nil without a sensor.
    /// - Returns: when to call again at the latest.
    package func show(
        _ moment: RingMoment, at now: RelayInstant, minute: Int? = nil, lux: Float? = nil
    ) -> RelayInstant {
        // No more than one update in a frame, however often something changes.
        if let sentAt, now - sentAt < Self.frame, now >= sentAt { return sentAt + Self.frame }
        if let retryAt, now < retryAt { return retryAt }
        var lights = painter.paint(moment, at: now)
        let factor = brightness.factor(for: moment.scene, minute: minute, lux: lux)
        for index in lights.indices { lights[index] *= factor }
        supply.limit(&lights)
        send(code.bytes(lights), at: now)
        if let retryAt { return retryAt }
        return now + (painter.isMoving(at: now) ? Self.frame : Self.refresh)
    }

    /// Takes all light away: the relay ends.
    package func goDark() {
        let dark = [RingLight](repeating: .zero, count: painter.lamps.azimuths.count)
        do throws(RingWireError) { try wire?.send(code.bytes(dark)) } catch { failureCount += 1 }
    }

    private func send(_ bytes: [UInt8], at now: RelayInstant) {
        let isDue = sentAt.map { now - $0 >= Self.refresh } ?? true
        guard bytes != sent || isDue else { return }
        do throws(RingWireError) {
            let open: any RingWire
            if let wire { open = wire } else { open = try openWire() }
            wire = open
            try open.send(bytes)
            (sent, sentAt, failure, retryAt) = (bytes, now, nil, nil)
        } catch {
            failureCount += 1
            (wire, failure, retryAt, sentAt) = (nil, error, now + Self.retry, nil)
        }
    }
}
