import Glibc
import LoqaSystem
import SpeechSounds

/// Asks espeak-ng, a process of its own, how words sound that the dictionary lacks. Without it there are no answers, and
/// other rules have to do.
enum EspeakProcess {
    private static let paths = ["/usr/bin/espeak-ng", "/usr/local/bin/espeak-ng"]
    /// Words of one run: a command line holds them all.
    private static let wordCountMax = 200
    private static let outputByteCountMax = 256 * 1_024
    /// A run takes some 10 ms.
    private static let deadlineMilliseconds: Int32 = 5_000

    /// Phones in ARPAbet for each word that could be pronounced.
    static func phones(of words: [String]) -> [String: String] {
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else { return [:] }
        var result: [String: String] = [:]
        var start = 0
        while start < words.count {
            let batch = Array(words[start..<min(words.count, start + wordCountMax)])
            start += wordCountMax
            let lines = run(path, batch)
            // A sentence for each word gives a line for each; if not, nobody can say which is which.
            guard lines.count == batch.count else { continue }
            for (word, line) in zip(batch, lines) { result[word] = EspeakPhones.arpabet(line) }
        }
        return result
    }

    private static func run(_ path: String, _ words: [String]) -> [String] {
        let text = words.map { "\($0)." }.joined(separator: "\n")
        let child: ChildProcess
        do {
            child = try ChildProcess(
                path, arguments: ["-q", "-x", "--sep=_", "-v", "en-us", text], isQuiet: true)
        } catch {
            return []
        }
        defer { child.end() }
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < outputByteCountMax {
            var descriptor = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, deadlineMilliseconds)
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return [] }
            let count = read(child.output, &room, room.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else { return [] }
            if count == 0 { break }
            bytes += room[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
