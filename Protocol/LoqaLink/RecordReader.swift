import LoqaWire

/// Cuts the bytes of a connection into records: a length (`u16`), then that many bytes (H3, H5).
///
/// A value for one connection. It holds at most one unfinished record and what was appended at once.
struct RecordReader: Sendable {
    private var buffer: [UInt8] = []
    private var takenCount = 0

    /// Bytes that wait for the rest of their record.
    var unreadByteCount: Int { buffer.count - takenCount }

    mutating func append(_ bytes: some Collection<UInt8>) {
        buffer.removeFirst(takenCount)
        takenCount = 0
        buffer.append(contentsOf: bytes)
    }

    /// Takes exactly `count` bytes; nil until they are there.
    mutating func take(_ count: Int) -> [UInt8]? {
        guard unreadByteCount >= count else { return nil }
        defer { takenCount += count }
        return Array(buffer[takenCount..<takenCount + count])
    }

    /// Takes the next whole record; nil until all of it is there.
    ///
    /// - Throws: `recordLength` as soon as a length is zero or above `byteCountMax`.
    mutating func next(byteCountMax: Int) throws(ChannelError) -> ArraySlice<UInt8>? {
        guard unreadByteCount >= 2 else { return nil }
        let byteCount = Int(buffer[takenCount]) << 8 | Int(buffer[takenCount + 1])
        guard (1...byteCountMax).contains(byteCount) else { throw .recordLength(byteCount) }
        guard unreadByteCount >= 2 + byteCount else { return nil }
        let start = takenCount + 2
        takenCount = start + byteCount
        return buffer[start..<start + byteCount]
    }

    /// A record as it is sent. - Precondition: 1 to 65,535 bytes.
    static func record(_ bytes: [UInt8]) -> [UInt8] {
        precondition((1...Int(UInt16.max)).contains(bytes.count))
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
