import LoqaTestKit
import Testing

@testable import LoqaWake

struct MicroFrontEndTests {
    /// Made by the executable statement of the format, which equals TensorFlow's microfrontend in every value.
    private static let goldenCount = 166
    private static let goldenHash: UInt64 = 0x737d_72a9_4bd5_e637
    private static let golden40: [UInt16] = [
        465, 177, 487, 446, 538, 444, 543, 414, 428, 287, 556, 499, 515, 451, 530, 366, 514, 393, 545, 424,
        545, 489,
        520, 487, 520, 374, 428, 344, 379, 328, 531, 449, 532, 466, 550, 413, 522, 464, 529, 427,
    ]

    @Test func `every feature of silence, noise and square waves at all levels is the origin's`() {
        var frontEnd = MicroFrontEnd()
        var features: [[UInt16]] = []
        for block in Self.blocks() where frontEnd.push(block.span) { features.append(frontEnd.features) }
        #expect(features.count == Self.goldenCount)
        #expect(features[40] == Self.golden40)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in features.joined().flatMap({ [UInt64($0 & 0xFF), UInt64($0 >> 8)] }) {
            hash = (hash ^ byte) &* 0x100_0000_01b3
        }
        #expect(hash == Self.goldenHash)
    }

    @Test func `the first features come with the third block`() {
        var frontEnd = MicroFrontEnd()
        let silence = [Int16](repeating: 0, count: 160)
        let answers = (0..<4).map { _ in frontEnd.push(silence.span) }
        #expect(answers == [false, false, true, true])
    }

    @Test func `after a reset it hears as if new`() {
        var used = MicroFrontEnd()
        var fresh = MicroFrontEnd()
        let blocks = Self.blocks()
        for block in blocks { _ = used.push(block.span) }
        used.reset()
        for block in blocks.suffix(20) {
            let isNew = fresh.push(block.span)
            #expect(used.push(block.span) == isNew)
            if isNew { #expect(used.features == fresh.features) }
        }
    }

    @Test func `the lowest sample of all does no harm`() {
        var frontEnd = MicroFrontEnd()
        let lowest = [Int16](repeating: .min, count: 160)
        for _ in 0..<10 { _ = frontEnd.push(lowest.span) }
        #expect(frontEnd.features.allSatisfy { $0 < 1_000 })
    }

    @Test func `elementary functions are good to twelve digits`() {
        let cases: [(Double, Double)] = [
            (Elementary.exp(1), 2.718_281_828_459_045), (Elementary.exp(-20), 2.061_153_622_438_558e-9),
            (Elementary.log(10), 2.302_585_092_994_046), (Elementary.log(1e-5), -11.512_925_464_970_229),
            (Elementary.power(80, -0.95), 0.015561967799877617),
            (Elementary.cosine(1), 0.540_302_305_868_139_7), (Elementary.sine(-4), 0.756_802_495_307_928_2),
        ]
        for (value, expected) in cases { #expect(abs(value / expected - 1) < 1e-12) }
        #expect(Elementary.exp(-800) == 0)
        #expect(Elementary.exp(800) == .infinity)
    }

    /// Six blocks at each of seven levels, four times over; every third is a square wave.
    private static func blocks() -> [[Int16]] {
        let levels = [0, 1, 10, 100, 1_000, 10_000, 32_767]
        var random = SeededGenerator(seed: 11)
        var blocks: [[Int16]] = []
        for step in 0..<28 {
            let level = levels[step % 7]
            for block in 0..<6 {
                blocks.append(
                    (0..<160).map { index in
                        let noise = ((Int(random.next() >> 48) * (2 * level + 1)) >> 16) - level
                        let square = (index * (step + 1) / 16).isMultiple(of: 2) ? -level : level
                        return Int16((step + block).isMultiple(of: 3) ? square : noise)
                    })
            }
        }
        return blocks
    }
}
