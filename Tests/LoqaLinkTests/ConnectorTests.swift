import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire
import Testing

struct ConnectorTests {
    private typealias RelayConnector = Connector<RelayClock>

    @Test func `it connects at once, greets, and pings when welcomed`() {
        var connector = make()
        #expect(connector.tick(at: ms(0)) == .connect)
        #expect(connector.connected(at: ms(5)) == .greet)
        #expect(!connector.isUp)
        connector.welcomed(at: ms(10))
        #expect(connector.isUp)
        #expect(connector.deadline == ms(510))
        #expect(connector.tick(at: ms(509)) == .none)
        #expect(connector.tick(at: ms(510)) == .ping(Probe(number: 1)))
        #expect(connector.tick(at: ms(510)) == .none)
    }

    @Test func `a silent hub is given up after the limit, and any frame renews it`() {
        var connector = up()
        connector.heard(at: ms(1_000))
        #expect(connector.tick(at: ms(1_499)) == .ping(Probe(number: 1)))
        #expect(connector.tick(at: ms(2_500)) == .close(.silent))
        #expect(!connector.isUp)
        #expect(connector.tick(at: ms(2_600)) == .connect)
    }

    @Test func `L3, N8: the rest doubles up to half a second and starts again after a welcome`() {
        var connector = make()
        var rests: [Int64] = []
        var now = ms(0)
        for _ in 0..<5 {
            #expect(connector.tick(at: now) == .connect)
            connector.closed(at: now)
            rests.append((connector.deadline - now).milliseconds)
            now = connector.deadline
        }
        #expect(rests == [100, 200, 400, 500, 500])
        _ = connector.tick(at: now)
        _ = connector.connected(at: now)
        connector.welcomed(at: now)
        connector.closed(at: now)
        #expect(connector.deadline - now == .milliseconds(100))
    }

    @Test func `a connection or a greeting that gets no answer ends after a second`() {
        var connector = make()
        _ = connector.tick(at: ms(0))
        #expect(connector.tick(at: ms(1_000)) == .close(.connectTimedOut))
        _ = connector.tick(at: ms(1_100))
        _ = connector.connected(at: ms(1_100))
        #expect(connector.tick(at: ms(2_100)) == .close(.greetingTimedOut))
    }

    @Test func `events at the wrong time change nothing`() {
        var connector = make()
        #expect(connector.connected(at: ms(0)) == .none)
        connector.welcomed(at: ms(0))
        connector.heard(at: ms(0))
        connector.closed(at: ms(0))
        #expect(connector.deadline == ms(0))
        #expect(connector.tick(at: ms(0)) == .connect)
    }

    @Test(arguments: UInt64(0)..<200)
    func `L3: whatever happens, a hub that is back is found within one second`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var connector = make()
        var now = ms(0)
        for _ in 0..<100 {
            now = now + .milliseconds(Int.random(in: 0...700, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: _ = connector.connected(at: now)
            case 1: connector.welcomed(at: now)
            case 2: connector.closed(at: now)
            case 3: connector.heard(at: now)
            default: _ = connector.tick(at: now)
            }
        }
        connector.closed(at: now)
        let back = now
        while true {
            now = max(now, connector.deadline)
            if connector.tick(at: now) == .connect { break }
        }
        #expect(now - back <= .seconds(1))
    }

    private func make() -> RelayConnector {
        RelayConnector(at: ms(0))
    }

    private func up() -> RelayConnector {
        var connector = make()
        _ = connector.tick(at: ms(0))
        _ = connector.connected(at: ms(0))
        connector.welcomed(at: ms(0))
        return connector
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
