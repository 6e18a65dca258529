/// What leads to the lamps: bytes in, light out. Used on one thread.
package protocol RingWire: AnyObject {
    /// Sends a whole update; returns when it is on its way, within 10 ms.
    func send(_ bytes: [UInt8]) throws(RingWireError)
}

/// Why a ring stays dark.
package struct RingWireError: Error, Equatable, CustomStringConvertible {
    /// Path of the device.
    package let device: String
    /// What could not be done, and the system's word for it.
    package let problem: String

    package init(device: String, problem: String) { (self.device, self.problem) = (device, problem) }

    package var description: String { "the ring at \(device) \(problem)" }
}
