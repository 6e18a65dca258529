import Foundation
import Testing

/// One published test vector, in the format that the Noise wiki gives.
struct NoiseVector: Decodable, CustomTestStringConvertible {
    struct Message: Decodable {
        var payload: String
        var ciphertext: String
    }

    private struct File: Decodable { var vectors: [NoiseVector] }

    var protocolName: String
    var source: String
    var initPrologue: String
    var initPsks: [String]?
    var initStatic: String?
    var initEphemeral: String
    var initRemoteStatic: String?
    var respPrologue: String
    var respPsks: [String]?
    var respStatic: String?
    var respEphemeral: String?
    var respRemoteStatic: String?
    var handshakeHash: String?
    var messages: [Message]

    var testDescription: String { "\(protocolName) of \(source)" }
    /// "XXpsk3" of "Noise_XXpsk3_25519_ChaChaPoly_SHA256".
    var patternName: String { protocolName.split(separator: "_").dropFirst().first.map(String.init) ?? "" }

    /// Those of the repository: SHA256, and the three patterns of the link.
    static let own = read(root.appending(path: "Protocol/vectors/noise.json"))
    /// All patterns, where the folder of published vectors lies beside the checkout.
    static let published = read(publishedFile).filter { $0.protocolName.hasSuffix("_SHA256") }
    static let hasPublished = FileManager.default.fileExists(atPath: publishedFile.path)

    private static let publishedFile =
        root.deletingLastPathComponent().appending(
            path: "shared/vectors/noise/noise_25519_chachapoly.json")
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func read(_ file: URL) -> [NoiseVector] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(File.self, from: Data(contentsOf: file)).vectors
        } catch {
            fatalError("\(file.path): \(error)")
        }
    }
}

extension [UInt8] {
    /// The bytes of hexadecimal digits.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        precondition(digits.count == hex.count && digits.count.isMultiple(of: 2), "not whole bytes: \(hex)")
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
