import LoqaBase
import LoqaCrypto
import LoqaTestKit

/// TCP between the hosts: what is written arrives whole and in order, or the connection breaks.
extension House {
    /// What a sender's socket and program hold at most (D4).
    private static let unsentByteCountMax = 262_144

    func connect(from relay: RelayHost) -> SimLink { open(opener: relay.number, key: relay.key) }

    /// Opens a connection to the hub from any host.
    func open(opener: Int, key: PublicKey?) -> SimLink {
        linkCount += 1
        let link = SimLink(number: linkCount, opener: opener, key: key, seed: plan.seed)
        if links.count == 64 { links.removeFirst() }
        links.append(link)
        let conditions = world.conditions(opener)
        guard world.now >= conditions.partitionedUntil else { return link }
        let delay = conditions.delay + random.duration(upTo: conditions.jitter)
        if world.isAlive(0) {
            // What is asleep or stalled does not answer, and nobody waits so long.
            guard !world.isAsleep(0), world.now >= conditions.stalledUntil else { return link }
            world.plan(.syn(link), on: 0, after: delay, whenAsleep: .isLost)
            world.plan(.opened(link), on: opener, after: delay + delay)
        } else if !hubIsOff {
            world.plan(.refused(link), on: opener, after: delay + delay)
        }
        return link
    }

    /// The hub's machine is off, not only its program.
    private var hubIsOff: Bool {
        plan.faults.faults.contains {
            if case .crash(reboots: true) = $0.kind {
                return $0.host == 0 && $0.start <= world.now && $0.end > world.now
            }
            return false
        }
    }

    /// Writes bytes. False if the other end does not read what it is sent.
    func write(_ bytes: [UInt8], _ link: SimLink, toHub: Bool) -> Bool {
        var bytes = bytes
        if toHub ? link.tampersToHub : link.tampersToRelay, !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(
                1 << Int.random(in: 0..<8, using: &random))
            (link.tampersToHub, link.tampersToRelay, link.isTampered) = (false, false, true)
        }
        if toHub {
            link.unsentToHub += bytes
            guard link.unsentToHub.count <= Self.unsentByteCountMax else { return false }
        } else {
            link.unsentToRelay += bytes
            guard link.unsentToRelay.count <= Self.unsentByteCountMax else { return false }
        }
        flush(link, toHub: toHub)
        return true
    }

    /// Sends what there is room for.
    func flush(_ link: SimLink, toHub: Bool) {
        guard isRelay(link.opener) || link.opener == plan.director else { return }
        let receiver = toHub ? 0 : link.opener
        // Whoever has no such connection says so.
        if toHub, !link.hubIsOpen {
            if !link.unsentToHub.isEmpty, link.isAccepted { planStray(link) }
            link.unsentToHub = []
            return
        }
        let conditions = world.conditions(link.opener)
        let unsent = toHub ? link.unsentToHub : link.unsentToRelay
        if !unsent.isEmpty {
            let (taken, deliveries) =
                toHub
                ? link.toHub.write(unsent, at: world.now, under: conditions)
                : link.toRelay.write(unsent, at: world.now, under: conditions)
            if toHub { link.unsentToHub.removeFirst(taken) } else { link.unsentToRelay.removeFirst(taken) }
            for delivery in deliveries {
                world.plan(
                    .bytes(link, toHub: toHub, delivery, isEnd: false), on: receiver, at: delivery.time)
            }
            // What TCP has to send again and again is late still when the network is well.
            if let last = deliveries.last, last.time - world.now > .milliseconds(500) {
                disturb(link.opener, until: last.time)
            }
        }
        guard
            toHub
                ? link.endsToHub && link.unsentToHub.isEmpty : link.endsToRelay && link.unsentToRelay.isEmpty
        else { return }
        let (_, ends) =
            toHub
            ? link.toHub.write([0], at: world.now, under: conditions)
            : link.toRelay.write([0], at: world.now, under: conditions)
        guard let end = ends.first else { return }
        if toHub { link.endsToHub = false } else { link.endsToRelay = false }
        world.plan(.bytes(link, toHub: toHub, end, isEnd: true), on: receiver, at: end.time)
    }

    /// One end closes in order: what it has written arrives, then the end.
    func close(_ link: SimLink, byHub: Bool) {
        if byHub {
            guard link.hubIsOpen else { return }
            (link.endsToRelay, link.hubIsOpen) = (true, false)
            flush(link, toHub: false)
        } else {
            guard link.relayIsOpen else { return }
            (link.endsToHub, link.relayIsOpen) = (true, false)
            flush(link, toHub: true)
        }
    }

    /// One end is gone at once. If its kernel lives, the other end is told.
    func abandon(_ link: SimLink, byHub: Bool, isTold: Bool) {
        if byHub { link.hubIsOpen = false } else { link.relayIsOpen = false }
        link.toHub.reset()
        link.toRelay.reset()
        if isTold { tell(link, toHub: !byHub) }
    }

    /// Data came for a connection that is not there: the sender is told.
    func answerStray(_ link: SimLink) { tell(link, toHub: false) }

    private func planStray(_ link: SimLink) {
        let conditions = world.conditions(link.opener)
        guard world.now >= conditions.partitionedUntil, world.isAlive(0) else { return }
        world.plan(.stray(link), on: 0, after: conditions.delay, whenAsleep: .isLost)
    }

    private func tell(_ link: SimLink, toHub: Bool) {
        let conditions = world.conditions(link.opener)
        guard world.now >= conditions.partitionedUntil else { return }
        world.plan(.broken(link, toHub: toHub), on: toHub ? 0 : link.opener, after: conditions.delay)
    }

    /// All open connections of a host break, or lead nowhere.
    func breakStreams(of host: Int, isTold: Bool) {
        for link in links where host == 0 || link.opener == host {
            guard link.hubIsOpen || link.relayIsOpen else { continue }
            if isTold {
                link.toHub.reset()
                link.toRelay.reset()
                if link.hubIsOpen { tell(link, toHub: true) }
                if link.relayIsOpen, isRelay(link.opener) { tell(link, toHub: false) }
            } else {
                link.toHub.becomeHalfOpen()
                link.toRelay.becomeHalfOpen()
            }
        }
    }
}
