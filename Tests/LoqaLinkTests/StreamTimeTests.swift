import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

/// Whatever is lost or left out: what comes out has its place in time. Every step stands for 20 ms.
struct StreamTimeTests {
    /// A packet that was sent: its number, and the block that it holds.
    private struct Sent { var sequence: UInt32, block: UInt32 }

    /// Streams of ten packets, without silence and with some in several places.
    private static let silences: [[Int: UInt32]] = [
        [:], [5: 3], [1: 1, 2: 1], [9: 20], [3: 2, 4: 7], [1: 19, 9: 1],
    ]

    @Test(arguments: silences)
    func `the hub keeps time for every pattern of loss of ten packets`(silence: [Int: UInt32]) {
        let sent = stream(silence)
        for pattern in 0..<1 << 10 {
            var buffer = ReorderBuffer<HubClock>()
            for packet in sent where pattern >> Int(packet.sequence) & 1 == 0 {
                buffer.receive(
                    [UInt8(packet.sequence)], sequence: packet.sequence, timestamp: packet.block * 320,
                    at: HubInstant(sinceOrigin: .milliseconds(20 * Int(packet.block))))
            }
            buffer.end(packetCount: 10)
            var places: [Int] = []
            var count: UInt32 = 0
            loop: for second in 1..<1_000 {
                // Each question comes much later, so no gap is waited for twice.
                switch buffer.next(at: HubInstant(sinceOrigin: .seconds(second))) {
                case .decode(let payload):
                    check(payload[0], count, sent)
                    places.append(Int(payload[0]))
                case .recover(let next): checkNext(next[0], count, sent)
                case .conceal, .silence: break
                case .wait: continue loop
                case .finished: break loop
                }
                count += 1
            }
            #expect(places == (0..<10).filter { pattern >> $0 & 1 == 0 })
            let tail = pattern == 1_023 ? 10 : (10 - 1 - (places.last ?? 0))
            let last = places.last.map { sent[$0].block + 1 } ?? 0
            #expect(count == last + UInt32(tail), "pattern \(pattern)")
        }
    }

    @Test(arguments: silences)
    func `the relay keeps time for every pattern of loss of ten packets`(silence: [Int: UInt32]) {
        let sent = stream(silence)
        for pattern in 0..<1 << 10 {
            var buffer = JitterBuffer()
            let arriving = sent.filter { pattern >> Int($0.sequence) & 1 == 0 }
            for packet in arriving {
                buffer.receive(
                    [UInt8(packet.sequence)], sequence: packet.sequence, timestamp: packet.block * 320,
                    at: RelayInstant(sinceOrigin: .milliseconds(20 * Int(packet.block))))
            }
            buffer.end(packetCount: 10)
            var (count, played) = (UInt32(0), 0)
            loop: while true {
                switch buffer.pull() {
                case .play(let payload):
                    check(payload[0], count, sent)
                    played += 1
                case .recover(let next): checkNext(next[0], count, sent)
                case .conceal, .silence: break
                case .rest: Issue.record("rested in pattern \(pattern)")
                case .finished: break loop
                }
                count += 1
            }
            #expect(played == arriving.count)
            #expect(buffer.counters.playedCount == UInt32(played))
        }
    }

    @Test(arguments: UInt64(0)..<200)
    func `the relay keeps time while packets come as they are due, with loss, silence and reordering`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var (sent, block) = ([Sent](), UInt32(0))
        for sequence in 0..<200 as Range<UInt32> {
            if sequence > 10, Int.random(in: 0..<15, using: &random) == 0 {
                block += UInt32.random(in: 1...19, using: &random)
            }
            sent.append(Sent(sequence: sequence, block: block))
            block += 1
        }
        // 100 ms ahead of playback, up to 60 ms late, one in ten lost: no packet comes after its turn.
        var arrivals: [Int: [Sent]] = [:]
        for packet in sent where packet.sequence < 8 || Int.random(in: 0..<10, using: &random) > 0 {
            let late = packet.sequence < 8 ? 0 : Int.random(in: 0...3, using: &random)
            arrivals[max(0, Int(packet.block) - 7 + late), default: []].append(packet)
        }
        var (buffer, count) = (JitterBuffer(), UInt32(0))
        for tick in 0..<Int(block) {
            let now = RelayInstant(sinceOrigin: .milliseconds(20 * tick))
            for packet in arrivals[tick] ?? [] {
                buffer.receive(
                    [UInt8(packet.sequence)], sequence: packet.sequence, timestamp: packet.block * 320,
                    at: now)
            }
            switch buffer.pull() {
            case .play(let payload): check(payload[0], count, sent)
            case .recover(let next): checkNext(next[0], count, sent)
            case .conceal, .silence, .rest: break
            case .finished: Issue.record("finished without an end")
            }
            count += 1
        }
        #expect(buffer.counters.underrunCount == 0)
        #expect(buffer.counters.playedCount > 150)
    }

    private func stream(_ silence: [Int: UInt32]) -> [Sent] {
        var block: UInt32 = 0
        return (0..<10).map { sequence in
            block += silence[sequence] ?? 0
            defer { block += 1 }
            return Sent(sequence: UInt32(sequence), block: block)
        }
    }

    private func check(_ played: UInt8, _ count: UInt32, _ sent: [Sent]) {
        #expect(sent[Int(played)].block == count)
    }

    /// What is recovered is the block right before the packet that holds its copy.
    private func checkNext(_ next: UInt8, _ count: UInt32, _ sent: [Sent]) {
        #expect(sent[Int(next)].block == count + 1)
    }
}
