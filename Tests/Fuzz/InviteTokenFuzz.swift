import LoqaCrypto

/// libFuzzer's entry: a text, or behind a zero byte the fields of a token, to which a right checksum is added. What
/// is accepted must have one text. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzInviteToken(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    var text = String(decoding: bytes, as: UTF8.self)
    if bytes.first == 0 {
        let fields = Array(bytes.dropFirst())
        text = InviteToken.prefix + Base64URL.encode(fields + SHA256.hash(fields).prefix(4))
    }
    do throws(InviteTokenError) {
        let token = try InviteToken(text: text)
        let plain = text.unicodeScalars.filter { !$0.properties.isWhitespace }
        precondition(token.text.unicodeScalars.elementsEqual(plain), "a token has two texts")
        let again = try InviteToken(text: token.text)
        precondition(again == token, "a token changed in a round trip")
        precondition(token.id.count == 8 && token.psk.count == 32 && token.port > 0)
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
