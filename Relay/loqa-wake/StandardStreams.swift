import Glibc
import LoqaSystem

/// Whole pieces from standard input and to standard output.
enum StandardStreams {
    /// Fills the memory; false when the input has ended before it is full.
    static func fill(_ room: UnsafeMutableRawBufferPointer) -> Bool {
        readWhole(STDIN_FILENO, into: room)
    }

    /// Writes everything, or ends the program: nobody listens any more.
    static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32 = STDOUT_FILENO) {
        if !writeWhole(descriptor, bytes) { exit(0) }
    }

    static func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        Array(text.utf8).withUnsafeBytes { send($0, to: descriptor) }
    }
}
