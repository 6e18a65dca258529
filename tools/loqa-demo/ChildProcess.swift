import Foundation

/// A program that the demo started, in a process group of its own.
///
/// It dies with the demo, even if that is killed with no chance to clean up (the kernel's parent-death signal, set by
/// setpriv of util-linux). Use from the main thread only: the signal is tied to the thread that started it.
final class ChildProcess {
    let name: String
    let pid: pid_t
    private let logPath: String
    private var status: Int32?

    /// Starts a program with both outputs appended to a log.
    init(name: String, program: String, arguments: [String], environment: [String: String], log: String)
        throws
    {
        guard access(program, X_OK) == 0 else {
            throw DemoError.unavailable("\(program) is missing: run tools/demo, which builds it")
        }
        self.name = name
        logPath = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        let words = ["setpriv", "--pdeathsig", "KILL", "--", program] + arguments
        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var child: pid_t = 0
        let error = Self.withCStrings(words) { argv in
            Self.withCStrings(settings) {
                posix_spawn(&child, "/usr/bin/setpriv", &actions, &attributes, argv, $0)
            }
        }
        guard error == 0 else {
            throw DemoError.unavailable("cannot start \(name): \(String(cString: strerror(error)))")
        }
        pid = child
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }

    /// False once it ended; reaps it.
    var isRunning: Bool {
        guard status == nil else { return false }
        var raw: Int32 = 0
        if waitpid(pid, &raw, WNOHANG) == pid { status = raw }
        return status == nil
    }

    /// How it ended, in words.
    var ending: String {
        guard !isRunning, let status else { return "runs" }
        let signalNumber = status & 0x7f
        return signalNumber == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signalNumber)"
    }

    /// Sends a signal to the program alone, not to its own children.
    func send(_ signalNumber: Int32) { if isRunning { kill(pid, signalNumber) } }

    /// Stops it and all of its children: politely, and after two seconds by force.
    func stop() {
        send(SIGCONT)
        send(SIGTERM)
        let deadline = MonotonicClock.now(plus: .seconds(2))
        while isRunning, MonotonicClock.now() < deadline { usleep(5_000) }
        kill(-pid, SIGKILL)
        while isRunning { usleep(1_000) }
    }

    /// The last lines it logged.
    func logTail(lines: Int = 15) -> String {
        guard let data = FileManager.default.contents(atPath: logPath) else { return "" }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(lines)
            .map { "    \($0)" }.joined(separator: "\n")
    }
}
