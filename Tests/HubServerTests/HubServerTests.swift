import HubServer
import LoqaBase
import LoqaWire
import NIOPosix
import Testing

/// A hub on real loopback sockets.
@Suite(.serialized)
struct HubServerTests {
    @Test func `N1, N2, L1: a relay joins and its pings are answered`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("a")
        #expect(welcome.version == 1)
        relay.send(.ping(Probe(number: 7)))
        let pong = try relay.next { frame in if case .pong(let probe) = frame { probe.number } else { nil } }
        #expect(pong == 7)
        try await house.stop()
    }

    @Test func `T3, T5, T6, T8: a spoken command is granted, heard, acted on and answered`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("a")
        try relay.speak(turn: 1, to: welcome)
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
        let welcome = try relay.join("a")
        try relay.speak(turn: 1, to: welcome, commandMilliseconds: 0)
        _ = try relay.next { frame in if case .grant = frame { true } else { nil } }
        #expect(try relay.next() == .speechEnd(SpeechEnd(turn: TurnID(1), reason: .noSpeech)))
        #expect(try relay.next() == .turnEnd(TurnEnd(turn: TurnID(1), outcome: .silence)))
        try await house.stop()
    }

    @Test func `an engine that fails ends the turn, and the next turn is served`() async throws {
        for (recogniserFails, voiceFails) in [(true, false), (false, true)] {
            let house = try await TestHub(recogniserFails: recogniserFails, voiceFails: voiceFails)
            let relay = try TestRelay(port: house.listener.port)
            let welcome = try relay.join("a")
            for turn in 1...2 as ClosedRange<UInt32> {
                try relay.speak(turn: turn, to: welcome)
                let end = try relay.next { frame in if case .turnEnd(let end) = frame { end } else { nil } }
                #expect(end == TurnEnd(turn: TurnID(turn), outcome: .failed))
            }
            try await house.stop()
        }
    }

    @Test func `T13: a question asks the relay to listen again`() async throws {
        let house = try await TestHub(hears: ["turn on the dishwasher"])
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("a")
        try relay.speak(turn: 1, to: welcome)
        _ = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        #expect(house.saved.all.isEmpty)
        try await house.stop()
    }

    @Test func `T15: a cancelled answer stops`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("a")
        try relay.speak(turn: 1, to: welcome)
        let start = try relay.next { frame in if case .answerStart(let start) = frame { start } else { nil } }
        relay.send(.turnCancel(TurnCancel(turn: TurnID(1), reason: .bargeIn)))
        let end = try relay.next { frame in if case .streamEnd(let end) = frame { end } else { nil } }
        #expect(end.stream == start.stream)
        #expect(end.packetCount < 50)
        try relay.speak(turn: 2, to: welcome)
        #expect(try relay.next() == .grant(Grant(turn: TurnID(2))))
        try await house.stop()
    }

    @Test func `N6: a second relay of the same name takes the place of the first`() async throws {
        let house = try await TestHub()
        let first = try TestRelay(port: house.listener.port)
        _ = try first.join("a")
        let second = try TestRelay(port: house.listener.port)
        _ = try second.join("a")
        let goodbye = try first.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .duplicateName)
        #expect(try first.next() == nil)
        try await house.stop()
    }

    @Test(
        arguments: [
            [0x00, 0x04, 0x01, 0x00, 0, 0, 0, 1],  // A ping before the greeting.
            [0xFF, 0xFF, 0x10, 0x01],  // A greeting longer than a frame may be.
            Array("GET / HTTP/1.1\r\n\r\n".utf8),
            [0x00, 0x00, 0x20, 0x01],  // A hub's own frame.
        ] as [[UInt8]])
    func `C10, N1: bytes that are no greeting are answered with a goodbye, and others are served`(
        bytes: [UInt8]
    ) async throws {
        let house = try await TestHub()
        let stranger = try TestRelay(port: house.listener.port)
        stranger.send(bytes)
        let goodbye = try stranger.next { frame in
            if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .protocolViolation)
        #expect(try stranger.next() == nil)
        let relay = try TestRelay(port: house.listener.port)
        #expect(try relay.join("a").version == 1)
        try await house.stop()
    }

    @Test func `L2, N4: a connection that says nothing is closed`() async throws {
        let house = try await TestHub()
        let silent = try TestRelay(port: house.listener.port)
        let first = try silent.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(first.code == .protocolViolation)
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join("a")
        relay.isSilent = true
        let second = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(second.code == .silent)
        try await house.stop()
    }

    @Test func `N7: a room that the home lacks is refused with the rooms it has`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        relay.send(.hello(Hello(versionMin: 1, versionMax: 1, mediaPort: 9, name: "a", room: "attic")))
        let goodbye = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .unknownRoom)
        #expect(goodbye.text.contains("bedroom, kitchen"))
        try await house.stop()
    }

    @Test func `S2: nothing is spoken to a relay that has not said that it can speak`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        let welcome = try relay.join("a")
        relay.send(.status(Status(isMuted: false, canHear: true, canSpeak: false)))
        try relay.speak(turn: 1, to: welcome)
        _ = try relay.next { frame in if case .speechEnd = frame { true } else { nil } }
        #expect(try relay.next() == .turnEnd(TurnEnd(turn: TurnID(1), outcome: .answered)))
        #expect(house.saved.all.count == 1)
        try await house.stop()
    }

    @Test func `M5, M6: sound from any other address than the relay's own is not heard`() async throws {
        let house = try await TestHub()
        let (relay, stranger) = (
            try TestRelay(port: house.listener.port), try TestRelay(port: house.listener.port)
        )
        let welcome = try relay.join("a")
        try relay.speak(turn: 1, to: welcome, from: stranger)
        let end = try relay.next { frame in if case .turnEnd(let end) = frame { end } else { nil } }
        #expect(end == TurnEnd(turn: TurnID(1), outcome: .failed))
        try await house.stop()
    }

    @Test func `L5: a hub that ends says goodbye`() async throws {
        let house = try await TestHub()
        let relay = try TestRelay(port: house.listener.port)
        _ = try relay.join("a")
        try await house.stop()
        let goodbye = try relay.next { frame in if case .goodbye(let goodbye) = frame { goodbye } else { nil }
        }
        #expect(goodbye.code == .shuttingDown)
        #expect(try relay.next() == nil)
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "::"])
    func `N9: a hub does not listen beyond loopback`(host: String) async throws {
        let house = try await TestHub()
        await #expect {
            _ = try await HubListener(house.hub, host: host, port: 0, on: house.group.next())
        } throws: { error in
            "\(error)".contains("loopback")
        }
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
