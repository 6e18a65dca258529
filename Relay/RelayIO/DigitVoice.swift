import Glibc
import LoqaAudio
package import LoqaBase
import LoqaSystem

/// Speaks the six digits of an adoption: runs `flite` beside the relay and takes the sound that it makes.
///
/// The hub cannot do it: whoever stands in between could make it speak other digits. For the main loop's thread; nothing
/// here waits. Where the program is missing the digits are shown only.
package final class DigitVoice {
    /// Debian's package flite puts it there.
    package static let usualProgram = "/usr/bin/flite"
    /// Time for a sentence of ten seconds, on the slowest board.
    private static let patience: Duration = .seconds(20)
    private static let byteCountMax = 2 << 20

    private let program: String
    private var child: ChildProcess?
    private var bytes: [UInt8] = []
    private var end: RelayInstant?

    package init(program: String = DigitVoice.usualProgram) { self.program = program }

    /// Readable when ``receive(at:)`` has something to do.
    package var outputDescriptor: Int32? { child?.output }
    /// The instant at which ``receive(at:)`` must be called.
    package var deadline: RelayInstant? { end }

    /// What is said: each digit apart, twice.
    package static func sentence(for code: String) -> String {
        let digits = code.map(String.init)
        let groups = [digits.prefix(3), digits.dropFirst(3)].map { $0.joined(separator: ", ") }
        let spoken = groups.joined(separator: ". ")
        return "This speaker wants to join the house. Its digits are. \(spoken). Again. \(spoken)."
    }

    /// Starts to speak.
    ///
    /// - Parameter code: six digits.
    package func start(_ code: String, at now: RelayInstant) {
        (child, bytes, end) = (nil, [], nil)
        do throws(SystemError) {
            child = try ChildProcess(
                program, arguments: ["-voice", "slt", "-t", Self.sentence(for: code), "-o", "/dev/stdout"],
                isQuiet: true)
            end = now + Self.patience
        } catch {
            // Shown only.
        }
    }

    /// The digits are of no more use.
    package func stop() { (child, bytes, end) = (nil, [], nil) }

    /// Takes what the program has made; the whole sound once it is there: 16 kHz mono.
    package func receive(at now: RelayInstant) -> [Int16]? {
        guard let child, let end else { return nil }
        var chunk = [UInt8](repeating: 0, count: 16_384)
        for _ in 0..<64 {
            let count = read(child.output, &chunk, chunk.count)
            if count > 0, bytes.count + count <= Self.byteCountMax {
                bytes += chunk[..<count]
                continue
            }
            if count < 0, errno == EAGAIN || errno == EINTR {
                if now >= end { stop() }
                return nil
            }
            break
        }
        let made = bytes
        stop()
        do {
            let sound = try WAVFile.decode(made)
            return sound.channelCount == 1 && sound.rate == 16_000 ? sound.samples : nil
        } catch {
            return nil
        }
    }
}
