import Glibc
import SpeechFrames

/// Why no more frames can come or go.
enum PipeError: Error, CustomStringConvertible {
    /// The hub closed its end.
    case ended
    case malformed(SpeechFrameError)

    var description: String {
        switch self {
        case .ended: "the hub ended the conversation"
        case .malformed(let error): "the hub sent \(error)"
        }
    }
}

/// The frames from and to the hub, over standard input and output. For one thread.
struct HubPipe: ~Copyable {
    private var reader = SpeechFrameReader(from: .hub)
    private var room = [UInt8](repeating: 0, count: 65_536)

    /// The next frame; waits for it.
    mutating func next() throws(PipeError) -> SpeechFrame {
        while true {
            if let frame = try cut() { return frame }
            try read()
        }
    }

    /// The next frame if one is there; does not wait.
    mutating func poll() throws(PipeError) -> SpeechFrame? {
        while true {
            if let frame = try cut() { return frame }
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&input, 1, 0) > 0 else { return nil }
            try read()
        }
    }

    /// Sends a frame; waits until the hub has room for it.
    func send(_ frame: SpeechFrame) throws(PipeError) {
        let bytes = frame.bytes
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .ended }
            sent += count
        }
    }

    private mutating func cut() throws(PipeError) -> SpeechFrame? {
        do throws(SpeechFrameError) {
            return try reader.next()
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func read() throws(PipeError) {
        var count: Int
        repeat {
            count = room.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count > 0 else { throw .ended }
        reader.append(room[..<count])
    }
}
