import Foundation
import LoqaBase
import LoqaSystem
import Testing

@testable import loqa_impair

/// The real program between real sockets of the loopback interface.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ProxyTests {
    @Test func `both planes pass an open proxy both ways`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub)
        let client = try TestClient(proxy: proxy)
        try client.sendPacket("up")
        let (bytes, source) = try hub.receivePacket()
        #expect(bytes == "up")
        try hub.sendPacket("down", to: source)
        #expect(try client.receivePacket() == "down")

        let connection = try hub.accept()
        try client.send("over tcp")
        #expect(try connection.receive(8) == "over tcp")
        try connection.send("and back")
        #expect(try client.connection.receive(8) == "and back")
        connection.end()
        #expect(try client.connection.receive(1).isEmpty)
        try client.send("x")  // the other way stays open
        #expect(try connection.receive(1) == "x")
    }

    @Test func `loss as told is lost, counted, and the same for the same seed`() throws {
        func arrivals(seed: Int) throws -> ([String], [String: Any]) {
            let hub = try TestHub()
            let proxy = try RunningProxy(hub: hub, ["--seed", "\(seed)", "--set", "udp up loss 30"])
            let client = try TestClient(proxy: proxy)
            for number in 0..<200 { try client.sendPacket("\(number)") }
            let statistics = try proxy.statistics {
                $0.udpCount("up", "delivered") + $0.udpCount("up", "lost") == 200
            }
            let count = statistics.udpCount("up", "delivered")
            return (try (0..<count).map { _ in try hub.receivePacket().0 }, statistics)
        }
        let (first, statistics) = try arrivals(seed: 4)
        #expect(statistics.udpCount("up", "lost") == 200 - first.count)
        #expect((110...165).contains(first.count))
        #expect(try arrivals(seed: 4).0 == first)
        #expect(try arrivals(seed: 5).0 != first)
    }

    @Test func `a delay is kept to within a few milliseconds`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--set", "udp delay 40", "--set", "tcp delay 40"])
        let client = try TestClient(proxy: proxy)
        let connection = try hub.accept()
        let started = MonotonicClock.nanoseconds
        try client.sendPacket("x")
        _ = try hub.receivePacket()
        let packet = MonotonicClock.nanoseconds - started
        try client.send("y")
        _ = try connection.receive(1)
        let both = MonotonicClock.nanoseconds - started
        // A loaded machine is late, never early.
        #expect((40_000_000...140_000_000).contains(packet))
        #expect((80_000_000...280_000_000).contains(both))
    }

    @Test func `UDP is blocked and opened while it runs, and orders that are none are named`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--block-udp"])
        let client = try TestClient(proxy: proxy)
        try client.sendPacket("lost")
        _ = try proxy.statistics { $0.udpCount("up", "blocked") == 1 }
        try proxy.order("udp explode\nudp open")
        _ = try proxy.statistics { _ in true }
        try client.sendPacket("through")
        #expect(try hub.receivePacket().0 == "through")
    }

    @Test func `each client has a port of its own, and a new one after rebinding`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub)
        let clients = try (0..<3).map { _ in try TestClient(proxy: proxy) }
        func sources() throws -> [Endpoint] {
            try clients.map { client in
                try client.sendPacket("?")
                return try hub.receivePacket().1
            }
        }
        let before = try sources()
        #expect(try sources() == before)
        try proxy.order("udp rebind")
        _ = try proxy.statistics { (($0["udp"] as? [String: Any])?["rebinds"] as? Int) == 3 }
        let after = try sources()
        #expect(Set(before + after).count == 6)
        try hub.sendPacket("still here", to: after[1])
        #expect(try clients[1].receivePacket() == "still here")
    }

    @Test func `a cut breaks connections off at both ends`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub)
        let client = try TestClient(proxy: proxy)
        let connection = try hub.accept()
        try proxy.order("cut")
        #expect(throws: SystemError("receive", code: ECONNRESET)) { _ = try client.connection.receive(1) }
        #expect(throws: SystemError("receive", code: ECONNRESET)) { _ = try connection.receive(1) }
        let statistics = try proxy.statistics { _ in true }
        #expect((statistics["tcp"] as? [String: Any])?["cut"] as? Int == 1)
    }

    @Test func `a stall holds bytes for its time`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--set", "tcp stall 300"])
        let started = MonotonicClock.nanoseconds
        let client = try TestClient(proxy: proxy)
        let connection = try hub.accept()
        try client.send("late")
        #expect(try connection.receive(4) == "late")
        #expect(MonotonicClock.nanoseconds - started > 150_000_000)
    }

    @Test func `many bytes pass whole, and a receiver that does not read holds the sender back`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--set", "tcp delay 5", "--set", "tcp jitter 5"])
        let client = try TestClient(proxy: proxy)
        let connection = try hub.accept()
        let block = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
        // Nobody reads: the buffers of the system and the proxy are all there is, and they are far smaller than this.
        let blockCountMax = 60
        var pushed = 0
        while pushed < blockCountMax * block.count {
            let count = client.connection.push(block)
            pushed += count
            if count < block.count { break }
        }
        #expect((block.count..<blockCountMax * block.count).contains(pushed))
        while pushed > 0 {
            let piece = block.prefix(pushed)
            #expect(try connection.receiveBytes(piece.count) == Array(piece))
            pushed -= piece.count
        }
    }

    @Test func `a hub that is not there ends the client's connection`() throws {
        let hub = try TestHub()
        hub.close()
        let proxy = try RunningProxy(hub: hub)
        let client = try TestClient(proxy: proxy)
        #expect(throws: SystemError("receive", code: ECONNRESET)) { _ = try client.connection.receive(1) }
        try client.sendPacket("nobody")
        let statistics = try proxy.statistics {
            (($0["udp"] as? [String: Any])?["unreachable"] as? Int ?? 0) > 0
        }
        #expect((statistics["tcp"] as? [String: Any])?["unreachable"] as? Int == 1)
    }

    @Test func `a control file is obeyed, and again after SIGHUP`() throws {
        let path = NSTemporaryDirectory() + "loqa-impair-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data("# nothing passes\nudp block\n".utf8).write(to: URL(fileURLWithPath: path))
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--control-file", path])
        let client = try TestClient(proxy: proxy)
        try client.sendPacket("lost")
        _ = try proxy.statistics { $0.udpCount("up", "blocked") == 1 }
        try Data("udp delay 1\n".utf8).write(to: URL(fileURLWithPath: path))
        proxy.signal(SIGHUP)
        for number in 0..<500 {
            try client.sendPacket("\(number)")
            if try proxy.statistics({ _ in true }).udpCount("up", "delivered") > 0 { return }
        }
        Issue.record("the file was not read again")
    }

    @Test func `the hub sees a loopback client under its own address if asked`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--keep-source"])
        let client = try TestClient(proxy: proxy, from: "127.0.0.77:0")
        try client.sendPacket("x")
        #expect(try "\(hub.receivePacket().1)".hasPrefix("127.0.0.77:"))
    }

    @Test func `it says what it did when it ends, and wrong arguments end it with 64`() throws {
        let hub = try TestHub()
        let proxy = try RunningProxy(hub: hub, ["--seed", "9"])
        let last = try proxy.end()
        #expect(last["event"] as? String == "statistics")
        #expect(last["seed"] as? Int == 9)
        let bad = try ChildProcess(
            try programPath("loqa-impair"), arguments: ["127.0.0.1:0", "nowhere"])
        #expect(bad.ending() == .exited(64))
    }
}

extension [String: Any] {
    func udpCount(_ direction: String, _ name: String) -> Int {
        ((self["udp"] as? [String: Any])?[direction] as? [String: Any])?[name] as? Int ?? -1
    }
}
