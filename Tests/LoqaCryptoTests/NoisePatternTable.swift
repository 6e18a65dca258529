import Foundation

@testable import LoqaCrypto

/// Every interactive and one-way pattern of the Noise specification, revision 34 (7.4, 7.5, 18.1), in its notation.
enum NoisePatternTable {
    /// The pattern of a name such as "K1X1" or "XXpsk0+psk3".
    static func pattern(named name: String) -> NoisePattern? {
        let parts = name.split(separator: /\+?psk/)
        guard let base = parts.first, let text = table[String(base)] else { return nil }
        let places = parts.dropFirst().compactMap { Int($0) }
        return parse(text, name: String(base)).withPSKs(at: places)
    }

    private static func parse(_ text: String, name: String) -> NoisePattern {
        let halves = text.components(separatedBy: "...")
        let known = halves.count == 2 ? halves[0] : ""
        let messages = (halves.last ?? "").split(separator: ";").map { message in
            message.split(separator: " ").dropFirst().map { token(String($0)) }
        }
        return NoisePattern(
            name: name, isInitiatorKnown: known.contains("-> s"), isResponderKnown: known.contains("<- s"),
            messages: messages)
    }

    private static func token(_ text: String) -> NoisePattern.Token {
        switch text {
        case "e": .e
        case "s": .s
        case "ee": .ee
        case "es": .es
        case "se": .se
        case "ss": .ss
        default: fatalError("no token is called \(text)")
        }
    }

    private static let table = [
        "N": "<- s ... -> e es",
        "K": "-> s; <- s ... -> e es ss",
        "X": "<- s ... -> e es s ss",
        "NN": "-> e; <- e ee",
        "NK": "<- s ... -> e es; <- e ee",
        "NX": "-> e; <- e ee s es",
        "KN": "-> s ... -> e; <- e ee se",
        "KK": "-> s; <- s ... -> e es ss; <- e ee se",
        "KX": "-> s ... -> e; <- e ee se s es",
        "XN": "-> e; <- e ee; -> s se",
        "XK": "<- s ... -> e es; <- e ee; -> s se",
        "XX": "-> e; <- e ee s es; -> s se",
        "IN": "-> e s; <- e ee se",
        "IK": "<- s ... -> e es s ss; <- e ee se",
        "IX": "-> e s; <- e ee se s es",
        "NK1": "<- s ... -> e; <- e ee es",
        "NX1": "-> e; <- e ee s; -> es",
        "X1N": "-> e; <- e ee; -> s; <- se",
        "X1K": "<- s ... -> e es; <- e ee; -> s; <- se",
        "XK1": "<- s ... -> e; <- e ee es; -> s se",
        "X1K1": "<- s ... -> e; <- e ee es; -> s; <- se",
        "X1X": "-> e; <- e ee s es; -> s; <- se",
        "XX1": "-> e; <- e ee s; -> es s se",
        "X1X1": "-> e; <- e ee s; -> es s; <- se",
        "K1N": "-> s ... -> e; <- e ee; -> se",
        "K1K": "-> s; <- s ... -> e es; <- e ee; -> se",
        "KK1": "-> s; <- s ... -> e; <- e ee se es",
        "K1K1": "-> s; <- s ... -> e; <- e ee es; -> se",
        "K1X": "-> s ... -> e; <- e ee s es; -> se",
        "KX1": "-> s ... -> e; <- e ee se s; -> es",
        "K1X1": "-> s ... -> e; <- e ee s; -> se es",
        "I1N": "-> e s; <- e ee; -> se",
        "I1K": "<- s ... -> e es s; <- e ee; -> se",
        "IK1": "<- s ... -> e s; <- e ee se es",
        "I1K1": "<- s ... -> e s; <- e ee es; -> se",
        "I1X": "-> e s; <- e ee s es; -> se",
        "IX1": "-> e s; <- e ee se s; -> es",
        "I1X1": "-> e s; <- e ee s; -> se es",
    ]
}
