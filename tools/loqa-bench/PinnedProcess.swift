import Foundation

/// A program that runs on one core and speaks lines.
final class PinnedProcess {
    private let process = Process()
    private let (input, output) = (Pipe(), Pipe())
    private var unread: [UInt8] = []

    var pid: pid_t { process.processIdentifier }

    /// Starts a program on a core. What it says as errors is this program's.
    ///
    /// - Parameter log: where its errors go instead.
    init(core: Int, _ program: String, _ arguments: [String], log: String? = nil) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        process.arguments = ["-c", "\(core)", program] + arguments
        (process.standardInput, process.standardOutput) = (input, output)
        if let log {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
            process.standardError = FileHandle(forWritingAtPath: log)
        }
        do { try process.run() } catch { throw BenchError.unavailable("\(program) does not start: \(error)") }
    }

    deinit { kill() }

    /// The next line of its output, waited for; nil at the end of it.
    func line() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { return nil }
            unread += data
        }
    }

    /// Sends a line and waits for the answer.
    func ask(_ line: String) throws -> String {
        input.fileHandleForWriting.write(Data((line + "\n").utf8))
        guard let answer = self.line() else {
            throw BenchError.unavailable("a program of the benchmark ended")
        }
        return answer
    }

    func send(_ signal: Int32) { if process.isRunning { Foundation.kill(pid, signal) } }

    /// Asks it to end, and waits until it has.
    func terminate() {
        send(SIGTERM)
        process.waitUntilExit()
    }

    func kill() {
        guard process.isRunning else { return }
        send(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end.
    func wait() { process.waitUntilExit() }
}
