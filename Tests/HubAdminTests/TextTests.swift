import HubAdmin
import Testing

@testable import loqa

struct TextTests {
    private static let now: Int64 = 1_800_000_200

    @Test(
        arguments: [
            (0, "now"), (4, "now"), (5, "5 s ago"), (59, "59 s ago"), (60, "1 min ago"), (200, "3 min ago"),
            (3_600, "1 h ago"), (172_799, "47 h ago"), (172_800, "2 d ago"), (-50, "now"),
        ] as [(Int64, String)])
    func `times are told as people say them`(age: Int64, text: String) {
        #expect(Wording.ago(Self.now - age, now: Self.now) == text)
    }

    @Test func `times at the ends of their range are no trap`() {
        #expect(Wording.ago(.min, now: .max) == "106751991167300 d ago")
        #expect(Wording.ago(.max, now: .min) == "now")
        #expect(Wording.ahead(.max, now: .min).hasPrefix("in "))
        #expect(Wording.ahead(0, now: 5) == "now")
    }

    @Test func `numbers are short`() {
        #expect(Wording.milliseconds(nil) == "-")
        #expect(
            [UInt32(0), 12_345, 99_949, 99_960, 123_400].map { Wording.milliseconds($0) } == [
                "0.0", "12.3", "99.9", "100", "123",
            ])
        #expect([UInt16(0), 125, 1_000].map(Wording.percent) == ["0.0", "12.5", "100"])
        #expect(
            [UInt64(9_999), 10_000, 999_999, 3_400_000, 7_000_000_000].map(Wording.count) == [
                "9999", "10k", "999k", "3.4M", "7.0G",
            ])
    }

    @Test func `validity is a number and a unit, within what the hub grants`() {
        let good: [(String, Int64)] = [("60s", 60), ("1m", 60), ("24h", 86_400), ("30d", 2_592_000)]
        for (text, seconds) in good { #expect(Validity(argument: text)?.seconds == seconds) }
        for text in [
            "", "h", "24", "59s", "31d", "-5h", "+5h", "1.5h", "5 h", "24H", "99999999999999999999d", "٣h",
        ] {
            #expect(Validity(argument: text) == nil, "\(text)")
        }
    }

    @Test func `the socket is the one given, else the environment's, else the first that is there`() {
        func path(_ option: String?, _ environment: [String: String], here: Bool) -> String {
            AdminOptions.socketPath(option: option, environment: environment) { $0 == "./admin.sock" && here }
        }
        #expect(path("a", ["LOQA_ADMIN_SOCKET": "b"], here: true) == "a")
        #expect(path(nil, ["LOQA_ADMIN_SOCKET": "b"], here: true) == "b")
        #expect(path(nil, ["LOQA_ADMIN_SOCKET": ""], here: true) == "./admin.sock")
        #expect(path(nil, [:], here: false) == "/run/loqa/admin.sock")
    }

    @Test func `what comes over the network cannot steer a terminal`() {
        #expect(Output.clean("a\u{1B}[2Jb\rc\u{202E}d\u{9B}\nü") == "a?[2Jb?c?d?\nü")
    }

    @Test func `a table is cut to its width from the widest column on`() {
        var table = TextTable([
            .init(title: "NAME", widthMin: 5), .init(title: "N", isNumber: true),
            .init(title: "KEY", widthMin: 4),
        ])
        table.append(["a long name", "7", "0123456789"])
        table.append(["b", "1234", "-"])
        #expect(
            table.text(width: .max) == """
                NAME            N  KEY
                a long name     7  0123456789
                b            1234  -
                """)
        #expect(
            table.text(width: 20) == """
                NAME       N  KEY
                a lon…     7  01234…
                b       1234  -
                """)
        #expect(table.text(width: 1).split(separator: "\n").map(\.count).max() == 5 + 2 + 4 + 2 + 4)
    }

    @Test func `every table fits 80 columns`() {
        let texts = [
            Tables.relays([Samples.relay, Samples.revoked], now: Self.now, width: 80),
            Tables.invites(
                [
                    Samples.invite,
                    AdminInvite(
                        id: Samples.invite.id, room: Samples.revoked.name, name: Samples.revoked.name,
                        expiresAt: 5, state: .used, usedBy: Samples.revoked.name),
                ], now: Self.now, width: 80),
            Tables.pending([Samples.pending], now: Self.now, width: 80),
            Tables.links([Samples.link, Samples.link], width: 80),
        ]
        for text in texts {
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test func `the list of relays reads so`() {
        #expect(
            Tables.relays([Samples.relay, Samples.revoked], now: Self.now, width: 80) == """
                NAME             ROOM     STATE      SEEN       ADDRESS          KEY
                shelf            kitchen  connected  now        192.0.2.7:50123  0123-4567-89ab…
                a relay with a…  bedroom  revoked    115 d ago  [2001:db8:1234…  ffff-4567-89ab…
                """)
    }

    @Test func `the links read so`() {
        #expect(
            Tables.links([Samples.link], width: 80) == """
                RELAY        PATH   RTT      LOSS   JITTER  CLOCK   KEYS    PACKETS  BAD   AGE
                living room  udp   12.3  100/12.5  123/2.0    0.5  188/0  12.3M/999    4  25 h
                """)
        #expect(
            Tables.link(Samples.link) == """
                Relay         living room
                Connected     for 25 h
                Path          UDP
                Round trip    12.3 ms (last probe: 180 ms ago)
                To the hub    loss 100 %, jitter 123 ms, 12345678 packets, key 188
                To the relay  loss 12.5 %, jitter 2.0 ms, 999 packets, key 0
                Clock         -1020.034 ms, within 0.5 ms
                Refused       3 replayed, 1 forged packets
                """)
    }

    @Test func `the hub's status reads so`() {
        #expect(
            Tables.status(Samples.status, now: Self.now) == """
                Hub         Loqa 0.3.0, started 2 h ago
                Key         8888-4567-89ab-cdef
                Listens     192.0.2.1:7580, [2001:db8::1]:7580
                Rooms       kitchen, den
                Relays      7 enrolled, 6 connected
                Revoked     1
                Waiting     0 for adoption
                Invites     2 open
                Chat model  off
                Rotation    to 9999-4567-89ab-cdef, begun 3 min ago. 2 of 7 relays do not know the new key yet: shelf, den.
                Refused     handshakes refused 3
                """)
    }

    @Test func `empty lists say what to do or that there is nothing`() {
        #expect(Tables.relays([], now: 0, width: 80).contains("loqa relay invite"))
        for text in [
            Tables.invites([], now: 0, width: 80), Tables.pending([], now: 0, width: 80),
            Tables.links([], width: 80),
        ] { #expect(text.hasPrefix("No ")) }
    }

    @Test func `a rotation names those behind`() {
        #expect(
            Tables.following(Samples.rotation) == "2 of 7 relays do not know the new key yet: shelf, den.")
        let many = AdminRotation(
            fingerprint: "", since: 0, confirmed: 0, behind: (0..<300).map { "\($0)" })
        #expect(Tables.following(many).hasSuffix("255 and 44 more."))
        let done = AdminRotation(fingerprint: "", since: 0, confirmed: 3, behind: [])
        #expect(Tables.following(done) == "All 3 relays know the new key.")
    }
}
