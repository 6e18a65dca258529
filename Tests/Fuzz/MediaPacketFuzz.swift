import LoqaWire

/// libFuzzer's entry: a datagram that decodes must encode to the same bytes. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzMediaPacket(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    do throws(WireError) {
        let packet = try MediaPacket(decoding: bytes)
        precondition(packet.encoded() == bytes, "a packet changed in a round trip")
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
