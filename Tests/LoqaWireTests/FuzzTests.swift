import LoqaBase
import LoqaTestKit
import LoqaWire
import Testing

/// Random and damaged bytes, each case from its seed. tools/fuzz looks further, guided by coverage.
struct FuzzTests {
    private static let bodies = Vector.control.filter { $0.kind == "media" }.map {
        Array($0.bytes.dropFirst(4))
    }

    @Test(arguments: ControlFrame.Kind.allCases)
    func `C1, C6, C8: any frame of a kind survives encoding and decoding`(kind: ControlFrame.Kind) {
        var random = SeededGenerator(seed: UInt64(kind.rawValue))
        for _ in 0..<300 {
            let frame = random.frame(kind)
            let sender: ControlFrame.Sender = kind.mayCome(from: .relay) ? .relay : .hub
            let (found, error) = arrivals(in: frame.encoded(), from: sender)
            #expect(found == [.frame(frame)] && error == nil)
        }
    }

    @Test(arguments: UInt64(0)..<300)
    func `C1: however the bytes are chopped, the same frames come out`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sender = ControlFrame.Sender.allCases[Int(seed % 2)]
        let frames = (0..<12).map { _ in random.frame(from: sender) }
        let bytes = frames.flatMap { $0.encoded() }
        let chunks = (0..<60).map { _ in Int.random(in: 0...9, using: &random) }
        let (found, error) = arrivals(in: bytes, from: sender, chunks: chunks)
        #expect(found == frames.map { .frame($0) } && error == nil)
    }

    @Test(arguments: UInt64(0)..<2_000)
    func `C10: no bytes trap the reader, and chopping changes neither frames nor error`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sender = ControlFrame.Sender.allCases[Int(seed % 2)]
        var bytes: [UInt8] = []
        if seed % 4 == 0 {
            bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                .random(in: 0...255, using: &random)
            }
        } else {
            let good = (0..<3).map { _ in random.frame(from: sender).encoded() }
            let bad = Vector.malformed[Int.random(in: Vector.malformed.indices, using: &random)].bytes
            bytes = good.flatMap(\.self) + bad
            random.damage(&bytes)
        }
        let whole = arrivals(in: bytes, from: sender)
        let chopped = arrivals(
            in: bytes, from: sender, chunks: (0..<40).map { _ in Int.random(in: 0...9, using: &random) })
        #expect(whole.found == chopped.found)
        #expect(whole.error == chopped.error)
        // What was accepted is canonical but for bytes that C7 ignores.
        for case .frame(let frame) in whole.found {
            #expect(arrivals(in: frame.encoded(), from: sender).found == [.frame(frame)])
        }
    }

    @Test(arguments: UInt64(0)..<2_000)
    func `M2: no datagram traps the decoder, and what it accepts encodes to the same bytes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Self.bodies[Int(seed) % Self.bodies.count]
        random.damage(&bytes)
        do throws(WireError) {
            #expect(try MediaPacket(decoding: bytes).encoded() == bytes)
        } catch {
            #expect(error.field != nil)
        }
    }
}

extension SeededGenerator {
    /// Changes, removes and adds a few bytes.
    fileprivate mutating func damage(_ bytes: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &self)
            switch UInt8.random(in: 0...3, using: &self) {
            case 0: bytes[index] = .random(in: 0...255, using: &self)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &self)
            case 2: bytes.remove(at: index)
            default: bytes.insert(.random(in: 0...255, using: &self), at: index)
            }
        }
    }
}
