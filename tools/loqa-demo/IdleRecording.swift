import Foundation

/// A minute of an ordinary room: noise at -50 dBFS and nine spoken sentences without a wake word, the recipe by which the
/// peers were measured.
enum IdleRecording {
    static let seconds = 60
    private static let sentences = [
        "the weather in the morning is cold and dry", "please put the books on the table near the window",
        "I think we should leave at half past seven", "she sells sea shells by the sea shore",
        "the quick brown fox jumps over the lazy dog", "there is a train to the city every ten minutes",
        "my brother works in a small factory", "do not forget to water the plants in the garden",
        "the music was too loud for the children",
    ]

    static func make(in folder: String) throws -> Sound {
        var minute = RoomNoise.make(seconds: seconds, level: -50, seed: 1)
        let voices = ["en-us", "en-gb", "en-us+f3"]
        for (index, sentence) in sentences.enumerated() {
            let spoken = try speak(sentence, voice: voices[index % voices.count], folder: folder).peaked(
                at: 0.2)
            minute.mix(spoken, at: Int((1 + 6.5 * Double(index)) * Double(Sound.rate)))
        }
        return Sound(samples: Array(minute.samples.prefix(seconds * Sound.rate)))
    }

    private static func speak(_ sentence: String, voice: String, folder: String) throws -> Sound {
        let (spoken, converted) = (folder + "/spoken.wav", folder + "/spoken-16k.wav")
        try run("/usr/bin/espeak-ng", ["-v", voice, "-s", "160", "-p", "45", "-w", spoken, sentence])
        try run("/usr/bin/sox", [spoken, "-r", "\(Sound.rate)", "-b", "16", "-c", "1", converted])
        guard let data = FileManager.default.contents(atPath: converted), let sound = Sound(wav: data) else {
            throw DemoError.unavailable("espeak-ng and sox made no sound of 16 kHz for: \(sentence)")
        }
        return sound.trimmed(threshold: 328)
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        guard access(program, X_OK) == 0 else { throw DemoError.unavailable("\(program) is missing") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw DemoError.unavailable("\(program) failed") }
    }
}
