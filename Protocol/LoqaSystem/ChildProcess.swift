import CLinux
import Glibc

/// A program that runs beside this one and is spoken to over its standard input and output.
///
/// Its standard error is this program's, unless it is to be quiet. All other descriptors are closed to it. It is expected to end when its input
/// does, so it ends with this program whatever happens. For one owner; not to be shared between threads.
package final class ChildProcess {
    /// How a child came to its end.
    package enum Ending: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        package var description: String {
            switch self {
            case .exited(let code): "ended with code \(code)"
            case .killed(let signal): "was ended by signal \(signal)"
            }
        }
    }

    /// Linux's `F_SETPIPE_SZ`, which the Glibc module leaves out.
    private static let setPipeSize: Int32 = 1_031

    /// The process identifier; may belong to another process once the child was reaped.
    package let identifier: Int32
    /// Writing end of the child's standard input, and reading end of its standard output. Non-blocking.
    package private(set) var input: Int32
    package private(set) var output: Int32
    private var ending: Ending?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: of the program; the search path is not looked at.
    ///   - pipeByteCount: size of the pipe to its input, if the system's own (64 KiB) is not right.
    ///   - isQuiet: what it writes to its standard error is thrown away.
    /// - Throws: the system's reason, for instance that there is no such program.
    package init(
        _ path: String, arguments: [String], pipeByteCount: Int? = nil, isQuiet: Bool = false
    ) throws(SystemError) {
        var (toChild, fromChild) = ([Int32](repeating: -1, count: 2), [Int32](repeating: -1, count: 2))
        guard loqa_pipe(&toChild) == 0 else { throw SystemError("make a pipe to \(path)") }
        guard loqa_pipe(&fromChild) == 0 else {
            let error = SystemError("make a pipe from \(path)")
            toChild.forEach { _ = close($0) }
            throw error
        }
        let spawned = Self.spawn(
            path, [path] + arguments, input: toChild[0], output: fromChild[1], isQuiet: isQuiet)
        close(toChild[0])
        close(fromChild[1])
        guard case .success(let identifier) = spawned else {
            close(toChild[1])
            close(fromChild[0])
            if case .failure(let error) = spawned { throw error }
            throw SystemError("start \(path)", code: EINVAL)
        }
        (self.identifier, input, output) = (identifier, toChild[1], fromChild[0])
        for descriptor in [input, output] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        // A refusal leaves the usual size, which works as well.
        if let pipeByteCount { _ = fcntl(input, Self.setPipeSize, Int32(pipeByteCount)) }
    }

    deinit { end() }

    /// Hands the descriptors to another owner, who closes them.
    package func takeDescriptors() -> (input: Int32, output: Int32) {
        defer { (input, output) = (-1, -1) }
        return (input, output)
    }

    /// Whether the child has ended, and how. Does not wait.
    package func poll() -> Ending? { reap(options: WNOHANG) }

    /// How a child whose output has ended came to its end, in words. Its end follows its output's by a moment: this waits
    /// for it, 20 ms at most.
    package var lastWords: String {
        for _ in 0..<20 {
            if let ending = poll() { return "\(ending)" }
            Glibc.poll(nil, 0, 1)
        }
        return "closed its output"
    }

    /// Closes the pipes and ends the child at once. Does nothing if it has ended.
    package func end() {
        for descriptor in [input, output] where descriptor >= 0 { close(descriptor) }
        (input, output) = (-1, -1)
        guard reap(options: WNOHANG) == nil else { return }
        kill(identifier, SIGKILL)
        _ = reap(options: 0)
    }

    private func reap(options: Int32) -> Ending? {
        if let ending { return ending }
        var status: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(identifier, &status, options) } while result < 0 && errno == EINTR
        guard result == identifier else { return nil }
        let signal = status & 0x7F
        ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
        return ending
    }

    private static func spawn(
        _ path: String, _ arguments: [String], input: Int32, output: Int32, isQuiet: Bool
    ) -> Result<pid_t, SystemError> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if isQuiet { posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) }
        loqa_close_from(&actions, STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The child starts with no signal blocked and none ignored, and in a group of its own, so that Ctrl-C in a
        // terminal reaches this program first.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, path, &actions, &attributes, &words, environ)
        return code == 0 ? .success(identifier) : .failure(SystemError("start \(path)", code: code))
    }
}
