import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

/// Streams played on made-up loudspeakers: when each sample is heard is known exactly.
struct PresentationStartTests {
    @Test(arguments: [0.31, 0.5, 1.234567, 3.00003])
    func `the first sample is heard when it is due, to the sample`(lead: Double) throws {
        var room = Room()
        let played = try room.play(dueIn: lead, seconds: 1)
        #expect(abs(played.heard[0] - played.due) < 1.001 / 16_000)
        #expect(played.skippedCount == 0)
        #expect(played.presentation.correctedCount == 0)
        #expect(played.heard.count == 50)
    }

    @Test(arguments: [-0.4, -0.1, -0.02, 0, 0.05])
    func `a stream that is late loses its beginning and is then in time`(lead: Double) throws {
        var room = Room()
        let played = try room.play(dueIn: lead, seconds: 2)
        #expect(played.skippedCount > 0)
        #expect(played.presentation.isInTime)
        // What was skipped is counted: the first block heard is this far into the stream.
        for (index, heard) in played.heard.enumerated() {
            let meant = played.due + Double(played.skippedCount + index) * 0.02
            #expect(abs(heard - meant) < 0.001)
        }
    }

    @Test func `what is too early or too late to mean it is not presented`() {
        let now = RelayInstant(sinceOrigin: .seconds(100))
        #expect(PresentationStart(due: now + .seconds(11), at: now) == nil)
        #expect(PresentationStart(due: now - .milliseconds(501), at: now) == nil)
        #expect(PresentationStart(due: RelayInstant(microseconds: .max), at: now) == nil)
        #expect(PresentationStart(due: .origin, at: now) == nil)
        #expect(PresentationStart(due: now + .seconds(10), at: now) != nil)
    }

    @Test func `a stream that becomes too late plays whole, alone`() throws {
        var room = Room()
        room.startDelay = 0.7
        let played = try room.play(dueIn: -0.2, seconds: 1)
        #expect(!played.presentation.isInTime)
        #expect(played.skippedCount == 0)
        #expect(played.heard.count == 50)
    }

    @Test(arguments: [(200.0, 0.0), (-200, 0), (0, 100), (0, -100), (150, -100), (-150, 100)])
    func `a loudspeaker or a hub that runs fast or slow stays within 1.3 ms, one sample a block`(
        ppm: (device: Double, hub: Double)
    ) throws {
        var room = Room()
        (room.ppm, room.hubPpm) = (ppm.device, ppm.hub)
        let played = try room.play(dueIn: 0.5, seconds: 60)
        for (index, heard) in played.heard.enumerated() {
            let meant = played.due + Double(index) * 0.02 * (1 - ppm.hub * 1e-6)
            #expect(abs(heard - meant) < 0.0013)
        }
        let needed = abs(ppm.device - ppm.hub) * 1e-6 * 60 * 16_000
        #expect(abs(Double(played.presentation.correctedCount) - needed) < 25)
    }

    @Test(arguments: UInt64(0)..<20)
    func `with a latency that is told 1 ms wrong either way it stays within 1.5 ms`(seed: UInt64) throws {
        var room = Room(seed: seed)
        room.noise = 0.001
        let played = try room.play(dueIn: 0.7, seconds: 10)
        for (index, heard) in played.heard.enumerated() {
            #expect(abs(heard - played.due - Double(index) * 0.02) < 0.0015)
        }
    }

    @Test func `after a device ran dry for 100 ms the stream is back in time within five blocks`() throws {
        var room = Room()
        room.dryAtBlock = 40
        let played = try room.play(dueIn: 0.5, seconds: 3)
        #expect(played.skippedCount >= 5)
        let late = try #require(played.heard.last) - played.due - 149 * 0.02
        #expect(abs(late) < 0.0011)
    }

    @Test func `blocks that come late are replaced by silence, and the sound catches up`() throws {
        var room = Room()
        room.missingBlocks = 30..<36
        let played = try room.play(dueIn: 0.5, seconds: 3)
        let late = try #require(played.heard.last) - played.due - 149 * 0.02
        #expect(abs(late) < 0.0011)
    }

    @Test func `a better estimate moves the sound, an absurd one does not`() throws {
        var room = Room()
        room.retimed = .milliseconds(3)
        let moved = try room.play(dueIn: 0.5, seconds: 6)
        #expect(abs(try #require(moved.heard.last) - moved.due - 299 * 0.02 - 0.003) < 0.0011)
        room = Room()
        room.retimed = .seconds(3_600)
        let kept = try room.play(dueIn: 0.5, seconds: 6)
        #expect(abs(try #require(kept.heard.last) - kept.due - 299 * 0.02) < 0.0011)
    }
}

/// A loudspeaker whose every sample's time is known, asked every 20 ms as the relay's main loop does.
private struct Room {
    /// How much faster the device plays than it should, and the hub's clock runs than the relay's.
    var ppm = 0.0
    var hubPpm = 0.0
    /// How far the told latency may be off, in seconds.
    var noise = 0.0
    /// Time from the first sample handed over to the first sample heard.
    var startDelay = 0.004
    /// Block of the stream before which the device runs dry for 100 ms.
    var dryAtBlock = -1
    /// Asked for these the first time, the jitter buffer is empty.
    var missingBlocks = 0..<0
    /// After two seconds the instant is found to have been this much later.
    var retimed: Duration?
    private var random: SeededGenerator
    private var now = 50.0
    private var handedOver = 0
    /// When the first sample is heard; moved on by a dry device.
    private var start: Double?

    init(seed: UInt64 = 0) { random = SeededGenerator(seed: seed) }

    struct Played {
        var due = 0.0
        /// When the first sample of each block was heard.
        var heard: [Double] = []
        var skippedCount = 0
        var presentation: PresentationStart
    }

    mutating func play(dueIn lead: Double, seconds: Int) throws -> Played {
        let due = RelayInstant(sinceOrigin: .seconds(now + lead))
        var presentation = try #require(
            PresentationStart(
                due: due, hubDriftPartsPerMillion: hubPpm, at: RelayInstant(sinceOrigin: .seconds(now))))
        var played = Played(due: now + lead, presentation: presentation)
        var (blocks, missing, end) = (0, missingBlocks.count, now + lead + 2)
        while blocks < seconds * 50 {
            if let retimed, now > end {
                presentation.retime(due: due + retimed, hubDriftPartsPerMillion: hubPpm)
                end = .infinity
            }
            while blocks < seconds * 50, latency() < 0.06 {
                if blocks == dryAtBlock {
                    start = start.map { $0 + 0.1 + latency() }
                    dryAtBlock = -1
                }
                let told = max(0, latency() + Double.random(in: -noise...noise, using: &random))
                let step = presentation.next(
                    at: RelayInstant(sinceOrigin: .seconds(now)), latency: SampleCount(.seconds(told)))
                if step == .rest { break }
                switch step {
                case .rest: break
                case .silence(let count): hand(Int(count.value))
                case .skip:
                    blocks += 1
                    played.skippedCount += 1
                case .play where missingBlocks.contains(blocks) && missing > 0:
                    missing -= 1
                    presentation.wasMissing(silence: .perPacket)
                    hand(320)
                case .play(let adjustment):
                    played.heard.append(heardNext())
                    blocks += 1
                    hand(320 + adjustment)
                }
            }
            now += 0.02
        }
        played.presentation = presentation
        return played
    }

    private mutating func hand(_ count: Int) {
        if start == nil { start = now + startDelay }
        handedOver += count
    }

    private func heardNext() -> Double { (start ?? now) + Double(handedOver) / (16_000 * (1 + ppm * 1e-6)) }

    private func latency() -> Double { start == nil ? 0 : max(0, heardNext() - now) }
}
