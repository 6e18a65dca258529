import LoqaAudio
import LoqaBase
import LoqaTestKit
import Testing

struct OpusLossTests {
    @Test func `a lost block comes back from its successor, closer than concealment`() throws {
        let blocks = (0..<100).map(voice)
        let packets = try encode(blocks, OpusPacketEncoder(expectedLossPermille: 200))
        let whole = try decode(packets)
        var (recovered, concealed, count) = (0.0, 0.0, 0)
        for lost in stride(from: 30, to: 90, by: 7) {
            let next = packets[lost + 1]
            // Opus copies blocks of speech only.
            guard hasCopy(next) else { continue }
            count += 1
            let (one, other) = (try OpusPacketDecoder(), try OpusPacketDecoder())
            for packet in packets[..<lost] {
                _ = try one.decode(packet)
                _ = try other.decode(packet)
            }
            recovered += difference(try one.recover(fromNext: next), whole[lost])
            concealed += difference(try other.conceal(), whole[lost])
        }
        #expect(count > 3)
        #expect(recovered < concealed / 2, "\(recovered) of \(concealed)")
    }

    @Test func `without expected loss packets carry no copies, and recovery conceals`() throws {
        let packets = try encode((0..<50).map(voice), OpusPacketEncoder(expectedLossPermille: 0))
        let (one, other) = (try OpusPacketDecoder(), try OpusPacketDecoder())
        for packet in packets.dropLast() {
            #expect(!hasCopy(packet))
            _ = try one.decode(packet)
            _ = try other.decode(packet)
        }
        #expect(try one.recover(fromNext: packets[49]) == other.conceal())
    }

    @Test func `reports turn copies on and off while a stream runs`() throws {
        let encoder = try OpusPacketEncoder(expectedLossPermille: 0)
        _ = try encode((0..<20).map(voice), encoder)
        encoder.setExpectedLoss(permille: 100)
        let protected = try encode((20..<60).map(voice), encoder)
        #expect(protected.filter(hasCopy).count > protected.count / 3)
        for _ in 0..<100 { encoder.setExpectedLoss(permille: 0) }
        let bare = try encode((60..<90).map(voice), encoder)
        #expect(bare.dropFirst(3).allSatisfy { !hasCopy($0) })
    }

    @Test func `silence is left out but for one packet in 400 ms, and comes back as comfort noise`() throws {
        let encoder = try OpusPacketEncoder(leavesOutSilence: true)
        let silence = [Int16](repeating: 0, count: 320)
        let blocks = (0..<50).map(voice) + [[Int16]](repeating: silence, count: 200) + (50..<60).map(voice)
        let packets = try blocks.map { try encoder.encode($0) }
        let sent = packets.indices.filter { packets[$0] != nil }
        #expect(sent.filter { (70..<250).contains($0) }.count <= 180 / 20 + 1)
        let gaps = zip(sent.dropFirst(), sent).map { $0 - $1 - 1 }
        #expect(gaps.max() ?? 0 <= 20)
        #expect(sent.suffix(10).elementsEqual(250..<260), "speech is sent at once")
        let decoder = try OpusPacketDecoder()
        var last = [Int16]()
        for packet in packets.prefix(250) {
            last = try packet.map { try decoder.decode($0) } ?? decoder.conceal()
        }
        #expect(DecibelsFullScale(of: last).value < -60)
    }

    @Test(arguments: UInt64(0)..<20)
    func `recovery from any bytes gives a whole block or an error`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let decoder = try OpusPacketDecoder()
        let packets = try encode((0..<50).map(voice), OpusPacketEncoder(expectedLossPermille: 200))
        for var packet in packets {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                packet[Int.random(in: 0..<packet.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                packet.removeLast(Int.random(in: 0..<packet.count, using: &random))
            }
            do throws(OpusError) {
                #expect(try decoder.recover(fromNext: packet).count == 320)
                #expect(try decoder.decode(packet).count == 320)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    private func hasCopy(_ packet: [UInt8]) -> Bool { OpusFormat.hasCopyOfPrevious(packet.span) }

    private func encode(_ blocks: [[Int16]], _ encoder: OpusPacketEncoder) throws -> [[UInt8]] {
        try blocks.compactMap { try encoder.encode($0) }
    }

    private func decode(_ packets: [[UInt8]]) throws -> [[Int16]] {
        let decoder = try OpusPacketDecoder()
        return try packets.map { try decoder.decode($0) }
    }

    private func difference(_ one: [Int16], _ other: [Int16]) -> Double {
        zip(one, other).reduce(0) { $0 + Double(Int($1.0) - Int($1.1)) * Double(Int($1.0) - Int($1.1)) }
    }

    /// Something like a voice: a saw whose pitch moves, under an envelope.
    private func voice(block: Int) -> [Int16] {
        (0..<320).map { index in
            let at = block * 320 + index
            let period = 90 + block * 7 % 60
            let swing: Int = abs(at * 4 % 16_000 - 8_000)
            return Int16((at % period * 8_000 / period - 4_000) * (60 + swing / 100) / 200)
        }
    }
}

struct LossProtectionTests {
    @Test
    func `it rises at once, falls after lower reports in a row, and ends only after a while without loss`() {
        var protection = LossProtection(permille: 0)
        #expect(protection.percent == 0)
        #expect(protection.report(permille: 120) == true)
        #expect(protection.percent == 15)
        for _ in 1..<LossProtection.Tuning.fallAfterCount {
            #expect(protection.report(permille: 20) == false)
        }
        #expect(protection.report(permille: 75) == true)
        #expect(protection.percent == 10)
        var count = 0
        while protection.percent > 0, count < 100 {
            _ = protection.report(permille: 0)
            count += 1
        }
        #expect(count == LossProtection.Tuning.fallAfterCount + LossProtection.Tuning.offAfterCount)
    }

    @Test func `any report is survived and the range holds`() {
        var protection = LossProtection()
        for permille in [Int.min, -1, 0, 4, 5, 999, 1_000, 1_001, Int.max] {
            _ = protection.report(permille: permille)
            #expect((0...LossProtection.Tuning.percentMax).contains(protection.percent))
        }
        #expect(protection.bitsPerSecond(24_000) == 48_000)
        #expect(LossProtection(permille: 0).bitsPerSecond(24_000) == 24_000)
    }

    @Test(arguments: [20, 50, 100, 200])
    func `a loss that wavers by chance changes the encoder seldom`(permille: Int) {
        var random = SeededGenerator(seed: UInt64(permille))
        var (protection, changes) = (LossProtection(permille: permille), 0)
        for _ in 0..<400 {
            let lost = (0..<100).filter { _ in Int.random(in: 0..<1_000, using: &random) < permille }.count
            if protection.report(permille: lost * 10) { changes += 1 }
        }
        // Each of these reports is of 100 other packets; real ones overlap and waver less.
        #expect(changes <= 400 / 8, "\(changes) changes")
    }
}
