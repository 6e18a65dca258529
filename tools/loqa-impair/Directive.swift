/// One order to the running proxy, as one line says it: see ``DirectiveReader`` for the words.
indirect enum Directive: Sendable, Equatable {
    case datagrams([Direction], DatagramChange)
    case streams([Direction], StreamChange)
    /// No byte of any connection moves for this long.
    case stall(Duration)
    /// Breaks all connections off, now, or again and again (`nil`: no more).
    case cut
    case cutEvery(Duration?)
    /// Sends each client's datagrams from a new port, as a router does that forgot it.
    case rebind
    /// Takes all impairments away.
    case clear
    case statistics
    /// Another order, this long from now.
    case after(Duration, Directive)
}

/// One property of ``DatagramImpairment`` that changes.
enum DatagramChange: Sendable, Equatable {
    case delay(Duration)
    case jitter(DatagramImpairment.Jitter)
    case loss(Double)
    case burst(BurstLoss?)
    case duplication(Double)
    case reordering(Double, holdback: Duration)
    case rate(LinkRate?)
    case keepsOrder(Bool)
    case isBlocked(Bool)

    func apply(to impairment: inout DatagramImpairment) {
        switch self {
        case .delay(let delay): impairment.delay = delay
        case .jitter(let jitter): impairment.jitter = jitter
        case .loss(let chance): impairment.loss = chance
        case .burst(let burst): impairment.burst = burst
        case .duplication(let chance): impairment.duplication = chance
        case .reordering(let chance, let holdback):
            (impairment.reordering, impairment.holdback) = (chance, holdback)
        case .rate(let rate): impairment.rate = rate
        case .keepsOrder(let keepsOrder): impairment.keepsOrder = keepsOrder
        case .isBlocked(let isBlocked): impairment.isBlocked = isBlocked
        }
    }
}

/// One property of ``StreamImpairment`` that changes.
enum StreamChange: Sendable, Equatable {
    case delay(Duration)
    case jitter(Duration)
    case rate(Double?)
    case isBlocked(Bool)

    func apply(to impairment: inout StreamImpairment) {
        switch self {
        case .delay(let delay): impairment.delay = delay
        case .jitter(let jitter): impairment.jitter = jitter
        case .rate(let bitsPerSecond): impairment.bitsPerSecond = bitsPerSecond
        case .isBlocked(let isBlocked): impairment.isBlocked = isBlocked
        }
    }
}
