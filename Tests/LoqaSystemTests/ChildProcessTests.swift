import Glibc
import LoqaSystem
import Testing

struct ChildProcessTests {
    @Test func `a child is spoken to over its input and output`() throws {
        let child = try ChildProcess("/bin/cat", arguments: [])
        #expect(write(child.input, "hello", 5) == 5)
        var ready = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
        #expect(poll(&ready, 1, 10_000) == 1)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(child.output, &bytes, 16) == 5)
        #expect(String(decoding: bytes.prefix(5), as: UTF8.self) == "hello")
        #expect(child.poll() == nil)
    }

    @Test func `a missing program is named`() {
        #expect(throws: SystemError("start /no/such/program", code: ENOENT)) {
            _ = try ChildProcess("/no/such/program", arguments: [])
        }
    }

    @Test func `how a child ended is told, by code and by signal`() throws {
        #expect(try ending(of: "exit 7") == .exited(7))
        #expect(try ending(of: "kill -9 $$") == .killed(signal: 9))
    }

    @Test func `a child inherits no descriptor but the three`() throws {
        let leaky = open("/dev/null", O_RDONLY)
        defer { close(leaky) }
        let child = try ChildProcess("/bin/sh", arguments: ["-c", "ls /proc/self/fd | wc -l"])
        var ready = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
        #expect(poll(&ready, 1, 10_000) == 1)
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(child.output, &bytes, 16)
        // Input, output, error, and the one that lists the folder.
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "4\n")
    }

    @Test func `a quiet child's errors go nowhere, and it still has no other descriptor`() throws {
        let child = try ChildProcess(
            "/bin/sh", arguments: ["-c", "readlink /proc/self/fd/2; ls /proc/self/fd | wc -l"], isQuiet: true)
        var ready = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
        var bytes = [UInt8](repeating: 0, count: 64)
        var text = ""
        while text.split(separator: "\n").count < 2, poll(&ready, 1, 10_000) == 1 {
            let count = read(child.output, &bytes, bytes.count)
            guard count > 0 else { break }
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        #expect(text == "/dev/null\n4\n")
    }

    @Test func `letting go of a child that does not end kills it`() throws {
        var child: ChildProcess? = try ChildProcess("/bin/sleep", arguments: ["1000"])
        let identifier = child?.identifier ?? 0
        #expect(kill(identifier, 0) == 0)
        child = nil
        #expect(kill(identifier, 0) == -1)
    }

    private func ending(of script: String) throws -> ChildProcess.Ending? {
        let child = try ChildProcess("/bin/sh", arguments: ["-c", script])
        // Its output ends with it.
        var ready = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
        poll(&ready, 1, 10_000)
        _ = child.lastWords
        return child.poll()
    }
}
