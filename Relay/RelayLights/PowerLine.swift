import CGPIO
import Glibc

/// A GPIO line that is held high as long as this lives: the power of a ring.
final class PowerLine {
    private static let chip = "/dev/gpiochip0"

    private let chip: OpaquePointer
    private let line: OpaquePointer

    /// - Parameter number: of the line on the first chip, as the board's makers count it (BCM on a Raspberry Pi).
    /// - Throws: ``RingWireError`` with the system's reason.
    init(_ number: Int) throws(RingWireError) {
        guard let chip = gpiod_chip_open(Self.chip) else {
            throw RingWireError(
                device: Self.chip, problem: "has no power: \(String(cString: strerror(errno)))")
        }
        guard let line = gpiod_chip_get_line(chip, UInt32(number)),
            gpiod_line_request_output(line, "loqa-relay", 1) == 0
        else {
            let reason = String(cString: strerror(errno))
            gpiod_chip_close(chip)
            throw RingWireError(device: Self.chip, problem: "has no power, line \(number): \(reason)")
        }
        (self.chip, self.line) = (chip, line)
    }

    deinit {
        gpiod_line_release(line)
        gpiod_chip_close(chip)
    }
}
