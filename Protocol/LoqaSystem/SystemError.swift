import Glibc

/// A system call failed: what was tried, and the system's own word for why.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// What was tried, as a person says it: "listen on port 7580".
    package var action: String
    /// The `errno` of the call.
    package var code: Int32

    /// - Parameter code: an `errno`; by default the calling thread's latest.
    package init(_ action: String, code: Int32 = errno) { (self.action, self.code) = (action, code) }

    package var description: String { "cannot \(action): \(String(cString: strerror(code)))" }
}
