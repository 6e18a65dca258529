import LoqaTestKit
import Testing

@testable import loqa_impair

struct DirectiveTests {
    private static let both = Direction.allCases

    @Test(
        arguments: [
            ("udp loss 20", .datagrams(both, .loss(0.2))),
            ("udp up delay 37.5", .datagrams([.up], .delay(.microseconds(37_500)))),
            ("udp down jitter 5", .datagrams([.down], .jitter(.uniform(.milliseconds(5))))),
            ("udp jitter 5 normal", .datagrams(both, .jitter(.normal(.milliseconds(5))))),
            ("udp burst 2 25", .datagrams(both, .burst(BurstLoss(toBad: 0.02, toGood: 0.25)))),
            (
                "udp burst 2 25 80 1",
                .datagrams(
                    both, .burst(BurstLoss(toBad: 0.02, toGood: 0.25, lossInBad: 0.8, lossInGood: 0.01)))
            ),
            ("udp burst off", .datagrams(both, .burst(nil))),
            ("udp duplicate 1", .datagrams(both, .duplication(0.01))),
            ("udp reorder 5", .datagrams(both, .reordering(0.05, holdback: .milliseconds(30)))),
            ("udp reorder 5 80", .datagrams(both, .reordering(0.05, holdback: .milliseconds(80)))),
            (
                "udp rate 128 16",
                .datagrams(both, .rate(LinkRate(bitsPerSecond: 128_000, queueByteCount: 16_384)))
            ),
            ("udp rate off", .datagrams(both, .rate(nil))),
            ("udp order keep", .datagrams(both, .keepsOrder(true))),
            ("udp block", .datagrams(both, .isBlocked(true))),
            ("udp up open", .datagrams([.up], .isBlocked(false))),
            ("udp rebind", .rebind),
            ("tcp delay 10", .streams(both, .delay(.milliseconds(10)))),
            ("tcp down rate 64", .streams([.down], .rate(64_000))),
            ("tcp stall 2000", .stall(.seconds(2))),
            ("tcp block", .streams(both, .isBlocked(true))),
            ("  cut\t", .cut),
            ("cut every 5", .cutEvery(.seconds(5))),
            ("cut off", .cutEvery(nil)),
            ("clear", .clear),
            ("stats", .statistics),
            ("after 5000 udp block", .after(.seconds(5), .datagrams(both, .isBlocked(true)))),
            ("", nil),
            ("# udp loss 100", nil),
        ] as [(String, Directive?)])
    func `an order is read`(line: String, expected: Directive?) throws {
        #expect(try DirectiveReader.read(line) == expected)
    }

    @Test(arguments: [
        "udp", "udp loss", "udp loss much", "udp loss 101", "udp loss -1", "udp loss nan", "udp loss 20 30",
        "udp up", "udp sideways loss 5", "udp wobble 5", "udp jitter 5 square", "udp rate 0", "udp order",
        "udp order maybe", "udp delay 1e99", "tcp loss 5", "tcp stall", "cut often", "cut every 0", "after",
        "after 5", "after 5 after 5 cut", "explode", "stats now",
    ])
    func `a line that is no order says what would be right`(line: String) {
        let error = #expect(throws: DirectiveError.self) { _ = try DirectiveReader.read(line) }
        #expect(error?.line == line)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func `no line stops the reader`() {
        var random = SeededGenerator(seed: 9)
        let words = [
            "udp", "tcp", "up", "loss", "burst", "5", "off", "after", "cut", "every", "-", "rate", "é",
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<8, using: &random)
            let line = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined(
                separator: " ")
            do {
                _ = try DirectiveReader.read(line)
            } catch {
                #expect(error.line == line)
            }
        }
    }
}
