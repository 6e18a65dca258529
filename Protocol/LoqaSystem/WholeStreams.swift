import Glibc

/// Fills the memory from a descriptor, however small the pieces come; false when the input has ended, or cannot be read,
/// before it is full.
package func readWhole(_ descriptor: Int32, into room: UnsafeMutableRawBufferPointer) -> Bool {
    var length = 0
    while length < room.count {
        let count = read(descriptor, room.baseAddress?.advanced(by: length), room.count - length)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        length += count
    }
    return true
}

/// Writes all bytes to a descriptor; false when it takes no more, with the reason in `errno`.
package func writeWhole(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var length = 0
    while length < bytes.count {
        let count = write(descriptor, bytes.baseAddress?.advanced(by: length), bytes.count - length)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        length += count
    }
    return true
}
