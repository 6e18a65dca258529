import LoqaWake

/// A model of every kind of layer that the edits start from.
private let sample = ModelBuilder(seed: 5, stemChannels: 3, kernel: 3).bytes

/// libFuzzer's entry: behind a zero byte a file as it is, else edits to a good one, three bytes each: place and value. What
/// is accepted must run. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzWakeModel(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    var model = Array(bytes.dropFirst())
    if bytes.first != 0 {
        model = sample
        for start in stride(from: 0, to: bytes.count - 2, by: 3) {
            model[(Int(bytes[start]) | Int(bytes[start + 1]) << 8) % model.count] = bytes[start + 2]
        }
    }
    do throws(ModelError) {
        let network = try StreamingNetwork(model: model)
        precondition(network.byteCount < 16 * ModelLimits.fileByteCountMax, "a model takes too much memory")
        precondition(network.multiplicationCount <= ModelLimits.multiplicationCountMax)
        let features = [UInt16](repeating: 400, count: MicroFrontEnd.channelCount)
        for _ in 0..<2 * network.featureCount { _ = network.push(features.span) }
        precondition(network.logit.isFinite, "a logit is no number")
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
