import HubCore
import LoqaBase
import LoqaCrypto
import LoqaLink
import RelayCore

/// The inspection that goes through the house a few times a second.
extension House {
    func inspect() {
        for relay in relays { inspect(relay) }
        inspector.checkTurnAges(sleptUntil: hub.sleptUntil)
        inspectionCount += 1
        if inspectionCount % 120 == 100 { measureMemory() }
    }

    private func inspect(_ relay: RelayHost) {
        let isUp =
            relay.endpoint.isUp && relay.session.state != .offline
            && relay.session.state != .muted(isOnline: false)
        guard belongs(relay) else {
            relay.settledSince = nil
            return
        }
        let trouble = max(troubleEnd[0], troubleEnd[relay.number])
        guard isUp else {
            relay.settledSince = nil
            let patience: Duration = relay.isRefused ? .seconds(33) : .seconds(2)
            if world.now - trouble > patience {
                relay.fail(
                    .noDeafRelay,
                    "it is not up \((world.now - trouble).milliseconds) ms after all was well: \(relay.session.state)"
                )
            }
            return
        }
        if world.now < trouble { relay.settledSince = nil }
        let since = relay.settledSince ?? world.now
        relay.settledSince = since
        let told = max(since, relay.ringToldAt)
        if world.now - told > .seconds(3), relay.session.isRinging != hub.rings(at: relay.number) {
            relay.fail(.ringsAsTold, relay.session.isRinging ? "it rings for nothing" : "it does not ring")
        }
        // One odd exchange is no more than that; after a step three are needed, then eight, and more where the network
        // was uneven before.
        if relay.endpoint.clock.isSettled { relay.clockKnownAt = world.now }
        let known = max(relay.clockKnownAt, since)
        if world.now - known > .seconds(25) {
            let words = words(relay.endpoint.clock)
            relay.fail(
                .clockRecovers,
                "its clock is not known \((world.now - known).milliseconds) ms after all was well: \(words)")
        }
    }

    private func words(_ clock: ClockEstimate) -> String {
        Mirror(reflecting: clock).children.compactMap { child in
            guard let label = child.label else { return nil }
            let mirror = Mirror(reflecting: child.value)
            return mirror.displayStyle == .collection
                ? "\(label) \(mirror.children.count)" : "\(label) \(child.value)"
        }.joined(separator: ", ")
    }

    /// The relay is one of the house, and nothing keeps it away by right.
    private func belongs(_ relay: RelayHost) -> Bool {
        guard relay.isRunning, world.isAlive(0), !world.isAsleep(relay.number), !world.isAsleep(0),
            inspector.allowed.contains(relay.key), !inspector.revoked.contains(relay.key)
        else { return false }
        let now = world.now
        guard now >= troubleEnd[0], now >= troubleEnd[relay.number] else { return false }
        return relay.pins.hubKeys.contains { key in hub.keys.contains { $0.publicKey == key } }
    }

    /// Nothing grows without end.
    private func measureMemory() {
        check(world.plannedCount, 20_000, "events wait", 0)
        check(hub.connections.count, plan.relayCount + 40, "connections are held", 0)
        for connection in hub.connections {
            check(connection.link.unsentToRelay.count, 262_144, "bytes wait for a relay", 0)
            check(Footprint(of: connection.endpoint), "a connection", 0)
            if let member = connection.member { check(Footprint(of: member), "a member", 0) }
        }
        check(Footprint(of: hub.registry), "the registry", 0)
        for relay in relays {
            if let link = relay.link {
                check(link.unsentToHub.count, 262_144, "bytes wait for the hub", relay.number)
            }
            check(Footprint(of: relay.endpoint), "the link", relay.number)
            check(Footprint(of: relay.session), "the session", relay.number)
            check(Footprint(of: relay.early), "what came early", relay.number)
            check(Footprint(of: relay.loudspeaker), "the loudspeaker", relay.number)
        }
    }

    private func check(_ footprint: Footprint, _ what: String, _ host: Int) {
        // A record and what one read brings; a minute of packets at the pacer.
        check(footprint.byteCountMax, 8_192, "bytes in one place of \(what)", host)
        check(
            footprint.elementCountMax, AnswerPacer.Tuning.waitingCountMax, "elements in one place of \(what)",
            host)
    }

    private func check(_ count: Int, _ limit: Int, _ what: String, _ host: Int) {
        if count > limit { inspector.fail(.bounded, host: host, "\(count) \(what), \(limit) at most") }
    }
}
