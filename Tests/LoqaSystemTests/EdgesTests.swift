import Foundation
import LoqaBase
import LoqaSystem
import Testing

struct EdgesTests {
    @Test func `a trace line is one JSON object, whatever the text`() throws {
        let path = NSTemporaryDirectory() + "loqa-trace-\(UUID().uuidString)"
        defer { unlink(path) }
        let trace = try Trace(path: path, source: "hub")
        trace.write(
            "heard",
            [
                ("text", .text("say \"hi\"\\\n\u{1}é")), ("ms", .integer(-3)), ("score", .number(-1.5)),
                ("bad", .number(.nan)), ("yes", .flag(true)), ("slots", .object([("a", "b"), ("c\"", "d")])),
            ])
        trace.write("end")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(object["text"] as? String == "say \"hi\"\\\n\u{1}é")
        #expect(object["ms"] as? Int == -3)
        #expect(object["bad"] is NSNull)
        #expect((object["slots"] as? [String: String])?["c\""] == "d")
        #expect(object["from"] as? String == "hub")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a trace that cannot be written names its file`() {
        #expect(throws: SystemError("write the trace to /no/such/folder/t", code: ENOENT)) {
            _ = try Trace(path: "/no/such/folder/t", source: "hub")
        }
    }

    @Test func `a signalled wake-up is ready once, and not after it was cleared`() throws {
        let (poller, wakeup) = (try Poller(), try Wakeup())
        try poller.watch(wakeup.descriptor, for: .readable)
        #expect(try ready(poller).isEmpty)
        wakeup.signal()
        wakeup.signal()
        #expect(try ready(poller) == [wakeup.descriptor])
        wakeup.clear()
        #expect(try ready(poller).isEmpty)
        wakeup.signal()
        poller.forget(wakeup.descriptor)
        #expect(try ready(poller).isEmpty)
    }

    @Test func `watching a descriptor that is none is an error`() throws {
        let poller = try Poller()
        #expect(throws: SystemError("watch descriptor 9999", code: EBADF)) {
            try poller.watch(9_999, for: .readable)
        }
    }

    @Test func `a file longer than allowed is refused, one at the limit is read`() throws {
        let path = NSTemporaryDirectory() + "loqa-file-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data(repeating: 65, count: 100).write(to: URL(fileURLWithPath: path))
        #expect(try contents(of: path, byteCountMax: 100).count == 100)
        #expect(throws: SystemError("read \(path)", code: EFBIG)) {
            _ = try contents(of: path, byteCountMax: 99)
        }
    }

    @Test func `the monotonic clock goes forward`() {
        let first: HubInstant = MonotonicClock.now()
        let second: HubInstant = MonotonicClock.now()
        #expect(second >= first)
    }

    @Test func `the monotonic clock counts the time that the machine slept`() {
        var time = timespec()
        let before = MonotonicClock.nanoseconds
        clock_gettime(CLOCK_BOOTTIME, &time)
        let between = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        #expect(before <= between && between <= MonotonicClock.nanoseconds)
    }

    private func ready(_ poller: Poller) throws -> [Int32] {
        var found: [Int32] = []
        try poller.wait(atMost: .zero) { descriptor, _ in found.append(descriptor) }
        return found
    }
}
