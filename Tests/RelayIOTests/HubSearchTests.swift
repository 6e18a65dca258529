import Foundation
import LoqaBase
import LoqaSystem
import LoqaTestKit
import RelayIO
import Testing

struct HubSearchReplyTests {
    private let good =
        #"=;eth0;IPv4;Loqa\032hub;_loqa._tcp;local;hub.local;192.168.1.5;7580;"fp=01ab-cdef" "v=2""#

    @Test func `a resolved line is a hub, other lines are none`() {
        let reply = reply(
            """
            +;eth0;IPv4;Loqa\\032hub;_loqa._tcp;local
            \(good)
            -;eth0;IPv4;Loqa\\032hub;_loqa._tcp;local

            """)
        #expect(
            reply.found.map { "\($0.address) \($0.fingerprint ?? "-")" } == ["192.168.1.5:7580 01ab-cdef"])
        #expect(reply.refusedLineCount == 0)
    }

    @Test func `IPv4 comes first, link-local IPv6 not at all, and each address once`() {
        func line(_ family: String, _ address: String) -> String {
            good.replacingOccurrences(of: "IPv4", with: family)
                .replacingOccurrences(of: "192.168.1.5", with: address) + "\n"
        }
        let reply = reply(
            line("IPv6", "fe80::1") + line("IPv6", "fd00::5") + line("IPv4", "10.0.0.1")
                + line("IPv4", "10.0.0.2")
                + line("IPv6", "fd00::5") + line("IPv4", "10.0.0.1") + line("IPv6", "FEBF::1"))
        #expect(reply.found.map { "\($0.address)" } == ["10.0.0.1:7580", "10.0.0.2:7580", "[fd00::5]:7580"])
        #expect(reply.refusedLineCount == 2)
    }

    @Test(arguments: [
        ("IPv4", "IPv6"), ("IPv4", "IPX"), ("_loqa._tcp", "_http._tcp"), ("192.168.1.5", "hub.local"),
        ("192.168.1.5", "0.0.0.0"), ("192.168.1.5", "224.0.0.251"), ("192.168.1.5", "255.255.255.255"),
        ("192.168.1.5", ""), (";7580;", ";0;"), (";7580;", ";65536;"), (";7580;", ";+80;"), (";7580;", ";;"),
        ("\"v=2\"", "\"v=3\""), ("\"v=2\"", ""), ("\"v=2\"", "\"v=2"), ("\"v=2\"", "v=2"),
        ("\"v=2\"", "\"v=2\" \"\\"), ("\"v=2\"", "\"v=2\" \"x"), ("\"v=2\"", "\"v=2\" \"\\1\""),
        ("\"v=2\"", "\"v=2\" \"\\256\""),
        ("\"v=2\"", "\"v=2\" \"\\x\""), (";local;", ";"),
    ])
    func `a line that is malformed, of another version or of no use is refused`(old: String, new: String) {
        let reply = reply(good.replacingOccurrences(of: old, with: new) + "\n")
        #expect(reply.found.isEmpty)
        #expect(reply.refusedLineCount == 1)
    }

    @Test func `texts may hold anything behind backslashes, and a fingerprint that is none is left out`() {
        let text = #""v=2" "note=a\"b;c\\d\195\188" "fp=<script>""#
        let reply = reply(good.replacingOccurrences(of: #""fp=01ab-cdef" "v=2""#, with: text) + "\n")
        #expect(reply.found.map(\.fingerprint) == [nil])
        #expect(reply.refusedLineCount == 0)
    }

    @Test func `lines, hubs and bytes are bounded`() {
        let long = good + String(repeating: "x", count: 10_000) + "\n"
        var bounded = reply(long + good + "\n")
        #expect(bounded.found.count == 1)
        #expect(bounded.refusedLineCount == 1)
        for number in 0..<2_000 {
            bounded.take(Array((good.replacingOccurrences(of: "7580", with: "\(number + 1)") + "\n").utf8))
        }
        #expect(bounded.found.count == HubSearchReply.Limits.hubCountMax)
        let before = bounded.refusedLineCount
        for _ in 0..<100 { bounded.take(Array("=\n".utf8)) }  // past the last byte that is read
        #expect(bounded.refusedLineCount == before)
    }

    @Test(arguments: UInt64(0)..<100)
    func `no bytes stop it, and pieces give the same as the whole`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array((good + "\n" + good + "\n").utf8)
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        var (whole, pieces) = (HubSearchReply(version: 2), HubSearchReply(version: 2))
        whole.take(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...20, using: &random)
            pieces.take(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(whole.found == pieces.found)
        #expect(whole.refusedLineCount == pieces.refusedLineCount)
    }

    private func reply(_ text: String) -> HubSearchReply {
        var reply = HubSearchReply(version: 2)
        reply.take(Array(text.utf8))
        return reply
    }
}

/// With programs that stand in for avahi-browse.
struct HubSearchTests {
    @Test func `a search hands over what the program printed, once`() throws {
        let program = try Program(
            #"[ "$*" = "--resolve --parsable --terminate _loqa._tcp" ] || exit 9; "#
                + #"echo '=;e;IPv4;n;_loqa._tcp;local;h;10.0.0.1;7580;"v=2"'; echo noise >&2"#)
        let search = HubSearch(program: program.path, version: 2)
        let outcome = try outcome(of: search)
        #expect(outcome == .found([FoundHub(address: try #require(HubAddress("10.0.0.1:7580")))]))
        #expect(!search.isRunning && search.outputDescriptor == nil && search.deadline == nil)
        #expect(search.receive(at: ms(0)) == nil)
    }

    @Test func `nothing found is an answer, and a program that fails is a failure`() throws {
        let (quiet, failing) = (try Program("exit 0"), try Program("exit 1"))
        let nothing = try outcome(of: HubSearch(program: quiet.path, version: 2))
        let failure = try outcome(of: HubSearch(program: failing.path, version: 2))
        #expect(nothing == .found([]))
        #expect(failure == .failed("the search for hubs by mDNS ended with code 1: is avahi-daemon running?"))
        let missing = HubSearch(program: "/no/such/program", version: 2)
        missing.start(at: ms(0))
        #expect(missing.deadline == RelayInstant.origin)
        #expect(
            missing.receive(at: ms(0)) == .failed("install avahi-daemon and avahi-utils to find hubs by mDNS")
        )
    }

    @Test func `a program that hangs is ended at the deadline, with what it said until then`() throws {
        let program = try Program(
            #"echo '=;e;IPv4;n;_loqa._tcp;local;h;10.0.0.1;7580;"v=2"'; exec sleep 1000"#)
        let search = HubSearch(program: program.path, version: 2)
        search.start(at: ms(0))
        let output = try #require(search.outputDescriptor)
        var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        #expect(poll(&ready, 1, 10_000) == 1)
        #expect(search.receive(at: ms(4_999)) == nil)
        #expect(search.deadline == ms(5_000))
        let outcome = search.receive(at: ms(5_000))
        #expect(outcome == .found([FoundHub(address: try #require(HubAddress("10.0.0.1:7580")))]))
        #expect(search.outputDescriptor == nil)
    }

    @Test func `a search that was given up has no outcome`() throws {
        let program = try Program("exec sleep 1000")
        let search = HubSearch(program: program.path, version: 2)
        search.start(at: ms(0))
        #expect(search.isRunning)
        search.stop()
        #expect(search.receive(at: ms(9_000)) == nil)
    }

    private func outcome(of search: HubSearch) throws -> HubSearch.Outcome? {
        search.start(at: ms(0))
        for _ in 0..<100 {
            guard let output = search.outputDescriptor else { break }
            var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            #expect(poll(&ready, 1, 10_000) == 1)
            if let outcome = search.receive(at: ms(1)) { return outcome }
        }
        return search.receive(at: ms(1))
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}

/// A shell script in a file of its own, gone with this value.
private final class Program {
    let path = NSTemporaryDirectory() + "loqa-search-\(UUID().uuidString)"

    init(_ script: String) throws {
        // Written by another process: a child that another test starts meanwhile would keep a file of ours open for writing
        // for a moment, and such a file cannot be run.
        let words = #"printf '#!/bin/sh\n%s\n' "$2" > "$1"; chmod 700 "$1""#
        let writer = try Process.run(
            URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", words, "sh", path, script])
        writer.waitUntilExit()
        try #require(writer.terminationStatus == 0)
    }

    deinit { unlink(path) }
}
