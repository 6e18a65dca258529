import HubAdmin

/// The hub's answers as text for people. `now` is in seconds since 1970.
enum Tables {
    static func relays(_ relays: [AdminRelay], now: Int64, width: Int) -> String {
        guard !relays.isEmpty else {
            return "No relay belongs to the house yet: invite one with `loqa relay invite --room ROOM`."
        }
        var table = TextTable([
            .init(title: "NAME", widthMin: 8), .init(title: "ROOM", widthMin: 8), .init(title: "STATE"),
            .init(title: "SEEN"), .init(title: "ADDRESS", widthMin: 13), .init(title: "KEY", widthMin: 10),
        ])
        for relay in relays {
            let seen = relay.isConnected ? "now" : relay.lastSeenAt.map { Wording.ago($0, now: now) } ?? "-"
            table.append([
                relay.name, relay.room, state(relay), seen, relay.address ?? "-", relay.fingerprint,
            ])
        }
        return table.text(width: width)
    }

    static func invites(_ invites: [AdminInvite], now: Int64, width: Int) -> String {
        guard !invites.isEmpty else { return "No invites." }
        var table = TextTable([
            .init(title: "ID"), .init(title: "ROOM", widthMin: 8), .init(title: "NAME", widthMin: 8),
            .init(title: "STATE", widthMin: 8), .init(title: "EXPIRES"),
        ])
        for invite in invites {
            let isLate = now >= invite.expiresAt
            let state =
                switch invite.state {
                case .open: isLate ? "expired" : "open"
                case .used: "used by \(invite.usedBy ?? "a relay")"
                case .withdrawn: "withdrawn"
                case .expired: "expired"
                }
            let expiry =
                isLate ? Wording.ago(invite.expiresAt, now: now) : Wording.ahead(invite.expiresAt, now: now)
            table.append([invite.id, invite.room, invite.name ?? "-", state, expiry])
        }
        return table.text(width: width)
    }

    static func pending(_ relays: [AdminPending], now: Int64, width: Int) -> String {
        guard !relays.isEmpty else { return "No relay waits for adoption." }
        var table = TextTable([
            .init(title: "DIGITS"), .init(title: "NAME", widthMin: 8), .init(title: "ROOM", widthMin: 8),
            .init(title: "SINCE"), .init(title: "ADDRESS", widthMin: 15), .init(title: "KEY", widthMin: 10),
        ])
        for relay in relays {
            table.append([
                relay.code, relay.name ?? "-", relay.room ?? "-", Wording.ago(relay.since, now: now),
                relay.address, relay.fingerprint,
            ])
        }
        return table.text(width: width)
            + "\n\nIf a relay shows other digits than here, somebody is in between: refuse it."
    }

    static func links(_ links: [AdminLink], width: Int) -> String {
        guard !links.isEmpty else { return "No relay is connected." }
        var table = TextTable([
            .init(title: "RELAY", widthMin: 7), .init(title: "PATH"), .init(title: "RTT", isNumber: true),
            .init(title: "LOSS", isNumber: true), .init(title: "JITTER", isNumber: true),
            .init(title: "CLOCK", isNumber: true), .init(title: "KEYS", isNumber: true),
            .init(title: "PACKETS", isNumber: true), .init(title: "BAD", isNumber: true),
            .init(title: "AGE", isNumber: true),
        ])
        for link in links {
            let (up, down) = (link.up, link.down)
            table.append([
                link.relay, link.path.rawValue, Wording.milliseconds(link.roundTripMicroseconds),
                "\(Wording.percent(up.lossPermille))/\(Wording.percent(down.lossPermille))",
                "\(Wording.milliseconds(up.jitterMicroseconds))/\(Wording.milliseconds(down.jitterMicroseconds))",
                Wording.milliseconds(link.clockBoundMicroseconds), "\(up.keyEpoch)/\(down.keyEpoch)",
                "\(Wording.count(up.packets))/\(Wording.count(down.packets))",
                Wording.count(link.replaysRefused &+ link.forgeriesRefused), Wording.span(link.ageSeconds),
            ])
        }
        return table.text(width: width)
    }

    /// One link in full.
    static func link(_ link: AdminLink) -> String {
        func direction(_ direction: AdminLink.Direction) -> String {
            "loss \(Wording.percent(direction.lossPermille)) %, jitter "
                + "\(Wording.milliseconds(direction.jitterMicroseconds)) ms, \(direction.packets) packets, key "
                + "\(direction.keyEpoch)"
        }
        let clock: String
        if let offset = link.clockOffsetMicroseconds, let bound = link.clockBoundMicroseconds {
            let sign = offset < 0 ? "-" : "+"
            let fraction = String(offset.magnitude % 1_000)
            let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
            clock =
                "\(sign)\(offset.magnitude / 1_000).\(padded) ms, within \(Wording.milliseconds(bound)) ms"
        } else {
            clock = "not known yet"
        }
        let age = link.probeAgeMilliseconds.map { "\($0) ms ago" } ?? "none yet"
        return labelled([
            ("Relay", link.relay), ("Connected", "for \(Wording.span(link.ageSeconds))"),
            ("Path", link.path == .udp ? "UDP" : "within the control connection (UDP is blocked)"),
            ("Round trip", "\(Wording.milliseconds(link.roundTripMicroseconds)) ms (last probe: \(age))"),
            ("To the hub", direction(link.up)), ("To the relay", direction(link.down)),
            ("Clock", clock),
            ("Refused", "\(link.replaysRefused) replayed, \(link.forgeriesRefused) forged packets"),
        ])
    }

    static func status(_ status: AdminStatus, now: Int64) -> String {
        let counters = status.counters.sorted { $0.key < $1.key }.filter { $0.value > 0 }
        return labelled([
            ("Hub", "Loqa \(status.version), started \(Wording.ago(status.startedAt, now: now))"),
            ("Key", status.fingerprint), ("Listens", list(status.addresses)), ("Rooms", list(status.rooms)),
            ("Relays", "\(status.activeRelays) enrolled, \(status.connectedRelays) connected"),
            ("Revoked", "\(status.revokedRelays)"), ("Waiting", "\(status.pendingRelays) for adoption"),
            ("Invites", "\(status.openInvites) open"), ("Chat model", status.chat ?? "off"),
            (
                "Rotation",
                status.rotation.map {
                    "to \($0.fingerprint), begun \(Wording.ago($0.since, now: now)). \(following($0))"
                }
                    ?? "none"
            ), ("Refused", counters.isEmpty ? "nothing" : list(counters.map { "\($0.key) \($0.value)" })),
        ])
    }

    /// How far a rotation is.
    static func following(_ rotation: AdminRotation) -> String {
        let all = rotation.confirmed + rotation.behindCount
        guard rotation.behindCount > 0 else { return "All \(all) relays know the new key." }
        let rest = rotation.behindCount - rotation.behind.count
        return
            "\(rotation.behindCount) of \(all) relays do not know the new key yet: \(list(rotation.behind))"
            + (rest > 0 ? " and \(rest) more." : ".")
    }

    private static func state(_ relay: AdminRelay) -> String {
        if relay.revokedAt != nil { return "revoked" }
        return relay.isConnected ? "connected" : "away"
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "-" : words.joined(separator: ", ")
    }
}
