import CLinux
import Glibc
package import RelayRing

/// Lamps on a SPI bus of Linux (Documentation/spi/spidev.rst): mode 0, eight bits, highest first.
package final class SPIWire: RingWire {
    /// Bytes in one transfer that every kernel takes.
    package static let byteCountMax = 4_096

    private let device: String
    private let descriptor: Int32
    private let power: PowerLine?

    /// Opens a device such as /dev/spidev0.0.
    ///
    /// - Parameter powerLine: GPIO line that gives the lamps power while this lives; nil if they have it.
    /// - Throws: ``RingWireError`` with what to do.
    package init(device: String, code: PixelCode, powerLine: Int? = nil) throws(RingWireError) {
        if let powerLine { power = try PowerLine(powerLine) } else { power = nil }
        self.device = device
        descriptor = open(device, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let advice =
                switch errno {
                case ENOENT: ": is SPI switched on (dtparam=spi=on)?"
                case EACCES: ": is this user in the group spi?"
                default: ""
                }
            throw RingWireError(device: device, problem: "cannot be opened: \(Self.reason)\(advice)")
        }
        guard loqa_spi_set_up(descriptor, code.bitsPerSecond) == 0 else {
            let reason = Self.reason
            close(descriptor)
            throw RingWireError(
                device: device, problem: "is no SPI device or refuses its settings: \(reason)")
        }
    }

    deinit { close(descriptor) }

    /// See ``RingWire``.
    package func send(_ bytes: [UInt8]) throws(RingWireError) {
        precondition(bytes.count <= Self.byteCountMax, "more bytes than one transfer takes")
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            throw RingWireError(device: device, problem: "takes no light: \(Self.reason)")
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
