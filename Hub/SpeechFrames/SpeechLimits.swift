/// What bounds a frame between the hub and a speech worker. Both ends are ours and of one version, so these may change.
package enum SpeechLimits {
    /// Bytes before a payload: its length (4, big-endian) and its kind (1).
    package static let headerByteCount = 5
    /// The longest payload of any kind.
    package static let payloadByteCountMax = 9 << 20
    /// The network of a house of ten rooms has about 1 MB.
    package static let grammarByteCountMax = 8 << 20
    /// Words of a grammar, and of the list of unknown ones.
    package static let wordCountMax = 8_192
    package static let wordByteCountMax = 64
    /// An utterance to recognise: 20 s at 16 kHz.
    package static let utteranceSampleCountMax = 320_000
    /// A piece of spoken sound: 200 ms at 16 kHz.
    package static let soundSampleCountMax = 3_200
    /// A text to speak: 2,000 characters of up to 4 bytes.
    package static let textByteCountMax = 8_000
    package static let hypothesisByteCountMax = 4_096
    package static let hypothesisWordCountMax = 256
    /// The name of an engine, or why it failed.
    package static let noteByteCountMax = 500
}
