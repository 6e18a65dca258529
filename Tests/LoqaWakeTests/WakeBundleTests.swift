import LoqaTestKit
import LoqaWake
import Testing

struct WakeBundleTests {
    private let files = [
        WakeBundle.File(name: "a.json", bytes: Array("{}".utf8)),
        WakeBundle.File(name: "a-1_b.tflite", bytes: [UInt8](repeating: 7, count: 1_000)),
    ]

    @Test func `W2: a bundle comes back as the files it was made of`() throws {
        let bundle = try WakeBundle(files)
        #expect(bundle.bytes.count == 5 + 5 + 6 + 2 + 5 + 12 + 1_000)
        #expect(try WakeBundle(bytes: bundle.bytes) == bundle)
        #expect(
            bundle.bytes.starts(with: Array("LQW1".utf8) + [2, 6] + Array("a.json".utf8) + [0, 0, 0, 2]))
    }

    @Test func `names that lead elsewhere, too many files, and files twice are refused`() {
        for name in ["", ".", "..", ".hidden", "../a", "a/b", "a b", "ä", String(repeating: "a", count: 129)]
        {
            let bad = [files[0], WakeBundle.File(name: name, bytes: [1])]
            #expect(throws: WakeBundle.Problem.name(String(name.prefix(64)))) { try WakeBundle(bad) }
        }
        #expect(throws: WakeBundle.Problem.fileCount(1)) { try WakeBundle([files[0]]) }
        let many = (0...WakeBundle.fileCountMax).map { WakeBundle.File(name: "f\($0)", bytes: []) }
        #expect(throws: WakeBundle.Problem.fileCount(WakeBundle.fileCountMax + 1)) { try WakeBundle(many) }
        #expect(throws: WakeBundle.Problem.repeated("a.json")) { try WakeBundle([files[0], files[0]]) }
        let long = WakeBundle.File(name: "long", bytes: [UInt8](repeating: 0, count: WakeBundle.byteCountMax))
        #expect(throws: WakeBundle.Problem.self) { try WakeBundle([files[0], long]) }
    }

    @Test func `a bundle cut anywhere, or with more behind it, is refused`() throws {
        let bytes = try WakeBundle(files).bytes
        for count in 0..<bytes.count {
            #expect(throws: WakeBundle.Problem.self) { try WakeBundle(bytes: Array(bytes[..<count])) }
        }
        #expect(throws: WakeBundle.Problem.cut) { try WakeBundle(bytes: bytes + [0]) }
        var promised = bytes
        promised[12] = 0x7F
        #expect(throws: WakeBundle.Problem.cut) { try WakeBundle(bytes: promised) }
    }

    @Test(arguments: UInt64(0)..<200)
    func `a bundle with random changes is refused or read, and never traps`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try WakeBundle(files).bytes
        for _ in 0..<4 {
            bytes[Int.random(in: 0..<40, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let read = try? WakeBundle(bytes: bytes) else { return }
        #expect(read.bytes == bytes)
    }
}
