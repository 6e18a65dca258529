import Glibc

/// Orders that come in on a descriptor, one a line. For the main loop's thread.
final class OrderInput {
    /// A line has at most this many bytes; a longer one is cut into several, which are no orders.
    private static let lineByteCountMax = 4_096

    let descriptor: Int32
    /// Whether the program ends with this input, as a child of another program does.
    let endsProgram: Bool
    private var rest: [UInt8] = []

    init(descriptor: Int32, endsProgram: Bool) {
        (self.descriptor, self.endsProgram) = (descriptor, endsProgram)
    }

    /// Reads what is there: whole lines, and whether the input has ended.
    func read() -> (lines: [String], hasEnded: Bool) {
        var buffer = [UInt8](repeating: 0, count: Self.lineByteCountMax)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return (lines: [], hasEnded: count == 0 || errno != EINTR && errno != EAGAIN) }
        rest += buffer[..<count]
        var lines: [String] = []
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        if rest.count >= Self.lineByteCountMax {
            lines.append(String(decoding: rest, as: UTF8.self))
            rest = []
        }
        return (lines, false)
    }
}
