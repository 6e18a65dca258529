import Glibc
import LoqaAudio
import LoqaSystem

/// Writes a mono WAV file of 16 kHz and 16 bits as the sound comes. For one thread.
package final class SoundFileWriter {
    private static let pieceByteCount = 65_536

    /// As it was given.
    package let path: String
    private let descriptor: Int32
    private var bytes: [UInt8]
    private var frameCount = 0
    /// Samples beyond full scale, which were limited to it.
    package private(set) var clippedCount = 0

    /// Makes the file, or empties the one that is there.
    package init(path: String) throws(SoundFileError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw SoundFileError(path, .system(SystemError("write \(path)"))) }
        (self.path, descriptor) = (path, opened)
        bytes = WAVFile.header(channelCount: 1, rate: 16_000, frameCount: 0)
    }

    deinit { close(descriptor) }

    /// Appends samples, full scale -1...1; rounds to the nearest of 16 bits.
    package func write(_ samples: Span<Float>) throws(SoundFileError) {
        frameCount += samples.count
        guard frameCount < Int(UInt32.max) / 2 - WAVFile.headerByteCount else {
            throw SoundFileError(path, .tooLong)
        }
        for index in samples.indices {
            let sample = pcm16(samples[index])
            if abs(samples[index]) > 1 { clippedCount += 1 }
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
        if bytes.count >= Self.pieceByteCount { try flush() }
    }

    /// Writes what waits and the header's lengths. Nothing may be written afterwards.
    package func finish() throws(SoundFileError) {
        try flush()
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
        bytes = WAVFile.header(channelCount: 1, rate: 16_000, frameCount: frameCount)
        try flush()
    }

    private func flush() throws(SoundFileError) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { room in
                Glibc.write(descriptor, room.baseAddress?.advanced(by: start), room.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            start += count
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private func failure() -> SoundFileError { SoundFileError(path, .system(SystemError("write \(path)"))) }
}
