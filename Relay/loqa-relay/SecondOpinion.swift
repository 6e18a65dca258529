import LoqaAudio
import LoqaBase
import LoqaModels
import LoqaWake

/// Judges a firing in a recording once more, as a hub does: on two seconds of it that have been through Opus.
struct SecondOpinion {
    private let judge: WakeJudge

    /// - Parameter model: a manifest, whose second stage judges; if it has none, the networks that it has.
    init(model: String, sensitivity: WakeManifest.Sensitivity) throws(WakeModelError) {
        if let second = try WakeModels.judge(at: model, sensitivity: sensitivity) {
            judge = second
        } else {
            judge = WakeJudge(try WakeModels.word(at: model, sensitivity: sensitivity))
        }
    }

    /// The score of a phrase that ended at a place of the recording; nil if too little of it is there.
    func score(of samples: [Int16], end: SampleCount) throws(OpusError) -> Float? {
        let span = WakeJudge.span(end: end)
        let part = Array(samples[min(span.lowerBound, samples.count)..<min(span.upperBound, samples.count)])
        let heard = try carried(part)
        return judge.score(heard.span)
    }

    /// The sound as it comes out of the link to the hub.
    private func carried(_ samples: [Int16]) throws(OpusError) -> [Int16] {
        let (encoder, decoder) = (try OpusPacketEncoder(), try OpusPacketDecoder())
        let packet = Int(SampleCount.perPacket.value)
        var heard: [Int16] = []
        var block = [Int16](repeating: 0, count: packet)
        for start in stride(from: 0, through: samples.count - packet, by: packet) {
            let payload = try encoder.encode(Array(samples[start..<start + packet]))
            var room = block.mutableSpan
            if let payload {
                try decoder.decode(payload.span, into: &room)
            } else {
                try decoder.conceal(into: &room)
            }
            heard += block
        }
        return heard
    }
}
