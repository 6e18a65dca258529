import Foundation

/// A person who talks: sentences spoken by festival, an engine other than the hub's own voice.
struct Talker {
    /// Festival's voices, both trained on people (diphone voices of 16 kHz).
    enum Voice: String, CaseIterable { case kal = "voice_kal_diphone", ked = "voice_ked_diphone" }

    static let wakePhrase = "hey computer"
    /// Between the wake phrase and the command; a person does not wait for a sign either.
    static let pause = Duration.milliseconds(200)
    /// Mean level of speech at the microphones, dBFS.
    static let level = -24.0

    var voice: Voice
    /// Rendered sentences are kept here, by what was said and how.
    var cacheFolder: String

    /// The wake phrase and, unless empty, a command after it. Starts with its first and ends with its last loud sample.
    func sound(wakingWith command: String) throws -> Sound {
        let wake = try render(Talker.wakePhrase)
        guard !command.isEmpty else { return wake }
        return wake + Sound(silence: Talker.pause) + (try render(command))
    }

    private func render(_ sentence: String) throws -> Sound {
        let key = Self.hash("1|\(voice.rawValue)|\(Talker.level)|\(sentence)")
        let path = "\(cacheFolder)/\(key).wav"
        if let data = FileManager.default.contents(atPath: path), let sound = Sound(wav: data) {
            return sound
        }
        let spoken = try speak(sentence).trimmed().levelled(to: Talker.level)
        guard !spoken.samples.isEmpty else {
            throw DemoError.unavailable("festival said nothing for: \(sentence)")
        }
        try FileManager.default.createDirectory(atPath: cacheFolder, withIntermediateDirectories: true)
        try spoken.wav.write(to: URL(fileURLWithPath: path), options: .atomic)
        return spoken
    }

    private func speak(_ sentence: String) throws -> Sound {
        let program = "/usr/bin/text2wave"
        guard access(program, X_OK) == 0 else {
            throw DemoError.unavailable(
                "\(program) is missing: install festival, festvox-kallpc16k, festvox-kdlpc16k")
        }
        let output = FileManager.default.temporaryDirectory.appendingPathComponent(
            "loqa-talker-\(getpid()).wav")
        defer { unlink(output.path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-eval", "(\(voice.rawValue))", "-F", "\(Sound.rate)", "-o", output.path]
        let input = Pipe()
        process.standardInput = input
        try process.run()
        input.fileHandleForWriting.write(Data(sentence.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: output.path),
            let sound = Sound(wav: data)
        else { throw DemoError.unavailable("festival could not speak with \(voice.rawValue): \(sentence)") }
        return sound
    }

    /// FNV-1a, 64 bit: names a file, protects nothing.
    private static func hash(_ text: String) -> String {
        let value = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value, radix: 16)
    }
}
