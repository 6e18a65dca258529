import CLinux
import Glibc

/// Turns signals into something to read, so that they are handled in the main loop and nowhere else.
///
/// Make it before any thread is started: threads inherit the mask that keeps these signals from interrupting them.
package final class Signals {
    /// Readable when a signal has come.
    package let descriptor: Int32

    /// - Parameter signals: numbers such as `SIGTERM`. `SIGPIPE` is ignored as well: a broken pipe is an error of `write`.
    package init(_ signals: [Int32]) throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in signals { sigaddset(&mask, number) }
        pthread_sigmask(SIG_BLOCK, &mask, nil)
        descriptor = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError("receive signals") }
    }

    deinit { close(descriptor) }

    /// Takes the next signal that has come, if any.
    package func next() -> Int32? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        return read(descriptor, &info, size) == size ? Int32(info.ssi_signo) : nil
    }
}
