import LoqaAudio

/// libFuzzer's entry: a WAV file, whole and in pieces. Both readers must agree on what they take, and every sample must lie
/// in the file. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzSoundFile(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    var lengths: [Int?] = []
    for pieceLength in [count + 1, 7] {
        var decoder = WAVDecoder()
        var samples: [Float] = []
        do throws(WAVError) {
            for start in stride(from: 0, to: count, by: pieceLength) {
                let end = min(start + pieceLength, count)
                try decoder.take(bytes.span.extracting(start..<end), into: &samples)
            }
            try decoder.finish()
            guard let format = decoder.format else { preconditionFailure("a file without a format was taken") }
            precondition(samples.count * format.coding.byteCount <= count)
            precondition(samples.count % format.channelCount == 0)
            precondition(format.coding == .float32 || samples.allSatisfy { (-1...1).contains($0) })
            lengths.append(samples.count)
        } catch {
            precondition(!error.description.isEmpty)
            lengths.append(nil)
        }
    }
    precondition(lengths[0] == lengths[1], "the cut makes a difference")
    do throws(WAVError) {
        let sound = try WAVFile.decode(bytes)
        precondition(lengths[0] == sound.samples.count)
        precondition(try WAVFile.decode(WAVFile.encode(sound)) == sound)
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
