import Foundation

/// What the proxy did so far; printed as one line of JSON. Every packet that came in stands in `received` and in
/// exactly one of the others up to `unsent`, once it is no longer on its way.
struct Statistics: Encodable, Sendable, Equatable {
    /// One direction of all UDP paths.
    struct Datagrams: Encodable, Sendable, Equatable {
        var received = 0
        var receivedBytes = 0
        /// Packets that were handed on, copies not counted.
        var delivered = 0
        var lost = 0
        var lostInBurst = 0
        var blocked = 0
        /// Did not fit the link's queue, or the proxy's own memory.
        var queueFull = 0
        var lineFull = 0
        /// The network did not take it, or the client was forgotten meanwhile.
        var unsent = 0
        /// Copies handed on beyond the first, and packets held back.
        var duplicated = 0
        var heldBack = 0
    }

    /// One direction of all TCP connections.
    struct Streams: Encodable, Sendable, Equatable {
        var receivedBytes = 0
        var deliveredBytes = 0
    }

    struct UDP: Encodable, Sendable, Equatable {
        var clients = 0
        /// Packets of clients for whom there was no room.
        var refusedClients = 0
        var rebinds = 0
        /// ICMP errors: one end was not there.
        var unreachable = 0
        var up = Datagrams()
        var down = Datagrams()

        subscript(direction: Direction) -> Datagrams {
            get { direction == .up ? up : down }
            set {
                switch direction {
                case .up: up = newValue
                case .down: down = newValue
                }
            }
        }
    }

    struct TCP: Encodable, Sendable, Equatable {
        var accepted = 0
        var open = 0
        var cut = 0
        var refused = 0
        /// The hub did not take the connection.
        var unreachable = 0
        var up = Streams()
        var down = Streams()

        subscript(direction: Direction) -> Streams {
            get { direction == .up ? up : down }
            set {
                switch direction {
                case .up: up = newValue
                case .down: down = newValue
                }
            }
        }
    }

    var event = "statistics"
    var seconds = 0.0
    var seed: UInt64 = 0
    var udp = UDP()
    var tcp = TCP()

    /// One line, without its end.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
