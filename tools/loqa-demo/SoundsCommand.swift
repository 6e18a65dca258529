import ArgumentParser
import Foundation

/// What a script needs to play the talker itself, as tools/test-link does.
struct SoundsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sounds",
        abstract: "Writes what a virtual board is to hear: room noise and spoken sentences.",
        discussion: """
            noise.raw holds 20 s of the noise; 0.raw, 1.raw and so on hold the wake phrase and a sentence each. \
            All are 16 kHz, mono, s16le without a header, as the board's FIFO takes them.
            """)

    @Argument(help: "The folder to write into.") var folder: String
    @Option(help: "A sentence. Repeat for more.") var say: [String] = []
    @Option(help: "For the room noise.") var seed: UInt64 = 1

    func run() throws {
        let noise = RoomNoise.make(seconds: 20, level: HouseOptions.noiseLevel, seed: seed)
        try write(noise, as: "noise")
        for (index, sentence) in say.enumerated() {
            let talker = Talker(voice: .kal, cacheFolder: ".build/loqa/talker")
            try write(try talker.sound(wakingWith: sentence), as: "\(index)")
        }
    }

    private func write(_ sound: Sound, as name: String) throws {
        try sound.raw.write(to: URL(fileURLWithPath: "\(folder)/\(name).raw"))
    }
}
