/// Who says what in a handshake, in the tokens of the Noise specification (7), revision 34.
struct NoisePattern: Sendable, Equatable {
    /// One step of a message.
    enum Token: Sendable, Equatable {
        /// A public key is sent: the ephemeral or the static one.
        case e, s
        /// A shared secret is mixed in: of the initiator's key named first and the responder's named second.
        case ee, es, se, ss
        /// The next pre-shared key is mixed in.
        case psk
    }

    /// As in the protocol's name: "IK", with modifiers "IKpsk2".
    private(set) var name: String
    /// Whose static keys the other side knows before the first message.
    let isInitiatorKnown: Bool, isResponderKnown: Bool
    /// The messages in turn; the initiator speaks first.
    private(set) var messages: [[Token]]

    init(name: String, isInitiatorKnown: Bool = false, isResponderKnown: Bool = false, messages: [[Token]]) {
        self.name = name
        (self.isInitiatorKnown, self.isResponderKnown) = (isInitiatorKnown, isResponderKnown)
        self.messages = messages
    }

    /// The pattern with the modifiers "pskN" (9.4): 0 stands before the first message, N at the end of the Nth.
    ///
    /// - Precondition: every place is in the pattern.
    func withPSKs(at places: [Int]) -> NoisePattern {
        var pattern = self
        pattern.name += places.map { "psk\($0)" }.joined(separator: "+")
        for place in places.sorted(by: >) {
            if place == 0 {
                pattern.messages[0].insert(.psk, at: 0)
            } else {
                pattern.messages[place - 1].append(.psk)
            }
        }
        return pattern
    }

    /// The whole name, which both sides hash first.
    var protocolName: String { "Noise_\(name)_25519_ChaChaPoly_SHA256" }

    /// Pre-shared keys that the handshake mixes in.
    var pskCount: Int { messages.joined().count { $0 == .psk } }

    static let ik = NoisePattern(
        name: "IK", isResponderKnown: true, messages: [[.e, .es, .s, .ss], [.e, .ee, .se]])
    static let ikPSK2 = ik.withPSKs(at: [2])
    static let xx = NoisePattern(name: "XX", messages: [[.e], [.e, .ee, .s, .es], [.s, .se]])
}
