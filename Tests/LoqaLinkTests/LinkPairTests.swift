import LoqaBase
import LoqaLink
import LoqaWire
import Testing

/// The doubles themselves, and the plain way from nothing to a link.
struct LinkPairTests {
    @Test func `H1, N1, N2, P1: an enrolled relay is up within a few round trips and opens its path`() {
        let pair = LinkPair.enrolled()
        pair.run(for: .milliseconds(40))
        #expect(pair.relay.isUp)
        #expect(pair.relay.usesDatagrams)
        pair.run(for: .seconds(5))
        #expect(pair.hub.end(pair.connection!).usesDatagrams(at: pair.hubNow))
        #expect(pair.relay.counters.connectionCount == 1)
    }

    @Test
    func `the network drops, doubles, delays and chops as it is told, and tells the same story for a seed`() {
        func story(_ seed: UInt64, _ faults: LinkPair.Faults) -> (up: [Int], pieces: Int) {
            let pair = LinkPair.enrolled(seed: seed)
            pair.run(for: .seconds(2))
            pair.faults = faults
            let talk = pair.talk(packetCount: 200)
            pair.run(for: .seconds(1))
            return (talk.uplink(), pair.hub.end(1).counters.refusedDatagramCount)
        }
        var faults = LinkPair.Faults()
        #expect(story(1, faults).up == Array(0..<200))
        faults.duplicatePercent = 100
        #expect(story(1, faults).pieces >= 200)
        faults = LinkPair.Faults()
        faults.jitter = .milliseconds(50)
        let late = story(1, faults).up
        #expect(late != Array(0..<200) && late.sorted() == Array(0..<200))
        faults.dropPercent = 20
        let lossy = story(1, faults).up
        #expect((120..<190).contains(lossy.count))
        #expect(lossy == story(1, faults).up && lossy != story(2, faults).up)
    }

    @Test func `somebody in between sees all bytes and datagrams, and what they let through arrives`() {
        let pair = LinkPair.enrolled()
        var (bytes, datagrams) = (0, 0)
        pair.tapBytes = { _, _, piece in
            bytes += piece.count
            return piece
        }
        pair.tapDatagram = { _, datagram in
            datagrams += 1
            return []
        }
        pair.run(for: .seconds(10))
        #expect(bytes > 1_000 && datagrams >= 10)
        #expect(pair.relay.isUp && !pair.relay.usesDatagrams)
        pair.tapBytes = { _, _, _ in [] }
        #expect(pair.run(within: .seconds(2)) { !pair.relay.isUp })
    }
}
