import HubAdmin
import HubFallback
import HubServer
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaWire
import NIOPosix
import Testing

/// A hub on real loopback sockets.
@Suite(.serialized)
struct HubServerTests {
    @Test func `N1, N2, L1: a relay joins and its pings are answered`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("mine")
        #expect((welcome.name, welcome.room) == ("a", "kitchen"))
        #expect(Int(welcome.mediaPort) == house.listener.port)
        relay.send(.ping(Probe(number: 7)))
        let pong = try relay.next { frame in if case .pong(let probe) = frame { probe.number } else { nil } }
        #expect(pong == 7)
        try await house.stop()
    }

    @Test func `T3, T5, T6, T8: a spoken command is granted, heard, acted on and answered`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        #expect(try relay.next() == .grant(Grant(turn: TurnID(1))))
        #expect(try relay.next() == .speechEnd(SpeechEnd(turn: TurnID(1), reason: .endpoint)))
        let start = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        #expect(start.turn == TurnID(1))
        let end = try relay.next { frame in if case .streamEnd(let end) = frame { end } else { nil } }
        #expect(end.stream == start.stream)
        // M4: Opus takes a steady tone for silence after a while, and most of that is left out.
        #expect((10...50).contains(end.packetCount))
        var place: UInt32 = 0
        for sequence in 0..<end.packetCount {
            let packet = try relay.nextPacket()
            #expect(packet.stream == start.stream)
            #expect(packet.sequence == sequence)
            #expect(packet.timestamp % 320 == 0 && (place..<50 * 320).contains(packet.timestamp))
            place = packet.timestamp + 320
        }
        #expect(try relay.next() == .turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered)))
        #expect(house.saved.all.count == 1)
        try await house.stop()
    }

    @Test func `a wake word and nothing else is silence`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1, commandMilliseconds: 0)
        _ = try relay.next { frame in if case .grant = frame { true } else { nil } }
        #expect(try relay.next() == .speechEnd(SpeechEnd(turn: TurnID(1), reason: .noSpeech)))
        #expect(try relay.next() == .turnEnd(TurnEnd(turn: TurnID(1), outcome: .silence)))
        try await house.stop()
    }

    @Test func `an engine that fails ends the turn, and the next turn is served`() async throws {
        for (recogniserFails, voiceFails) in [(true, false), (false, true)] {
            let house = try await TestHub(recogniserFails: recogniserFails, voiceFails: voiceFails)
            let relay = try TestRelay(port: house.listener.port)
            _ = try relay.join()
            for turn in 1...2 as ClosedRange<UInt32> {
                try relay.speak(turn: turn)
                let end = try relay.next { frame in if case .turnEnd(let end) = frame { end } else { nil } }
                #expect(end == TurnEnd(turn: TurnID(turn), outcome: .failed))
            }
            try await house.stop()
        }
    }

    @Test func `what nothing understands is handed to the fallback, and its answer is spoken`() async throws {
        let fallback = ScriptedFallback(says: "It is blue.")
        let house = try await TestHub(
            hears: ["hey computer why is the sky blue"], fallback: fallback)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        let end = try relay.next { frame in if case .turnEnd(let end) = frame { end } else { nil } }
        #expect(end == TurnEnd(turn: TurnID(1), outcome: .answered))
        #expect(fallback.asked == [OpenQuestion("why is the sky blue", room: "kitchen")])
        try await house.stop()
    }

    @Test func `T15: a talker who goes away ends what the fallback does`() async throws {
        let fallback = ScriptedFallback(says: nil)
        let house = try await TestHub(hears: ["why is the sky blue"], fallback: fallback)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        while fallback.asked.isEmpty { await Task.yield() }
        relay.send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .muted)))
        while fallback.cancelledCount == 0 { await Task.yield() }
        try await house.stop()
    }

    @Test func `T13: a question asks the relay to listen again`() async throws {
        let house = try await TestHub(hears: ["turn on the dishwasher"])
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        _ = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        #expect(house.saved.all.isEmpty)
        try await house.stop()
    }

    @Test func `T15: a cancelled answer stops`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        let start = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        relay.send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .bargeIn)))
        let end = try relay.next { frame in if case .streamEnd(let end) = frame { end } else { nil } }
        #expect(end.stream == start.stream)
        #expect(end.packetCount < 50)
        try relay.speak(turn: 2)
        #expect(try relay.next() == .grant(Grant(turn: TurnID(2))))
        try await house.stop()
    }

    @Test func `N6, H7: the same relay takes its own place once it has proved its key, not before`()
        async throws
    {
        let house = try await TestHub()
        let first = try TestRelay(port: house.listener.port)
        _ = try first.join()
        let second = try TestRelay(port: house.listener.port)
        #expect(try second.shakeHands())
        first.send(.ping(Probe(number: 5)))
        #expect(try first.next() == .pong(Probe(number: 5)))
        _ = try second.greet("a")
        let goodbye = try first.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .replaced)
        #expect(try first.next() == nil)
        try await house.stop()
    }

    @Test(
        arguments: [
            [0x00, 0x04, 0x01, 0x00, 0, 0, 0, 1],  // A ping of version 1.
            [0xFF, 0xFF, 0x10, 0x01, 0, 0, 0, 0],
            Array("GET / HTTP/1.1\r\n\r\n".utf8),
            Array("LOQA".utf8) + [2, 2, 1, 0, 0, 96] + [UInt8](repeating: 7, count: 96),
            Array("LOQA".utf8) + [2, 2, 1, 0, 0xFF, 0xFF],
        ] as [[UInt8]])
    func `H1, H6, H8: bytes that are no handshake close the connection, and others are served`(
        bytes: [UInt8]
    ) async throws {
        let house = try await TestHub()
        let stranger = try TestRelay(port: house.listener.port)
        stranger.send(bytes)
        #expect(try stranger.next() == nil)
        let relay = try TestRelay(port: house.listener.port)
        #expect(try relay.join().name == "a")
        try await house.stop()
    }

    @Test func `L2, N4, H9: a connection that says nothing is closed`() async throws {
        let house = try await TestHub()
        let silent = try TestRelay(port: house.listener.port)
        #expect(try silent.next() == nil)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        relay.isSilent = true
        let second = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(second.code == .silent)
        try await house.stop()
    }

    @Test func `N7: a room that the home lacks is refused with the rooms it has`() async throws {
        let house = try await TestHub(relays: ["a": "attic"])
        let relay = try TestRelay(port: house.listener.port)
        #expect(try relay.shakeHands())
        relay.send(.hello(Hello(session: 1, name: "a", room: "")))
        let goodbye = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .unknownRoom)
        #expect(goodbye.text.contains("bedroom, kitchen"))
        try await house.stop()
    }

    @Test func `S2: nothing is spoken to a relay that has not said that it can speak`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        relay.send(.status(Status(isMuted: false, canHear: true, canSpeak: false)))
        try relay.speak(turn: 1)
        _ = try relay.next { frame in if case .speechEnd = frame { true } else { nil } }
        #expect(try relay.next() == .turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered)))
        #expect(house.saved.all.count == 1)
        try await house.stop()
    }

    @Test func `M5: the hub sends to where the newest authentic datagram came from, and nowhere else`()
        async throws
    {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let other = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        // Somebody sends with the relay's session, but without its key: nothing is answered, nothing moves (M2).
        let session = relay.hubSession
        let forged = [
            0x50, UInt8(session >> 16), UInt8(session >> 8 & 0xFF), UInt8(session & 0xFF), 0, 0, 0, 9,
        ]
        other.send(datagram: forged + [UInt8](repeating: 1, count: 60))
        #expect(other.nextDatagram() == nil)
        relay.probe()
        #expect(relay.nextDatagram() != nil)
        // The relay itself moves to another port.
        relay.send(
            datagram: .pathProbe(PathProbe(number: 50, sentAt: 1, isReplied: true)), from: other)
        #expect(other.nextDatagram() != nil)
        try await house.stop()
    }

    @Test func `P2: a relay whose datagrams do not pass is heard and answered over the connection`()
        async throws
    {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join(byDatagrams: false)
        try relay.speak(turn: 1, byDatagrams: false)
        let start = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        for sequence in 0..<50 as Range<UInt32> {
            let packet = try relay.next { frame in if case .media(let packet) = frame { packet } else { nil }
            }
            #expect(packet.stream == start.stream)
            #expect(packet.sequence == sequence)
        }
        try await house.stop()
    }

    @Test func `M6, M7: sound of a stream that nobody opened is kept a moment, and dropped`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        for sequence in 0..<20 as Range<UInt32> {
            relay.send(
                MediaPacket(stream: StreamID(1), sequence: sequence, timestamp: sequence * 320, payload: [8]))
        }
        try relay.speak(turn: 2)
        #expect(try relay.next() == .grant(Grant(turn: TurnID(2))))
        #expect(try relay.next() == .speechEnd(SpeechEnd(turn: TurnID(2), reason: .endpoint)))
        try await house.stop()
    }

    @Test func `M8: a stream whose last packets are lost leaves the hub free for the next`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try relay.speak(turn: 1)
        relay.send(.streamEnd(StreamEnd(stream: StreamID(1), packetCount: 1_000)))
        // The answer takes longer than anybody's patience with a missing packet.
        _ = try relay.next { frame in if case .turnEnd = frame { true } else { nil } }
        relay.send(.ping(Probe(number: 7)))
        let pong = try relay.next { frame in if case .pong(let probe) = frame { probe.number } else { nil } }
        #expect(pong == 7)
        try await house.stop()
    }

    @Test func `D1, D2: one stranger too many from an address is closed without a word`() async throws {
        let house = try await TestHub()
        let limit = AddressLimits<HubClock>.Limits().openPerAddress
        let strangers = try (0..<limit).map { _ in try TestRelay(port: house.listener.port) }
        let last = try TestRelay(port: house.listener.port)
        #expect(try last.next() == nil)
        #expect(last.refusal == nil)
        guard case .status(let status) = await house.hub.answer(.status) else { return }
        #expect(status.counters["refusedConnection"] == 1)
        // Their places are free again once they have proved themselves or are gone (H9).
        for stranger in strangers { #expect(try stranger.next() == nil) }
        #expect(try TestRelay(port: house.listener.port).join().name == "a")
        try await house.stop()
    }

    @Test func `D4: a relay that does not read what it is sent is closed`() async throws {
        let house = try await TestHub(unsentByteCountMax: 2_048, kernelByteCountMax: 2_048)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        #expect(relay.isClosedWithoutReading(pingCount: 500))
        try await house.stop()
    }

    @Test func `I5: a revoked key is dropped at once and does not return`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        guard case .relay = await house.hub.answer(.revoke(relay: "a")) else {
            Issue.record("the relay was not revoked")
            return
        }
        let goodbye = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .revoked)
        #expect(house.registries.all.count == 1)
        let again = try TestRelay(port: house.listener.port)
        #expect(try !again.shakeHands())
        #expect(again.refusal == .refused(.revoked))
        try await house.stop()
    }

    @Test func `I3, I4: a token lets one relay in, once, and is kept as used before the welcome`()
        async throws
    {
        let house = try await TestHub()
        guard
            case .invited(let text, _) = await house.hub.answer(
                .invite(room: "bedroom", name: nil, validForSeconds: 600, address: nil))
        else {
            Issue.record("no token")
            return
        }
        let token = try InviteToken(text: text)
        #expect(token.hubKey == TestHub.key.publicKey && Int(token.port) == house.listener.port)
        let new = try TestRelay(port: house.listener.port, as: "new", credentials: .invited(token))
        let welcome = try new.join("shelf")
        #expect((welcome.name, welcome.room) == ("shelf", "bedroom"))
        #expect(house.registries.all.count == 2)
        let thief = try TestRelay(port: house.listener.port, as: "thief", credentials: .invited(token))
        #expect(try !thief.shakeHands())
        #expect(thief.refusal == .refused(.inviteUsed))
        // The relay itself may come with it again: perhaps it never saw its welcome.
        let again = try TestRelay(port: house.listener.port, as: "new", credentials: .invited(token))
        #expect(try again.join("shelf").name == "shelf")
        try await house.stop()
    }

    @Test func `A2, A5: a stranger waits until the owner has compared its digits, and then joins`()
        async throws
    {
        let house = try await TestHub()
        let stranger = try TestRelay(port: house.listener.port, as: "stranger", credentials: .adoption)
        #expect(try stranger.shakeHands())
        guard let session = stranger.session else { return }
        let nonce = [UInt8](1...16)
        stranger.send(
            .adoptCommit(
                AdoptCommit(
                    commitment: Adoption.commitment(hash: session.hash, nonce: nonce), name: "shelf", room: ""
                )))
        let theirs = try stranger.next { frame in
            if case .adoptNonce(let it) = frame { it.nonce } else { nil }
        }
        stranger.send(.adoptReveal(AdoptReveal(nonce: nonce)))
        stranger.send(.ping(Probe(number: 1)))
        _ = try stranger.next { frame in if case .pong = frame { true } else { nil } }
        let code = Adoption.code(hash: session.hash, relayNonce: nonce, hubNonce: theirs)
        guard case .pending(let list) = await house.hub.answer(.pending) else { return }
        #expect(list.map(\.code) == [code])
        guard
            case .relay(let relay) = await house.hub.answer(.approve(code: code, room: "bedroom", name: nil))
        else {
            Issue.record("the relay was not adopted")
            return
        }
        #expect((relay.name, relay.room) == ("shelf", "bedroom"))
        _ = try stranger.next { frame in if case .adopted(let adopted) = frame { adopted } else { nil } }
        #expect(try stranger.greet("shelf").room == "bedroom")
        try await house.stop()
    }

    @Test func `I6: a new key of the hub is told to its relays, and both are answered to until the end`()
        async throws
    {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        _ = await house.hub.answer(.rotateKey)
        let key = try relay.next { frame in if case .hubKey(let key) = frame { key } else { nil } }
        relay.send(.hubKeyStored(HubKeyStored(key: key.key)))
        let new = try #require(PublicKey(key.key))
        let byNew = try TestRelay(port: house.listener.port, credentials: .enrolled(hub: new))
        #expect(try byNew.join().name == "a")
        let byOld = try TestRelay(port: house.listener.port, as: "b")
        #expect(try byOld.join().name == "b")
        guard case .rotationFinished(_, let behind, _) = await house.hub.answer(.finishRotation) else {
            Issue.record("the change did not end")
            return
        }
        #expect(behind == ["b", "c"])
        let late = try TestRelay(port: house.listener.port, as: "c")
        #expect(try !late.shakeHands())
        let stays = try TestRelay(port: house.listener.port, credentials: .enrolled(hub: new))
        #expect(try stays.join().name == "a")
        try await house.stop()
    }

    @Test func `T17, K4: an announcement goes to the relays of a room, for one moment`() async throws {
        let house = try await TestHub()
        let (a, b, c) = (
            try TestRelay(port: house.listener.port), try TestRelay(port: house.listener.port, as: "b"),
            try TestRelay(port: house.listener.port, as: "c")
        )
        for relay in [a, b, c] { _ = try relay.join() }
        #expect(
            await house.hub.answer(.announce(text: "Dinner is ready", rooms: ["kitchen"]))
                == .announced(relays: ["a", "b"]))
        let starts = try [a, b].map { relay in
            try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        }
        #expect(starts.allSatisfy { $0.turn == .none && $0.presentAt > 0 })
        #expect(starts[0].presentAt == starts[1].presentAt)
        for relay in [a, b] { #expect(try relay.nextPacket().sequence == 0) }
        c.send(.ping(Probe(number: 3)))
        #expect(try c.next() == .pong(Probe(number: 3)))
        try await house.stop()
    }

    @Test func `L5: a hub that ends says goodbye`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        try await house.stop()
        let goodbye = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .shuttingDown)
        #expect(try relay.next() == nil)
    }

    @Test(arguments: ["0.0.0.0", "::"])
    func `a hub listens on every address, and relays reach it`(host: String) async throws {
        let house = try await TestHub(host: host)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join()
        relay.probe()
        #expect(relay.nextDatagram() != nil)
        try await house.stop()
    }

    @Test func `a port in use is an error that says so`() async throws {
        let house = try await TestHub()
        await #expect {
            _ = try await TestHub(port: house.listener.port)
        } throws: { error in
            "\(error)".contains("is in use")
        }
        try await house.stop()
    }
}
