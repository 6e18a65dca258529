import Foundation
import HubServer
import Logging
import LoqaSystem
import NIOCore
import NIOPosix
import Testing

// Both wait for real programs and sockets: side by side they would take all the threads that tasks may run on.
extension HubServerTests {
    /// With programs that stand in for avahi-publish-service.
    struct ServiceAnnouncementTests {
        private static let service = ServiceAnnouncement.Service(
            name: "Loqa", port: 7580, version: 2, fingerprint: "0123-4567-89ab-cdef")

        /// No rest between two starts; and no child runs long enough to be called settled, however slow the machine.
        private static let hasty: AnnouncementRest = {
            var rest = AnnouncementRest()
            (rest.min, rest.max, rest.settledLookCount) = (0, 0, .max)
            return rest
        }()

        @Test
        func
            `N9: the program is told name, type, port, version and fingerprint, and ends with the announcement`()
            async throws
        {
            let program = try FakePublisher(
                #"printf '%s|' "$@" > "$0.pipe"; echo "$$" > "$0.pipe"; exec sleep 1000"#)
            let announcement = announcement(program)
            await announcement.announce(Self.service)
            let words = try program.line().split(separator: "|").map(String.init)
            #expect(
                words.dropLast() == ["--", "Loqa", "_loqa._tcp", "7580", "v=2", "fp=0123-4567-89ab-cdef"])
            let process = try #require(words.last.flatMap { pid_t($0) })
            #expect(kill(process, 0) == 0)
            #expect(await announcement.isRunning)
            await announcement.stop()
            #expect(kill(process, 0) != 0)
            #expect(await !announcement.isRunning)
        }

        @Test func `what is new is published in place of the old, what is the same is left alone`()
            async throws
        {
            let program = try FakePublisher(#"echo "$6 $$" > "$0.pipe"; exec sleep 1000"#)
            let announcement = announcement(program)
            await announcement.announce(Self.service)
            let first = try program.line().split(separator: " ")
            await announcement.announce(Self.service)
            #expect(kill(try #require(pid_t(first[1])), 0) == 0)
            var other = Self.service
            other.fingerprint = "ffff"
            await announcement.announce(other)
            let second = try program.line().split(separator: " ")
            #expect([first[0], second[0]] == ["fp=0123-4567-89ab-cdef", "fp=ffff"])
            #expect(kill(try #require(pid_t(first[1])), 0) != 0)
            await announcement.stop()
        }

        @Test func `a program that ends is started again, and the log hears of it once`() async throws {
            let program = try FakePublisher(#"echo started > "$0.pipe"; exit 1"#)
            let log = LogLines()
            let announcement = announcement(program, log: log)
            await announcement.announce(Self.service)
            for _ in 0..<4 { #expect(try program.line() == "started") }
            await announcement.stop()
            #expect(log.lines.count == 1)
            #expect(log.lines.first?.contains("ended with code 1: is avahi-daemon running?") == true)
        }

        @Test func `a missing program is told once, with what to install`() async throws {
            let log = LogLines()
            var options = ServiceAnnouncement.Options()
            options.publishProgram = "/no/such/program"
            options.lookInterval = .milliseconds(1)
            options.rest = AnnouncementRest()
            let announcement = ServiceAnnouncement(
                on: MultiThreadedEventLoopGroup.singleton.next(), logger: log.logger, options: options)
            await announcement.announce(Self.service)
            try await log.waitForLine()
            await announcement.stop()
            #expect(log.lines.count == 1)
            #expect(log.lines.first?.contains("install avahi-daemon and avahi-utils") == true)
        }

        @Test func `a name is cut to what DNS takes, at a whole character`() {
            var service = Self.service
            service.name = String(repeating: "é", count: 40)
            #expect(service.arguments[1] == String(repeating: "é", count: 31))
            service.name = "a\nb\u{7}"
            #expect(service.arguments[1] == "ab")
            service.name = ""
            #expect(service.arguments[1] == "Loqa")
            service.name = "--help"
            #expect(service.arguments[..<2] == ["--", "--help"])
        }

        @Test
        func `rests double up to their limit, and are short again once the program has run for a while`() {
            var rest = AnnouncementRest()
            let rests = (0..<8).map { _ in rest.next() }
            #expect(rests == [1, 2, 4, 8, 16, 32, 60, 60])
            rest.started()
            let looks = (0..<6).map { _ in rest.isSettled() }
            #expect(looks == [false, false, false, false, true, true])
            rest.started()
            let (early, next) = (rest.isSettled(), rest.next())
            #expect(!early && next == 1)
        }

        /// Part of tools/test-discovery: publishes until its input ends or it is killed.
        @Test(.enabled(if: ProcessInfo.processInfo.environment["LOQA_DISCOVERY"] == "publish"))
        func `publishes for real while it is asked to`() async throws {
            let announcement = ServiceAnnouncement(
                on: MultiThreadedEventLoopGroup.singleton.next(), logger: Logger(label: "publish"))
            await announcement.announce(Self.service)
            let path = try #require(ProcessInfo.processInfo.environment["LOQA_DISCOVERY_END"])
            // Opening a pipe to read waits for somebody to open it to write.
            close(open(path, O_RDONLY))
            await announcement.stop()
        }

        private func announcement(_ program: FakePublisher, log: LogLines = LogLines()) -> ServiceAnnouncement
        {
            var options = ServiceAnnouncement.Options()
            options.publishProgram = program.path
            options.lookInterval = .milliseconds(10)
            options.rest = AnnouncementRest()
            return ServiceAnnouncement(
                on: MultiThreadedEventLoopGroup.singleton.next(), logger: log.logger, options: options)
        }
    }
}

/// A shell script that tells what it does through a pipe beside it.
private final class FakePublisher {
    let path = NSTemporaryDirectory() + "loqa-publish-\(UUID().uuidString)"
    private let pipe: Int32
    private var unread = ""

    init(_ script: String) throws {
        // Written by another process: a child that another test starts meanwhile would keep a file of ours open for writing
        // for a moment, and such a file cannot be run.
        let words = #"printf '#!/bin/sh\n%s\n' "$2" > "$1"; chmod 700 "$1""#
        let writer = try Process.run(
            URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", words, "sh", path, script])
        writer.waitUntilExit()
        try #require(writer.terminationStatus == 0)
        try #require(mkfifo(path + ".pipe", 0o600) == 0)
        pipe = open(path + ".pipe", O_RDWR | O_NONBLOCK | O_CLOEXEC)
    }

    deinit {
        close(pipe)
        unlink(path)
        unlink(path + ".pipe")
    }

    /// The next line that it told, within ten seconds.
    func line() throws -> String {
        while !unread.contains("\n") {
            var ready = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            try #require(poll(&ready, 1, 10_000) == 1, "the program told nothing")
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let count = read(pipe, &bytes, bytes.count)
            unread += String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        let line = unread.prefix { $0 != "\n" }
        unread.removeFirst(line.count + 1)
        return String(line)
    }
}

/// Keeps what is logged.
private final class LogLines: LogHandler, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String] = []
    private let arrived = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    var logger: Logger { Logger(label: "test") { _ in self } }
    var lines: [String] { lock.withLock { kept } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lock.withLock { kept.append("\(event.message) \(event.metadata ?? [:])") }
        arrived.continuation.yield()
    }

    func waitForLine() async throws {
        for await _ in arrived.stream { return }
    }
}
