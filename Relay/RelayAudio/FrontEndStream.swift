import LoqaAudio

/// Brings the capture thread's blocks of 20 ms to the hops of a ``FrontEnd``, and its output back to blocks.
///
/// Each block in gives one block out, ``latency`` samples later. For the thread of the front end; takes its memory
/// when made.
package final class FrontEndStream {
    /// Frames in a block.
    package static let blockFrameCount = 320
    /// Samples by which the output is later than the input: 32 ms.
    package static let latency = FrontEnd.latency + FrontEnd.hop

    package let frontEnd: FrontEnd
    private let channelCount: Int
    private let frames: UnsafeMutableBufferPointer<Float>
    private var frameCount = 0
    private let played: UnsafeMutableBufferPointer<Float>
    private let hop: UnsafeMutableBufferPointer<Float>
    private let output: UnsafeMutableBufferPointer<Float>
    /// Samples that wait for the next block. One hop is there from the start, so that no block goes short.
    private var outputCount = FrontEnd.hop

    package init(_ frontEnd: FrontEnd) {
        self.frontEnd = frontEnd
        channelCount = frontEnd.settings.channelCount
        let room = FrontEnd.hop + Self.blockFrameCount
        frames = .allocate(capacity: room * channelCount)
        played = .allocate(capacity: room)
        output = .allocate(capacity: 2 * room)
        hop = .allocate(capacity: FrontEnd.hop)
        for buffer in [frames, played, output, hop] { buffer.initialize(repeating: 0) }
    }

    deinit {
        for buffer in [frames, played, output, hop] { buffer.deallocate() }
    }

    /// Samples between the last frame that was processed and the last that was taken in, 0..<256.
    package var waitingFrameCount: Int { frameCount }

    /// Processes one block.
    ///
    /// - Parameters:
    ///   - block: 320 interleaved frames of all channels.
    ///   - reference: what the loudspeaker played meanwhile, 320 samples; empty takes the board's channel.
    ///   - clean: 320 samples, all written.
    /// - Returns: what the last hop found.
    package func process(
        _ block: Span<Int16>, reference: Span<Int16>, into clean: inout MutableSpan<Int16>
    ) -> FrontEndReport {
        let isWhole =
            block.count == Self.blockFrameCount * channelCount
            && clean.count == Self.blockFrameCount
            && (reference.isEmpty || reference.count == Self.blockFrameCount)
        precondition(isWhole, "not one block")
        for index in block.indices {
            frames[frameCount * channelCount + index] = Float(block[index]) / 32_768
        }
        for index in 0..<Self.blockFrameCount {
            played[frameCount + index] = reference.isEmpty ? 0 : Float(reference[index]) / 32_768
        }
        frameCount += Self.blockFrameCount
        while frameCount >= FrontEnd.hop { processHop(hasReference: !reference.isEmpty) }
        give(&clean)
        return frontEnd.report
    }

    private func processHop(hasReference: Bool) {
        var room = hop.mutableSpan
        _ = frontEnd.process(
            frames.span.extracting(0..<FrontEnd.hop * channelCount),
            played: played.span.extracting(0..<(hasReference ? FrontEnd.hop : 0)), into: &room)
        for index in 0..<FrontEnd.hop { output[outputCount + index] = hop[index] }
        outputCount += FrontEnd.hop
        frameCount -= FrontEnd.hop
        for index in 0..<frameCount * channelCount {
            frames[index] = frames[index + FrontEnd.hop * channelCount]
        }
        for index in 0..<frameCount { played[index] = played[index + FrontEnd.hop] }
    }

    private func give(_ clean: inout MutableSpan<Int16>) {
        for index in 0..<Self.blockFrameCount { clean[index] = pcm16(output[index]) }
        outputCount -= Self.blockFrameCount
        for index in 0..<outputCount { output[index] = output[index + Self.blockFrameCount] }
    }
}
