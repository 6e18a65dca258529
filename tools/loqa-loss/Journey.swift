import Foundation
import HubCore
import LoqaAudio
import LoqaBase
import LoqaLink

func logarithm(_ value: Double) -> Double { log(value) }

/// What one journey of a recording over a network came to.
struct Outcome: Codable {
    var seconds = 0.0
    var packets = 0
    /// Bytes of Opus; headers are the table's business.
    var payloadBytes = 0
    var lostOnTheWay = 0
    var recovered = 0
    var concealed = 0
    var silent = 0
    /// From the end of a block's 20 ms at its sender to its step at the receiver, in ms; for the downlink,
    /// from the instant at which it would be heard without a network.
    var delay: [String: Double] = [:]
    var finalExpectedLossPercent = 0
    var reportedLossPermille = 0
    var samplesIn = 0
    var samplesOut = 0
    var longestPrebuffer = 0
    var underruns = 0
}

/// Carries a recording through the real encoder, buffer and decoder over a made-up network on a made-up clock
/// with steps of 1 ms, with the receiver's reports on their way back.
struct Journey {
    /// What one end would do in a house.
    struct Options {
        var isProtected = true
        var leavesOutSilence = false
        var initialLossPermille = LossProtection.Tuning.initialPermille
        var bitsPerSecond: Int32 = 24_000
    }

    /// As often as probes go while a stream runs, in ms.
    static let reportInterval = 250
    static let block = Int(SampleCount.perPacket.value)

    var outcome = Outcome()
    private(set) var sound: [Int16] = []
    private let samples: [Int16]
    private let encoder: OpusPacketEncoder
    private let decoder: OpusPacketDecoder
    private let isProtected: Bool
    private var network: Network
    private var arriving: [Int: [AnswerPacer.Packet]] = [:]
    private var reports: [Int: Int] = [:]
    private var delays: [Double] = []

    init(_ samples: [Int16], over network: Network, _ options: Options) throws {
        self.samples = samples
        self.network = network
        isProtected = options.isProtected
        encoder = try OpusPacketEncoder(
            bitsPerSecond: options.bitsPerSecond, leavesOutSilence: options.leavesOutSilence,
            expectedLossPermille: options.isProtected ? options.initialLossPermille : 0)
        decoder = try OpusPacketDecoder()
        outcome.samplesIn = samples.count / Self.block * Self.block
        outcome.seconds = Double(outcome.samplesIn) / Double(SampleCount.perSecond)
    }

    private mutating func send(_ packet: AnswerPacer.Packet, at now: Int) {
        outcome.packets += 1
        outcome.payloadBytes += packet.payload.count
        guard let transit = network.transit() else {
            outcome.lostOnTheWay += 1
            return
        }
        arriving[now + Int(transit.rounded()), default: []].append(packet)
    }

    private mutating func report(_ permille: Int, at now: Int) {
        outcome.reportedLossPermille = permille
        // Reports go over the same network, and are as likely to be lost.
        guard let transit = network.transit(), isProtected else { return }
        reports[now + Int(transit.rounded())] = permille
    }

    private mutating func takeReport(at now: Int) {
        if let permille = reports.removeValue(forKey: now) { encoder.setExpectedLoss(permille: permille) }
    }

    private mutating func finish() {
        delays.sort()
        for (name, part) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)] where !delays.isEmpty {
            outcome.delay[name] = delays[min(Int(part * Double(delays.count)), delays.count - 1)]
        }
        outcome.samplesOut = sound.count
        outcome.finalExpectedLossPercent = encoder.expectedLossPercent
    }
}

// MARK: - From a microphone to the hub

extension Journey {
    /// Sends the recording as it is spoken, and decodes it as the hub does.
    mutating func goUp() throws {
        var buffer = ReorderBuffer<HubClock>()
        var (next, sequence) = (0, UInt32(0))
        var deadline = Int.max
        let blockCount = samples.count / Self.block
        for now in 0..<blockCount * 20 + 2_000 {
            let instant = HubInstant(sinceOrigin: .milliseconds(now))
            takeReport(at: now)
            if next < blockCount, now == (next + 1) * 20 {
                let block = Array(samples[next * Self.block..<(next + 1) * Self.block])
                if let payload = try encoder.encode(block) {
                    let timestamp = UInt32(next * Self.block)
                    send(
                        AnswerPacer.Packet(sequence: sequence, timestamp: timestamp, payload: payload),
                        at: now)
                    sequence += 1
                }
                next += 1
            }
            let arrived = arriving.removeValue(forKey: now) ?? []
            for packet in arrived {
                buffer.receive(
                    packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: instant)
            }
            if next == blockCount, now == blockCount * 20 + 100 { buffer.end(packetCount: sequence) }
            if !arrived.isEmpty || now >= deadline || next == blockCount {
                deadline = try drain(&buffer, at: now)
            }
            if now % Self.reportInterval == 0 { report(buffer.reception.loss.lossPermille, at: now) }
        }
        finish()
    }

    private mutating func drain(_ buffer: inout ReorderBuffer<HubClock>, at now: Int) throws -> Int {
        while true {
            switch buffer.next(at: HubInstant(sinceOrigin: .milliseconds(now))) {
            case .wait(let until): return until.map { Int($0.sinceOrigin.milliseconds) } ?? .max
            case .finished: return .max
            case .decode(let payload): sound += try decoder.decode(payload)
            case .recover(let next): try recover(next)
            case .conceal:
                outcome.concealed += 1
                sound += try decoder.conceal()
            case .silence:
                outcome.silent += 1
                sound += try decoder.conceal()
            }
            delays.append(Double(now - sound.count / Self.block * 20))
        }
    }

    private mutating func recover(_ next: [UInt8]) throws {
        if OpusFormat.hasCopyOfPrevious(next.span) { outcome.recovered += 1 } else { outcome.concealed += 1 }
        sound += try decoder.recover(fromNext: next)
    }
}

// MARK: - From the hub to a loudspeaker

extension Journey {
    /// Packets that the relay keeps in front of its device.
    private static let aheadCount = 3

    /// Sends the recording as an answer, a little ahead, and plays it as a relay does.
    mutating func goDown() throws {
        var pacer = AnswerPacer()
        var buffer = JitterBuffer()
        for start in stride(from: 0, through: samples.count - Self.block, by: Self.block) {
            guard pacer.add(try encoder.encode(Array(samples[start..<start + Self.block]))) else {
                throw JourneyError.tooLong
            }
        }
        pacer.complete()
        var (started, pulled, hasEnded) = (Int?.none, 0, false)
        for now in 0..<samples.count / 16 + 10_000 {
            let instant = RelayInstant(sinceOrigin: .milliseconds(now))
            while let packet = pacer.takeDue(at: HubInstant(sinceOrigin: .milliseconds(now))) {
                send(packet, at: now)
            }
            for packet in arriving.removeValue(forKey: now) ?? [] {
                buffer.receive(
                    packet.payload, sequence: packet.sequence, timestamp: packet.timestamp, at: instant)
            }
            // The end goes by TCP, and is there some time after the last packet.
            if pacer.isDone, !hasEnded, arriving.isEmpty {
                buffer.end(packetCount: pacer.sentCount)
                hasEnded = true
            }
            outcome.longestPrebuffer = max(outcome.longestPrebuffer, buffer.prebufferCount)
            while started == nil || pulled < (now - (started ?? now)) / 20 + Self.aheadCount {
                guard now % 20 == 0 || started != nil else { break }
                let step = buffer.pull()
                if started == nil, step == .rest { break }
                if started == nil { started = now }
                pulled += 1
                if try !play(step, at: now) {
                    outcome.underruns = Int(buffer.counters.underrunCount)
                    return finish()
                }
                delays.append(Double((started ?? now) + pulled * 20 - sound.count / Self.block * 20))
            }
            if now % Self.reportInterval == 0 { report(buffer.reception.loss.lossPermille, at: now) }
        }
        finish()
    }

    /// Whether anything follows.
    private mutating func play(_ step: JitterBuffer.Step, at now: Int) throws -> Bool {
        switch step {
        case .play(let payload): sound += try decoder.decode(payload)
        case .recover(let next): try recover(next)
        case .conceal:
            outcome.concealed += 1
            sound += try decoder.conceal()
        case .silence:
            outcome.silent += 1
            sound += try decoder.conceal()
        case .rest: sound += [Int16](repeating: 0, count: Self.block)
        case .finished: return false
        }
        return true
    }
}

/// Why a journey could not begin.
enum JourneyError: Error, CustomStringConvertible {
    case tooLong
    case notSpeech(rate: Int, channelCount: Int)

    var description: String {
        switch self {
        case .tooLong: "the recording is longer than a minute, which no answer may be"
        case .notSpeech(let rate, let channels):
            "the recording has \(channels) channels at \(rate) Hz; give it as one channel at 16,000 Hz"
        }
    }
}
