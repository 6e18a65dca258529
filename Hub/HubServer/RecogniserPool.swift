import HubSpeech

/// The recognisers of a hub: a few, shared by all relays, because each is a process and few people speak at once.
///
/// A turn holds one from its claim to its end. A value, confined to the ``Hub``.
struct RecogniserPool {
    /// One recogniser and what it has loaded.
    final class Lane {
        /// Its place in the pool.
        let number: Int
        let recogniser: any SpeechRecogniser
        /// The grammar that it was given last.
        var network: String?
        fileprivate(set) var isTaken = false
        /// The relay that it listened to last: an engine learns the room it hears.
        fileprivate(set) var relay: String?
        init(_ number: Int, _ recogniser: any SpeechRecogniser) {
            (self.number, self.recogniser) = (number, recogniser)
        }
    }

    private let make: @Sendable () throws(EngineFailure) -> any SpeechRecogniser
    private let laneCountMax: Int
    private(set) var lanes: [Lane] = []

    init(laneCountMax: Int, make: @escaping @Sendable () throws(EngineFailure) -> any SpeechRecogniser) {
        (self.laneCountMax, self.make) = (laneCountMax, make)
    }

    /// Takes a recogniser: the one that heard this relay last, else one that has this grammar, else any; nil if all serve
    /// somebody.
    ///
    /// - Throws: if a new one cannot be made.
    mutating func take(for network: String, relay: String?) throws(EngineFailure) -> Lane? {
        let free = lanes.filter { !$0.isTaken }
        let lane: Lane
        if let own = free.first(where: { $0.relay != nil && $0.relay == relay })
            ?? free.first(where: { $0.relay == nil })
        {
            lane = own
        } else if lanes.count < laneCountMax {
            lane = Lane(lanes.count, try make())
            lanes.append(lane)
        } else if let other = free.first(where: { $0.network == network }) ?? free.first {
            lane = other
        } else {
            return nil
        }
        (lane.isTaken, lane.relay) = (true, relay)
        return lane
    }

    /// Gives a recogniser back.
    func giveBack(_ lane: Lane) { lane.isTaken = false }
}
