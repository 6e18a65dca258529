import HubAdmin

/// One of each, for tests.
enum Samples {
    static let requests: [AdminRequest] = [
        .status, .relays(from: 64), .links(from: 0), .invites(from: 0), .pending,
        .invite(room: "kitchen", name: nil, validForSeconds: 86_400, address: "192.0.2.1:7580"),
        .withdraw(id: "00112233aabbccdd"), .approve(code: "042117", room: "kitchen", name: "shelf"),
        .refuse(code: "042117"), .revoke(relay: "shelf"), .rename(relay: "shelf", name: "Küche"),
        .move(relay: "shelf", room: "den"), .rotateKey, .finishRotation,
        .announce(text: "Dinner is \"ready\"\n", rooms: ["kitchen", "den"]),
        .wakeWords, .wakePiece(word: "nabu", file: "nabu.json", offset: 0, data: "e30="),
        .wakeAdd(word: "nabu"), .wakeRemove(word: "nabu"),
        .wakeUse(word: "nabu", rooms: ["den"], sensitivity: "high", from: 420, to: nil),
        .wakeDrop(word: "nabu", rooms: []), .wakeRelays(from: 0), .wakeEvents(after: 7),
        .wakeFalse(relay: nil),
    ]

    static let relay = AdminRelay(
        name: "shelf", room: "kitchen", fingerprint: "0123-4567-89ab-cdef", enrolledAt: 1_800_000_000,
        isConnected: true, address: "192.0.2.7:50123", lastSeenAt: 1_800_000_100, knowsNewKey: false)

    static let revoked = AdminRelay(
        name: "a relay with a name that is as long as a name of a relay may be !", room: "bedroom",
        fingerprint: "ffff-4567-89ab-cdef", enrolledAt: 1_700_000_000, revokedAt: 1_790_000_000,
        isConnected: false, address: "[2001:db8:1234:5678:9abc:def0:1234:5678]:50123",
        lastSeenAt: 1_790_000_000)

    static let invite = AdminInvite(
        id: "00112233aabbccdd", room: "kitchen", name: nil, expiresAt: 1_800_086_400, state: .open)

    static let pending = AdminPending(
        code: "042117", name: "shelf", room: nil, fingerprint: "0123-4567-89ab-cdef",
        address: "192.0.2.9:40000", since: 1_800_000_000)

    static let link = AdminLink(
        relay: "living room", path: .udp, roundTripMicroseconds: 12_345, probeAgeMilliseconds: 180,
        up: .init(lossPermille: 1_000, jitterMicroseconds: 123_400, packets: 12_345_678, keyEpoch: 188),
        down: .init(lossPermille: 125, jitterMicroseconds: 2_040, packets: 999, keyEpoch: 0),
        clockOffsetMicroseconds: -1_020_034, clockBoundMicroseconds: 520, replaysRefused: 3,
        forgeriesRefused: 1, ageSeconds: 93_000)

    static let rotation = AdminRotation(
        fingerprint: "9999-4567-89ab-cdef", since: 1_800_000_000, confirmed: 5, behind: ["shelf", "den"])

    static let status = AdminStatus(
        version: "0.3.0", startedAt: 1_799_990_000, fingerprint: "8888-4567-89ab-cdef",
        addresses: ["192.0.2.1:7580", "[2001:db8::1]:7580"], rooms: ["kitchen", "den"], activeRelays: 7,
        connectedRelays: 6, revokedRelays: 1, pendingRelays: 0, openInvites: 2, rotation: rotation,
        counters: ["handshakes refused": 3, "replays": 0])

    static let wakeWord = AdminWakeWord(
        name: "nabu", phrase: "Okay Nabu", isStopWord: false, model: String(repeating: "ab", count: 32),
        byteCount: 80_000, isJudged: true,
        rules: [
            .init(room: nil, from: nil, to: nil, sensitivity: "normal"),
            .init(room: "den", from: 1_320, to: 360, sensitivity: "low"),
        ])

    static let wakeCounts = AdminWakeRelay.Counts(
        wakes: 12, rejected: 3, marked: 1, nearMisses: 7, stops: 2, selfTests: 24, failedSelfTests: 1,
        restarts: 1)

    static let wakeRelay = AdminWakeRelay(
        relay: "shelf", room: "kitchen", isConnected: true, words: ["nabu"], isUpToDate: false,
        day: wakeCounts,
        hours: [.init(start: 1_799_996_400, counts: wakeCounts)])

    static let wakeEvent = AdminWakeEvent(
        number: 8, at: 1_800_000_000, relay: "shelf", verdict: .rejected, margin: -1.25, level: -31.5,
        noiseFloor: -60, isMarked: false)

    static let responses: [AdminResponse] = [
        .status(hub: status), .relays(page: AdminPage([relay, revoked], from: 0)),
        .links(page: AdminPage([link], from: 0)), .invites(page: AdminPage([invite], from: 0)),
        .pending(list: [pending]), .invited(token: "LOQA1-abc_-", invite: invite),
        .withdrawn(invite: invite), .relay(relay: relay), .refused(relay: pending),
        .rotation(rotation: rotation),
        .rotationFinished(fingerprint: "9999-4567-89ab-cdef", leftBehind: ["den"], withdrawnInvites: 2),
        .announced(relays: ["shelf"]), .wakeWords(list: [wakeWord]), .wakePiece(byteCount: 2),
        .wakeWord(word: wakeWord), .wakeRelays(page: AdminPage([wakeRelay], from: 0)),
        .wakeEvents(list: [wakeEvent]), .wakeMarked(event: wakeEvent, isKept: true), .refusal("no"),
    ]
}
