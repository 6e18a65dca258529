import Glibc
package import LoqaAudio
import LoqaSystem

/// Reads a WAV file of 16 kHz block by block; files of any length, pipes too. For one thread.
package final class SoundFileReader {
    private static let pieceByteCount = 65_536

    /// As it was given.
    package let path: String
    /// Channels and coding; the rate is 16 kHz.
    package let format: WAVFormat
    /// Frames that the header promises; nil if its writer did not know.
    package let frameCount: Int?
    private let descriptor: Int32
    private var decoder: WAVDecoder
    private var piece: [UInt8]
    /// Decoded samples that wait, from `next` on.
    private var samples: [Float]
    private var next = 0
    private var hasEnded: Bool

    /// Opens a file and reads its header.
    ///
    /// - Throws: if it cannot be opened, is no WAV file that Loqa reads, has another rate, no sound, or is shorter than
    ///   its header says.
    package init(path: String) throws(SoundFileError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw SoundFileError(path, .system(SystemError("read \(path)"))) }
        var decoder = WAVDecoder()
        var piece = [UInt8](repeating: 0, count: Self.pieceByteCount)
        var samples: [Float] = []
        var hasEnded = false
        let format: WAVFormat
        do throws(SoundFileError) {
            while !decoder.isInData, !hasEnded {
                hasEnded = try !Self.advance(&decoder, opened, &piece, &samples, path)
            }
            format = try Self.checked(decoder, opened, path)
            while samples.isEmpty, !hasEnded {
                hasEnded = try !Self.advance(&decoder, opened, &piece, &samples, path)
            }
            guard !samples.isEmpty else { throw SoundFileError(path, .empty) }
        } catch {
            close(opened)
            throw error
        }
        (self.path, descriptor, self.format) = (path, opened, format)
        frameCount = decoder.dataByteCount.map { $0 / format.frameByteCount }
        (self.decoder, self.piece) = (decoder, piece)
        (self.samples, self.hasEnded) = (samples, hasEnded)
    }

    deinit { close(descriptor) }

    /// Replaces `frames` by up to `frameCount` interleaved frames, full scale -1...1, and returns how many. Fewer than
    /// asked for only at the end. Float files may hold anything, NaN included.
    ///
    /// - Throws: if the file cannot be read on, or ends before what its header promised.
    package func read(_ frameCount: Int, into frames: inout [Float]) throws(SoundFileError) -> Int {
        let wanted = frameCount * format.channelCount
        while samples.count - next < wanted, !hasEnded {
            if next > Self.pieceByteCount {
                samples.removeFirst(next)
                next = 0
            }
            hasEnded = try !Self.advance(&decoder, descriptor, &piece, &samples, path)
        }
        let count = min(wanted, samples.count - next)
        frames.removeAll(keepingCapacity: true)
        frames.append(contentsOf: samples[next..<next + count])
        next += count
        return count / format.channelCount
    }

    /// Reads and decodes one piece; false at the end.
    private static func advance(
        _ decoder: inout WAVDecoder, _ descriptor: Int32, _ piece: inout [UInt8], _ samples: inout [Float],
        _ path: String
    ) throws(SoundFileError) -> Bool {
        var count = 0
        repeat { count = Glibc.read(descriptor, &piece, piece.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw SoundFileError(path, .system(SystemError("read \(path)"))) }
        do throws(WAVError) {
            if count == 0 { try decoder.finish() }
            try decoder.take(piece.span.extracting(0..<count), into: &samples)
        } catch {
            throw SoundFileError(path, .wav(error))
        }
        return count > 0 && !decoder.isAtEnd
    }

    /// The format, if it can be used and the file is as long as it says.
    private static func checked(
        _ decoder: WAVDecoder, _ descriptor: Int32, _ path: String
    ) throws(SoundFileError) -> WAVFormat {
        guard let format = decoder.format else { throw SoundFileError(path, .wav(.notWAV)) }
        guard format.rate == 16_000 else { throw SoundFileError(path, .rate(format.rate)) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let promised = decoder.dataByteCount, decoder.headByteCount + promised > Int(status.st_size)
        {
            throw SoundFileError(path, .wav(.truncated(chunk: "data")))
        }
        return format
    }
}
