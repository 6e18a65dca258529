import Foundation
import Testing

/// Golden vectors of what is Loqa's own: Protocol/vectors/link.json. Their bytes come from another implementation
/// (Python's hashlib, hmac and cryptography).
struct LinkVectors: Decodable {
    struct Media: Decodable, CustomTestStringConvertible {
        var name: String
        var key: String
        var type: UInt8
        var session: UInt32
        var counter: UInt32
        var body: String
        var datagram: String
        var testDescription: String { name }
    }

    struct Adoption: Decodable, CustomTestStringConvertible {
        var name: String
        var hash: String
        var relayNonce: String
        var hubNonce: String
        var commitment: String
        var code: String
        var testDescription: String { name }
    }

    struct Invite: Decodable, CustomTestStringConvertible {
        var name: String
        var text: String
        var secret: String
        var hubKey: String
        var address: String
        var port: UInt16
        var expirySeconds: UInt32
        var id: String
        var psk: String
        var testDescription: String { name }
    }

    var media: [Media]
    var adoption: [Adoption]
    var invites: [Invite]

    static let all: LinkVectors = {
        do {
            let file = NoiseVector.root.appending(path: "Protocol/vectors/link.json")
            return try JSONDecoder().decode(LinkVectors.self, from: Data(contentsOf: file))
        } catch {
            fatalError("Protocol/vectors/link.json: \(error)")
        }
    }()
}
