import Glibc

/// Whole pieces from standard input and to standard output.
enum StandardStreams {
    /// Fills the memory; false when the input has ended before it is full.
    static func fill(_ room: UnsafeMutableRawBufferPointer) -> Bool {
        var length = 0
        while length < room.count {
            let count = read(STDIN_FILENO, room.baseAddress?.advanced(by: length), room.count - length)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            length += count
        }
        return true
    }

    /// Writes everything, or ends the program: nobody listens any more.
    static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32 = STDOUT_FILENO) {
        var length = 0
        while length < bytes.count {
            let count = write(descriptor, bytes.baseAddress?.advanced(by: length), bytes.count - length)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { exit(0) }
            length += count
        }
    }

    static func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        Array(text.utf8).withUnsafeBytes { send($0, to: descriptor) }
    }
}
