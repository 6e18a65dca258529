/// Whether somebody speaks who is not part of the noise.
struct SpeechPresence {
    var mean: Float = 0
    var variance: Float = 0.02
    var count = 0
    var hang = 0
    var isSpeech = false
    var probability: Float = 0

    mutating func observe(_ statistic: Float, tuning: SpatialTuning) {
        count += 1
        if count <= tuning.startFrames {
            let rate = 1 / Float(min(count, 20))
            mean += rate * (statistic - mean)
            isSpeech = false
            probability = 0
            return
        }
        let spread = max(variance.squareRoot(), tuning.spreadMin)
        let score = (statistic - mean) / spread
        if score > tuning.threshold { hang = tuning.hangover } else if hang > 0 { hang -= 1 }
        isSpeech = hang > 0
        probability = isSpeech ? 1 : 0
        if !isSpeech {
            let deviation = statistic - mean
            mean += 0.02 * deviation
            variance += 0.02 * (deviation * deviation - variance)
        }
    }
}
