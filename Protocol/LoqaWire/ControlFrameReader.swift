/// Cuts the bytes of one control connection into frames, however the network has chopped them.
///
/// Append what was received, then take frames out until ``next()`` returns nil:
///
///     try reader.append(received)
///     while let arrival = try reader.next() { ... }
///
/// A value for one connection and one thread. It holds at most ``capacity`` bytes. The first error is final:
/// after it the connection is to be closed (C10), and every later call throws it again.
package struct ControlFrameReader: Sendable {
    /// What ``next()`` found.
    package enum Arrival: Sendable, Equatable {
        case frame(ControlFrame)
        /// C4: a frame of a kind that we do not know and may skip. Count it; it is a sign of life.
        case skipped(kind: UInt8)
    }

    /// Bytes that may wait to be taken out: one received chunk of 64 KiB behind one unfinished frame.
    package static let capacity =
        65_536 + WireLimits.frameHeaderByteCount + WireLimits.payloadByteCountMax

    private let sender: ControlFrame.Sender
    private var buffer: [UInt8] = []
    /// Bytes at the buffer's start that were taken out already.
    private var takenCount = 0
    private var failure: WireError?

    /// A reader of what `sender` sends: a hub reads from `.relay`, a relay from `.hub`.
    package init(from sender: ControlFrame.Sender) { self.sender = sender }

    /// Bytes that wait for the rest of their frame, or to be taken out.
    package var unreadByteCount: Int { buffer.count - takenCount }

    /// Adds received bytes.
    ///
    /// - Throws: `tooManyUnread` if more than ``capacity`` bytes would wait; an earlier error again.
    package mutating func append(_ bytes: some Collection<UInt8>) throws(WireError) {
        if let failure { throw failure }
        let unread = unreadByteCount + bytes.count
        guard unread <= Self.capacity else { throw fail(.tooManyUnread(byteCount: unread)) }
        buffer.removeFirst(takenCount)
        takenCount = 0
        buffer.append(contentsOf: bytes)
    }

    /// Takes the next whole frame out; nil if the rest of it has not arrived.
    ///
    /// - Throws: what is wrong with the frame (C2 to C9). It says so as soon as the header is there.
    package mutating func next() throws(WireError) -> Arrival? {
        if let failure { throw failure }
        let start = takenCount + WireLimits.frameHeaderByteCount
        guard start <= buffer.count else { return nil }
        // C1: length, kind, flags.
        let byteCount = Int(buffer[takenCount]) << 8 | Int(buffer[takenCount + 1])
        let (rawKind, flags) = (buffer[takenCount + 2], buffer[takenCount + 3])
        // C2: checked before anything is held for it.
        guard byteCount <= WireLimits.payloadByteCountMax else {
            throw fail(.payloadTooLong(kind: rawKind, byteCount: byteCount))
        }
        // C3: flags of the future come with a version of the future.
        guard flags & ~ControlFrame.mustUnderstandFlag == 0 else {
            throw fail(.reservedFlag(kind: rawKind, flags: flags))
        }
        guard let kind = ControlFrame.Kind(rawValue: rawKind) else {
            // C4: skip it unless the sender forbids that.
            guard flags == 0 else { throw fail(.notUnderstood(kind: rawKind)) }
            guard start + byteCount <= buffer.count else { return nil }
            takenCount = start + byteCount
            return .skipped(kind: rawKind)
        }
        // C9: no end sends what belongs to the other.
        guard kind.mayCome(from: sender) else { throw fail(.wrongDirection(kind)) }
        guard start + byteCount <= buffer.count else { return nil }
        do throws(WireError) {
            let frame = try ControlFrame(kind, payload: buffer[start..<start + byteCount])
            takenCount = start + byteCount
            return .frame(frame)
        } catch {
            throw fail(error)
        }
    }

    /// C10: remembers the first error, so that nothing after it is ever decoded.
    private mutating func fail(_ error: WireError) -> WireError {
        (failure, buffer, takenCount) = (error, [], 0)
        return error
    }
}
