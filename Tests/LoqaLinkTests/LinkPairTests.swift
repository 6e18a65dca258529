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
}
