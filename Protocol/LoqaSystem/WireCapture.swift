import CLinux
import Glibc
import Synchronization

/// Writes what the link carries, in clear, to a file for Wireshark (tools/wireshark), to find a fault with.
///
/// It holds what is spoken in the house, so it is written only when its owner asked for it, with mode 0600, and ends at a
/// limit. The file is a classic pcap of link type USER0; each record is the direction (1 byte), the plane (1 byte), the
/// relay's number (2 bytes, big-endian) and the bytes. Any thread.
package final class WireCapture: Sendable {
    /// Which way bytes went. The raw value stands in the file.
    package enum Direction: UInt8, Sendable { case relayToHub = 0, hubToRelay = 1 }

    /// What the bytes are. The raw value stands in the file.
    package enum Plane: UInt8, Sendable {
        /// A control frame with its header.
        case control = 0
        /// A datagram's kind, 1 byte, and its body as it was before it was sealed.
        case media = 1
    }

    private struct State {
        /// Where the next record begins; the file is cut back to here if a record does not get in whole.
        var byteCount: Int
        var isStopped = false
        var unwrittenCount = 0
    }

    private static let linkTypeUser0: UInt32 = 147
    private static let recordByteCountMax = 65_535
    private static let recordHeaderByteCount = 16

    private let descriptor: Int32?
    private let byteCountMax: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - path: the file to write, anew; `nil` writes nothing. A symbolic link is not followed.
    ///   - byteCountMax: where the file ends, whatever comes.
    package init(path: String?, byteCountMax: Int = 64 << 20) throws(SystemError) {
        self.byteCountMax = byteCountMax
        guard let path else {
            descriptor = nil
            state = Mutex(State(byteCount: 0, isStopped: true))
            return
        }
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw SystemError("write the wire capture to \(path)") }
        var header: [UInt8] = []
        // Microseconds, version 2.4, no time zone, longest record, link type: in this machine's byte order, as pcap wants.
        for number in [0xA1B2_C3D4, 0x0004_0002, 0, 0, 65_535, Self.linkTypeUser0] as [UInt32] {
            Self.append(number, to: &header)
        }
        // A file that was there before keeps its mode otherwise.
        guard fchmod(opened, 0o600) == 0, write(opened, header, header.count) == header.count else {
            let error = SystemError("write the wire capture to \(path)")
            close(opened)
            throw error
        }
        descriptor = opened
        state = Mutex(State(byteCount: header.count))
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Somebody asked for this capture and it has not reached its end; otherwise callers may spare themselves the bytes.
    package var isOn: Bool { state.withLock { !$0.isStopped } }

    /// Records that came after the end, or that the disk did not take.
    package var unwrittenCount: Int { state.withLock { $0.unwrittenCount } }

    /// Writes one frame or datagram, in the order of the calls. One that would pass the limit ends the capture.
    ///
    /// - Parameters:
    ///   - relay: the hub's number for the relay; 0 before it has one.
    ///   - bytes: at most 65,531; of more, the first.
    package func record(
        _ direction: Direction, _ plane: Plane, relay: UInt16, _ bytes: some Collection<UInt8>
    ) {
        guard let descriptor else { return }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let kept = bytes.prefix(Self.recordByteCountMax - 4)
        var record: [UInt8] = []
        record.reserveCapacity(Self.recordHeaderByteCount + 4 + kept.count)
        Self.append(UInt32(truncatingIfNeeded: time.tv_sec), to: &record)
        Self.append(UInt32(time.tv_nsec / 1_000), to: &record)
        Self.append(UInt32(4 + kept.count), to: &record)
        Self.append(UInt32(4 + bytes.count), to: &record)
        record += [direction.rawValue, plane.rawValue, UInt8(relay >> 8), UInt8(relay & 0xFF)]
        record += kept
        state.withLock { state in
            guard !state.isStopped, state.byteCount + record.count <= byteCountMax,
                write(descriptor, record, record.count) == record.count
            else {
                // Half a record would spoil the file.
                if !state.isStopped { _ = ftruncate(descriptor, off_t(state.byteCount)) }
                state.isStopped = true
                state.unwrittenCount += 1
                return
            }
            state.byteCount += record.count
        }
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number) { bytes += $0 }
    }
}
