import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

/// Every kind of frame in every phase, at both ends.
struct OutOfPlaceTests {
    private typealias Kind = ControlFrame.Kind

    enum HubPhase: CaseIterable { case greeting, up, proved, committed, pending, approved }
    enum RelayPhase: CaseIterable { case greeting, up, committed, revealed }

    @Test(arguments: HubPhase.allCases)
    func `N1, A1, A2, A6, C9, C10: a hub closes with protocolViolation for every frame out of place`(
        phase: HubPhase
    ) {
        for kind in Kind.allCases {
            var relay = Self.relay(in: phase)
            #expect(!relay.isClosed)
            let before = relay.frames.count
            relay.say(.sample(kind))
            let isAllowed = Self.allowed(in: phase).contains(kind)
            if kind == .goodbye {
                #expect(relay.isClosed && relay.goodbyes.isEmpty)
            } else if isAllowed {
                #expect(!relay.isClosed, "\(kind) in \(phase): \(relay.goodbyes)")
            } else {
                #expect(relay.isClosed, "\(kind) in \(phase)")
                #expect(relay.goodbyes == [.protocolViolation], "\(kind) in \(phase)")
                #expect(relay.frames.count == before + 1, "nothing but the goodbye: \(kind) in \(phase)")
            }
            if kind == .ping, isAllowed { #expect(relay.frames.last == .pong(Probe(number: 1))) }
        }
    }

    @Test func `N1: what comes in one piece with hello does not get past it, and stops nobody`() {
        for kind in Kind.allCases {
            var relay = Self.relay(in: .greeting)
            relay.say(.sample(.hello), .sample(kind))
            if kind != .goodbye { #expect(relay.goodbyes == [.protocolViolation], "\(kind)") }
            #expect(relay.isClosed, "\(kind)")
            #expect(relay.welcomed == nil, "\(kind)")
        }
        var relay = Self.relay(in: .greeting)
        relay.say(raw: ControlFrame.sample(.hello).encoded() + [0xFF, 0xFF, 0x10, 0x01])
        #expect(relay.goodbyes == [.protocolViolation])
    }

    @Test(arguments: RelayPhase.allCases)
    func `N2, A1, A2, A5, C9, C10: a relay closes with protocolViolation for every frame out of place`(
        phase: RelayPhase
    ) {
        for kind in Kind.allCases {
            var hub = Self.hub(in: phase)
            #expect(!hub.isClosed)
            hub.say(.sample(kind))
            if kind == .goodbye {
                #expect(hub.isClosed && hub.goodbyes.isEmpty)
            } else if Self.allowed(in: phase).contains(kind) {
                #expect(!hub.isClosed, "\(kind) in \(phase)")
            } else {
                #expect(hub.isClosed, "\(kind) in \(phase)")
                #expect(hub.goodbyes == [.protocolViolation], "\(kind) in \(phase)")
            }
            #expect(!hub.actions.contains(where: \.isSound) || phase == .up, "\(kind) in \(phase)")
        }
    }

    @Test func `C4: a frame of an unknown kind is skipped and counted in every phase by both ends`() {
        let unknown: [UInt8] = [0, 2, 0x70, 0, 1, 2]
        for phase in HubPhase.allCases {
            var relay = Self.relay(in: phase)
            relay.say(raw: unknown)
            #expect(!relay.isClosed)
            #expect(relay.hub.end(relay.id).counters.skippedFrameCount == 1)
        }
        for phase in RelayPhase.allCases {
            var hub = Self.hub(in: phase)
            hub.say(raw: unknown)
            #expect(!hub.isClosed)
            #expect(hub.relay.counters.skippedFrameCount == 1)
        }
    }

    // MARK: Getting there

    private static func relay(in phase: HubPhase) -> RawRelay {
        let hub = HubDouble(seed: 3, at: HubInstant(sinceOrigin: .seconds(50)))
        var random = SeededGenerator(seed: 4)
        let key = random.privateKey()
        hub.registry.enrolled[key.publicKey] = RegistryDouble.Entry(name: "n", room: "r")
        switch phase {
        case .greeting, .up:
            var relay = RawRelay(.enrolled(hub: hub.publicKey), key: key, at: hub)
            if phase == .up { relay.greet() }
            return relay
        case .proved, .committed, .pending, .approved:
            var relay = RawRelay(.adoption, key: key, at: hub)
            if phase == .proved { return relay }
            relay.commit()
            if phase == .committed { return relay }
            relay.reveal()
            if phase == .approved { hub.adopt(relay.id) }
            relay.listen()
            return relay
        }
    }

    private static func allowed(in phase: HubPhase) -> Set<Kind> {
        switch phase {
        case .greeting: [.hello]
        case .up:
            [
                .ping, .pong, .streamEnd, .claim, .turnCancel, .drained, .status, .hubKeyStored, .media,
                .pathProbe, .ringSilenced, .wakePartWanted, .wakeReport,
            ]
        case .proved: [.ping, .pong, .adoptCommit]
        // The sample's number is not the one that was committed to.
        case .committed, .pending: [.ping, .pong]
        case .approved: [.ping, .pong, .hello]
        }
    }

    private static func hub(in phase: RelayPhase) -> RawHub {
        switch phase {
        case .greeting, .up:
            var hub = RawHub()
            hub.accept()
            if phase == .up { hub.welcome() }
            return hub
        case .committed, .revealed:
            var hub = RawHub(isPinned: false)
            hub.accept()
            if phase == .revealed { hub.say(.sample(.adoptNonce)) }
            return hub
        }
    }

    private static func allowed(in phase: RelayPhase) -> Set<Kind> {
        // Before the welcome these say nothing to a relay, and do no harm.
        let idle: Set<Kind> = [.ping, .pong, .media, .pathReply, .hubKey]
        switch phase {
        case .greeting: return idle.union([.welcome])
        case .up:
            return idle.union([
                .streamEnd, .grant, .deny, .speechEnd, .answerStart, .turnEnd, .ringStart, .ringStop,
                .wakeWord, .wakePart,
            ])
        case .committed: return idle.union([.adoptNonce])
        case .revealed: return idle.union([.adopted])
        }
    }
}

extension RelayEndpoint.Action {
    /// Media, or a frame about turns, streams and rings.
    fileprivate var isSound: Bool {
        switch self {
        case .frame, .media: true
        case .connect, .write, .close, .openMedia, .datagram, .store, .showCode, .hideCode, .up, .down,
            .uplinkQuality:
            false
        }
    }
}
