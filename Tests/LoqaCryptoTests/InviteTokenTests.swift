import LoqaTestKit
import Testing

@testable import LoqaCrypto

struct InviteTokenTests {
    @Test(arguments: LinkVectors.all.invites)
    func `tokens have the golden text`(vector: LinkVectors.Invite) throws {
        let token = try InviteToken(text: vector.text)
        #expect(token.text == vector.text)
        #expect(token.secret.hex == vector.secret && token.hubKey.hex == vector.hubKey)
        #expect(token.host.bytes.hex == vector.address && token.port == vector.port)
        #expect(token.expirySeconds == vector.expirySeconds)
        #expect(token.id.hex == vector.id && token.psk.hex == vector.psk)
    }

    @Test(arguments: UInt64(0)..<200)
    func `any token survives its text, also broken over lines`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let token = random.token()
        #expect(try InviteToken(text: token.text) == token)
        var pasted = " \n"
        for character in token.text {
            pasted.append(character)
            if random.next() % 8 == 0 {
                pasted += ["\n", "\r\n", "  ", "\t", "\u{A0}"][Int(random.next() % 5)]
            }
        }
        #expect(try InviteToken(text: pasted + "\n") == token)
    }

    @Test func `a change of any character is refused`() throws {
        var random = SeededGenerator(seed: 3)
        let printable = (UInt8(ascii: "!")...UInt8(ascii: "~")).map { Character(Unicode.Scalar($0)) }
        for _ in 0..<2 {
            let text = Array(random.token().text)
            for index in text.indices {
                for other in printable + ["é", "\u{0}", "\u{1F600}"] where other != text[index] {
                    var changed = text
                    changed[index] = other
                    #expect(reason(String(changed)) != nil, "\(index): \(other)")
                }
                #expect(reason(String(text[..<index] + text[(index + 1)...])) != nil, "without \(index)")
                #expect(reason(String(text[..<index] + "A" + text[index...])) != nil, "one more at \(index)")
            }
            #expect(reason(String(text) + "A") == .damaged)
        }
    }

    @Test func `the reason tells what to do`() {
        var random = SeededGenerator(seed: 4)
        let text = random.token().text
        #expect(reason("") == .notAToken && reason("hello there") == .notAToken)
        #expect(reason("LOQA-" + text.dropFirst(6)) == .notAToken)
        #expect(reason("loqa1-" + text.dropFirst(6)) == .notAToken)
        #expect(reason("LOQA2-" + text.dropFirst(6)) == .newerFormat && reason("LOQA12-x") == .newerFormat)
        #expect(reason("LOQA1-") == .damaged && reason(String(text.dropLast())) == .damaged)
        #expect(reason(text + String(repeating: " ", count: 1_024)) == .notAToken)
        for error in InviteTokenError.allCases { #expect(!error.description.isEmpty) }
    }

    @Test func `undamaged fields that make no sense are refused`() {
        let head = [UInt8](repeating: 1, count: 5 + 16 + 32)
        #expect(reason(text(head + [4, 10, 0, 0, 1, 30, 20])) == nil)
        #expect(reason(text([2] + head.dropFirst() + [4, 10, 0, 0, 1, 30, 20])) == .newerFormat)
        #expect(reason(text(head + [5, 10, 0, 0, 1, 30, 20])) == .badAddress)
        #expect(reason(text(head + [4, 10, 0, 0, 1, 0, 0])) == .badAddress)
        #expect(reason(text(head + [6, 10, 0, 0, 1, 30, 20])) == .badAddress)
        #expect(reason(text(head + [4, 10, 0, 0, 1, 30, 20, 0])) == .damaged)
        #expect(reason(text(head + [4, 10, 0, 0, 1, 30])) == .damaged)
        for count in 1..<head.count { #expect(reason(text(Array(head.prefix(count)))) != nil) }
    }

    @Test(arguments: UInt64(0)..<300)
    func `random texts never trap the reader`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let digits = Array("ABCabc019-_ \n=+/é")
        let length = Int.random(in: 0...160, using: &random)
        let body = (0..<length).map { _ in digits[Int(random.next() % UInt64(digits.count))] }
        #expect(reason(String(body)) == .notAToken)
        #expect(reason("LOQA1-" + String(body)) == .damaged)
    }

    @Test func `base64 is strict, and has the values of RFC 4648`() {
        let known = ["": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE"]
        for (plain, text) in known {
            #expect(Base64URL.encode(Array(plain.utf8)) == text)
            #expect(Base64URL.decode(Array(text.utf8)) == Array(plain.utf8))
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        for bad in ["Z", "Zg==", "Zh", "Zm9", "Zm9vY", "+/8", "Zm 9v"] {
            #expect(Base64URL.decode(Array(bad.utf8)) == nil, "\(bad)")
        }
    }

    private func reason(_ text: String) -> InviteTokenError? {
        error { () throws(InviteTokenError) in _ = try InviteToken(text: text) }
    }

    private func text(_ fields: [UInt8]) -> String {
        InviteToken.prefix + Base64URL.encode(fields + SHA256.hash(fields).prefix(4))
    }
}

extension SeededGenerator {
    fileprivate mutating func token() -> InviteToken {
        let secret = bytes(16)
        return InviteToken(
            secret: secret, hubKey: privateKey().publicKey,
            host: next() % 2 == 0 ? .ip4(bytes(4)) : .ip6(bytes(16)),
            port: UInt16.random(in: 1 ... .max, using: &self),
            expirySeconds: UInt32(truncatingIfNeeded: next()))
    }
}
