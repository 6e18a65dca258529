import LoqaBase
import Testing

@Suite struct HexTests {
    @Test func `bytes are written in lower case and read in either`() {
        #expect(Hex.text([0, 9, 10, 255]) == "00090aff")
        #expect(Hex.bytes("00090aFF") == [0, 9, 10, 255])
        #expect(Hex.bytes("") == [])
        #expect(Hex.text([UInt8]()) == "")
    }

    @Test(arguments: ["0", "0g", "0x12", " 12", "１２", "12\u{301}", "é1"])
    func `what is no whole bytes in plain digits is refused`(text: String) {
        #expect(Hex.bytes(text) == nil)
    }

    @Test func `another count of bytes is refused if one is expected`() {
        #expect(Hex.bytes("0102", count: 2) == [1, 2])
        #expect(Hex.bytes("0102", count: 1) == nil)
        #expect(Hex.bytes("", count: 1) == nil)
    }
}
