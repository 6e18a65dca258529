/// Sound as a WAV file holds it: 16-bit samples, the channels of a frame side by side.
package struct WAVSound: Sendable, Equatable {
    /// 1...``WAVFile/channelCountMax``.
    package var channelCount: Int
    /// Frames a second, 1...``WAVFile/rateMax``.
    package var rate: Int
    /// Interleaved; a whole number of frames.
    package var samples: [Int16]

    /// - Precondition: channel count and rate in range, `samples` holds whole frames.
    package init(channelCount: Int = 1, rate: Int = 16_000, samples: [Int16]) {
        precondition((1...WAVFile.channelCountMax).contains(channelCount), "channel count out of range")
        precondition((1...WAVFile.rateMax).contains(rate), "rate out of range")
        precondition(samples.count % channelCount == 0, "the last frame is not whole")
        (self.channelCount, self.rate, self.samples) = (channelCount, rate, samples)
    }

    /// Samples of one channel.
    package var frameCount: Int { samples.count / channelCount }
}

/// What is wrong with the bytes of a WAV file.
package enum WAVError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Does not start with RIFF....WAVE: another kind of file.
    case notWAV
    /// The file ends inside the named chunk.
    case truncated(chunk: String)
    /// No "fmt " chunk before the sound, or no "data" chunk at all.
    case missing(chunk: String)
    /// A coding that is not read here.
    case unsupportedCoding(formatTag: Int, bitsPerSample: Int)
    /// The header names the field and its value out of range.
    case badField(String, value: Int)
    /// More bytes than the caller allows.
    case tooLong(byteCount: Int, byteCountMax: Int)

    package var description: String {
        switch self {
        case .notWAV: "not a WAV file: it does not start with RIFF and WAVE"
        case .truncated(let chunk): "the WAV file ends inside its \"\(chunk)\" chunk"
        case .missing(let chunk): "the WAV file has no \"\(chunk)\" chunk where one must be"
        case .unsupportedCoding(let tag, let bits):
            "the WAV file is coded as format \(tag) with \(bits) bits; convert it to 16-bit PCM, for instance with \"sox IN -b 16 OUT\""
        case .badField(let name, let value): "the WAV header says \(name) \(value), which cannot be"
        case .tooLong(let count, let most): "the WAV file has \(count) bytes, at most \(most) are read"
        }
    }
}

/// Reads and writes 16-bit PCM WAV files as bytes (Microsoft and IBM, Multimedia Programming Interface 1.0).
package enum WAVFile {
    /// Channels that a file may have.
    package static let channelCountMax = 32
    /// Frames a second that a file may have.
    package static let rateMax = 384_000
    /// Bytes before the samples in a file this type writes.
    package static let headerByteCount = 44
    /// Default bound on what is read: half an hour of 16 kHz mono.
    package static let byteCountMax = 64 * 1_024 * 1_024

    /// The bytes of a whole file.
    package static func encode(_ sound: WAVSound) -> [UInt8] {
        var bytes = header(channelCount: sound.channelCount, rate: sound.rate, frameCount: sound.frameCount)
        bytes.reserveCapacity(bytes.count + sound.samples.count * 2)
        for sample in sound.samples { bytes.append(littleEndian: UInt16(bitPattern: sample)) }
        return bytes
    }

    /// The 44 bytes before the samples, for a program that writes sound as it comes: write it with no frames
    /// first and again over itself at the end.
    ///
    /// - Precondition: the sound fits the format's 4 GiB.
    package static func header(channelCount: Int, rate: Int, frameCount: Int) -> [UInt8] {
        let frameBytes = channelCount * 2
        let dataBytes = frameCount * frameBytes
        precondition(dataBytes <= Int(UInt32.max) - headerByteCount, "too long for a WAV file")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerByteCount)
        bytes += Array("RIFF".utf8)
        bytes.append(littleEndian: UInt32(headerByteCount - 8 + dataBytes))
        bytes += Array("WAVEfmt ".utf8)
        bytes.append(littleEndian: UInt32(16))
        bytes.append(littleEndian: UInt16(WAVFormat.pcmTag))
        bytes.append(littleEndian: UInt16(channelCount))
        bytes.append(littleEndian: UInt32(rate))
        bytes.append(littleEndian: UInt32(rate * frameBytes))
        bytes.append(littleEndian: UInt16(frameBytes))
        bytes.append(littleEndian: UInt16(16))
        bytes += Array("data".utf8)
        bytes.append(littleEndian: UInt32(dataBytes))
        return bytes
    }

    /// Reads a file. Chunks other than "fmt " and "data" are passed over. A writer into a pipe cannot know the
    /// length and puts a huge one or zero into the last chunk: the sound then reaches to the end of the bytes.
    ///
    /// - Throws: ``WAVError``; nothing is read past the bytes whatever the header claims.
    package static func decode(
        _ bytes: [UInt8], byteCountMax: Int = Self.byteCountMax
    ) throws(WAVError) -> WAVSound {
        guard bytes.count <= byteCountMax else {
            throw .tooLong(byteCount: bytes.count, byteCountMax: byteCountMax)
        }
        let (header, data) = try WAVHeader.read(bytes)
        let count = data.count / 2
        let samples = [Int16](unsafeUninitializedCapacity: count) { room, initialized in
            for index in 0..<count {
                let at = data.lowerBound + index * 2
                room[index] = Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
            }
            initialized = count
        }
        return WAVSound(channelCount: header.channelCount, rate: header.rate, samples: samples)
    }
}

extension [UInt8] {
    fileprivate mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }
}
