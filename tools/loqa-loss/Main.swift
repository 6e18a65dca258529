import ArgumentParser
import Foundation
import LoqaAudio

/// Sends a recording over a bad network that is made up from a seed, through the machines that carry sound in
/// a house.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-loss",
        abstract: "Carries speech over a lossy network, and writes what is heard and what it cost.")

    enum Path: String, ExpressibleByArgument { case up, down }

    @Argument(help: "WAV file, 16 kHz mono.") var input: String
    @Option(help: "Where what is heard goes, as a WAV file.") var output: String?
    @Option(help: "up: microphone to hub. down: hub to loudspeaker.") var path = Path.up
    @Option(help: "Mean loss in percent.") var loss = 0.0
    @Option(help: "Mean length of a run of lost packets; 1 is random loss.") var burst = 1.0
    @Option(help: "Least delay in ms.") var delay = 5.0
    @Option(help: "Mean of the exponential delay on top, in ms.") var jitter = 0.0
    @Option(help: "Part of the packets that take 30 ms more, in percent.") var reordered = 0.0
    @Option(help: "Seed of the network.") var seed: UInt64 = 1
    @Option(help: "Mean bits a second.") var rate: Int32 = 24_000
    @Option(help: "Loss that the sender expects at first, in permille.") var expected =
        LossProtection.Tuning.initialPermille
    @Flag(help: "Send no copies against loss.") var unprotected = false
    @Flag(help: "Leave out silence (DTX).") var dtx = false

    func run() throws {
        let recording = try WAVFile.decode(Array(Data(contentsOf: URL(fileURLWithPath: input))))
        guard recording.rate == 16_000, recording.channelCount == 1 else {
            throw JourneyError.notSpeech(rate: recording.rate, channelCount: recording.channelCount)
        }
        var network = Network(seed: seed)
        (network.loss, network.burstLength, network.delay) = (loss / 100, burst, delay)
        (network.jitter, network.reordered) = (jitter, reordered / 100)
        var options = Journey.Options()
        (options.isProtected, options.leavesOutSilence) = (!unprotected, dtx)
        (options.initialLossPermille, options.bitsPerSecond) = (expected, rate)
        var journey = try Journey(recording.samples, over: network, options)
        switch path {
        case .up: try journey.goUp()
        case .down: try journey.goDown()
        }
        if let output {
            let heard = WAVFile.encode(WAVSound(samples: journey.sound))
            try Data(heard).write(to: URL(fileURLWithPath: output))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        FileHandle.standardOutput.write(try encoder.encode(journey.outcome) + Data("\n".utf8))
    }
}
