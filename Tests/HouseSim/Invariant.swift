import LoqaBase

/// What must hold in every house, whatever goes wrong in it.
package enum Invariant: String, Sendable, CaseIterable {
    /// A relay that belongs to the house is up and hears within two seconds of the end of what kept it away.
    case noDeafRelay = "no-deaf-relay"
    /// Nothing waits past its deadline, and no machine asks again and again to be woken.
    case deadlineKept = "deadline-kept"
    /// While all is well, a claim is decided about and a turn goes on before the relay gives up on it.
    case servedInTime = "served-in-time"
    /// A granted turn comes to exactly one outcome.
    case oneOutcome = "one-outcome"
    /// A turn has at most one answer.
    case oneAnswer = "one-answer"
    /// A frame of a turn that is over does nothing, and none is sent.
    case overIsOver = "over-is-over"
    /// A relay that is up rings for what the hub says rings, and for nothing else.
    case ringsAsTold = "rings-as-told"
    /// A revoked key is not up.
    case revokedStaysOut = "revoked-stays-out"
    /// A token enrols one key.
    case tokenWorksOnce = "token-works-once"
    /// Who was not let in by the owner does not greet.
    case strangerStaysOut = "stranger-stays-out"
    /// Nothing is believed of a peer but by the owner of the key.
    case proofComesFirst = "proof-comes-first"
    /// A packet is accepted once.
    case acceptedOnce = "accepted-once"
    /// Packets are decoded in order, and hold what was sent.
    case decodedInOrder = "decoded-in-order"
    /// As much sound comes out as the timestamps say.
    case samplesMatchTime = "samples-match-time"
    /// A key and a counter seal one datagram.
    case counterOnce = "counter-once"
    /// An ephemeral key serves one handshake.
    case ephemeralOnce = "ephemeral-once"
    /// A relay's estimate of the hub's clock is within its bound.
    case clockBound = "clock-bound"
    /// When all is well for long enough, the estimate is known again.
    case clockRecovers = "clock-recovers"
    /// Relays begin an announcement together.
    case spokenTogether = "spoken-together"
    /// Memory is bounded.
    case bounded
    /// What TCP carried whole is never malformed.
    case streamIntact = "stream-intact"
    /// The hub sends sound to addresses of the relay only.
    case addressProved = "address-proved"
}

/// An invariant that did not hold.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    package var invariant: Invariant
    package var time: HouseInstant
    /// 0 is the hub.
    package var host: Int
    /// What happened, for whoever mends it.
    package var message: String

    package var description: String {
        let who = host == 0 ? "hub" : "relay \(host)"
        return "\(invariant.rawValue) at \(time.sinceOrigin.milliseconds) ms, \(who): \(message)"
    }
}

/// A fault put into the hosts of the simulation on purpose, to see that an invariant catches it.
package enum Break: String, Sendable, CaseIterable {
    /// Datagrams are unwrapped without a replay window.
    case skipReplayCheck
    /// The machines of the turns are never given the time.
    case dropDeadline
    /// A revocation is neither kept nor acted upon.
    case forgetRevocation
    /// An old copy of a relay's link is used again.
    case reuseCounter
    /// What is wanted because of an action is done before the rest of its batch.
    case skipFIFO
    /// Arrivals are stamped with the time of the event before.
    case staleClock
    /// The first message of a handshake is taken for proof.
    case admitBeforeProof
    /// A token that was used stays open.
    case forgetRedemption
    /// Datagrams' source addresses are believed unopened.
    case trustAddress
    /// The hub does not name again what rings when a relay comes back.
    case forgetRings
    /// Sound is played as it comes, without a buffer that puts it in order.
    case skipReordering

    /// What catches it.
    package var invariants: [Invariant] {
        switch self {
        case .skipReplayCheck: [.acceptedOnce]
        case .dropDeadline: [.deadlineKept]
        case .forgetRevocation: [.revokedStaysOut]
        case .reuseCounter: [.counterOnce]
        case .skipFIFO: [.streamIntact]
        case .staleClock: [.clockBound, .clockRecovers]
        case .admitBeforeProof: [.proofComesFirst]
        case .forgetRedemption: [.tokenWorksOnce]
        case .trustAddress: [.addressProved]
        case .forgetRings: [.ringsAsTold]
        case .skipReordering: [.decodedInOrder, .samplesMatchTime]
        }
    }
}
