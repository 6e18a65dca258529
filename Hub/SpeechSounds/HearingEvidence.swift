import Glibc

/// How well a sentence explains the sound, against phones that no grammar binds (a likelihood ratio, as in Rose and
/// Paul: A hidden Markov model based keyword recognition system, 1990). All values are scores for each frame of 10 ms,
/// 0 for a sentence as good as the phones, lower for a worse one.
package struct HearingEvidence: Sendable, Equatable {
    /// A word, pause, noise or phone of a path through the sound.
    package struct Stretch: Sendable, Equatable {
        /// "lights"; "<sil>", "[NOISE]", "(NULL)"; "AH", "SIL", "+NOISE+"
        package var name: String
        /// Frames of 10 ms since the utterance began, both included.
        package var firstFrame: Int
        package var lastFrame: Int
        /// What the sound scores as this; higher is better.
        package var score: Int

        package init(name: String, firstFrame: Int, lastFrame: Int, score: Int) {
            (self.name, self.firstFrame, self.lastFrame, self.score) = (name, firstFrame, lastFrame, score)
        }
    }

    /// Over the whole utterance.
    package private(set) var whole = 0.0
    /// Over the words alone, pauses left out.
    package private(set) var words = 0.0
    /// Over the word that fits worst.
    package private(set) var worstWord = 0.0
    /// Mean score of the phones: how clear the sound is.
    package private(set) var phones = 0.0
    /// Part of the utterance's frames that the network takes for pauses or noises while the phones hear speech.
    package private(set) var unexplained = 0.0
    /// How noisy the room is: 0 where speech stands far above it, 1 where it hardly does. Noise makes all scores alike, so it
    /// is part of what they are worth.
    package let noisiness: Double
    /// How much slower than ``letterRateMin`` the words would have to be spoken to fill the loud parts of the sound, as a
    /// natural logarithm: above 0 for two short words that are to explain a long sentence.
    package private(set) var slowness = 0.0

    /// What each kind of evidence counts for, and what it counts for besides where it is noisy, by logistic regression:
    /// commands against other speech, in quiet and in noise of 10 dB, by nine voices. docs/grammar.md says what it is
    /// worth with others.
    private enum Weight {
        static let bias = (quiet: 6.632, noisy: 4.265)
        static let whole = (quiet: 0.3028, noisy: 0.0195)
        static let worstWord = 0.0419
        static let phones = (quiet: -0.2597, noisy: 0.551)
        static let unexplained = -7.218
        static let slowness = -4.494
    }

    /// How likely it is that a sentence of the grammar was said, if commands and other speech are as frequent: 0...1.
    package var confidence: Double {
        func weighed(_ weight: (quiet: Double, noisy: Double)) -> Double {
            weight.quiet + noisiness * weight.noisy
        }
        let fit = weighed(Weight.whole) * whole + Weight.worstWord * worstWord
        let left = Weight.unexplained * unexplained + Weight.slowness * slowness
        return 1 / (1 + exp(-(weighed(Weight.bias) + fit + weighed(Weight.phones) * phones + left)))
    }

    /// Words shorter than this are judged together with nothing: too little sound to tell.
    private static let wordFrameCountMin = 8
    /// Letters for each second of loud sound; people say 15 to 25.
    private static let letterRateMin = 12.0
    /// Slower by more counts as this much.
    private static let slownessMax = 1.4

    /// - Parameters:
    ///   - path: of the sentence, in order.
    ///   - phones: of the same utterance, in order.
    ///   - contrast: of the same utterance.
    package init(path: [Stretch], phones: [Stretch], contrast: SoundContrast) {
        noisiness = contrast.noisiness
        let frameCount = max(path.map(\.lastFrame).max() ?? 0, phones.map(\.lastFrame).max() ?? 0) + 1
        // Sums up to each frame: what the phones score, and which of it is no pause.
        var sums = [Double](repeating: 0, count: frameCount + 1)
        var spoken = [Double](repeating: 0, count: frameCount + 1)
        var (scores, isSpeech) = (
            [Double](repeating: 0, count: frameCount), [Bool](repeating: false, count: frameCount)
        )
        for phone in phones where phone.firstFrame >= 0 && phone.lastFrame >= phone.firstFrame {
            let share = Double(phone.score) / Double(phone.lastFrame - phone.firstFrame + 1)
            for frame in phone.firstFrame...phone.lastFrame {
                scores[frame] = share
                isSpeech[frame] = phone.name != "SIL" && !phone.name.hasPrefix("+")
            }
        }
        for frame in 0..<frameCount {
            sums[frame + 1] = sums[frame] + scores[frame]
            spoken[frame + 1] = spoken[frame] + (isSpeech[frame] ? 1 : 0)
        }
        var (all, inWords, wordFrames, worst, missed) = (0.0, 0.0, 0, 0.0, 0.0)
        var letterCount = 0
        for segment in path where segment.firstFrame >= 0 && segment.lastFrame >= segment.firstFrame {
            let (first, last) = (segment.firstFrame, segment.lastFrame + 1)
            let difference = Double(segment.score) - (sums[last] - sums[first])
            all += difference
            if segment.name.hasPrefix("(") { continue }
            if segment.name.hasPrefix("<") || segment.name.hasPrefix("[") {
                missed += spoken[last] - spoken[first]
                continue
            }
            // "the(2)" is another way to say "the".
            letterCount += segment.name.prefix { $0 != "(" }.count
            inWords += difference
            wordFrames += last - first
            if last - first >= Self.wordFrameCountMin {
                worst = min(worst, difference / Double(last - first))
            }
        }
        whole = all / Double(frameCount)
        words = wordFrames == 0 ? whole : inWords / Double(wordFrames)
        worstWord = worst
        self.phones = sums[frameCount] / Double(frameCount)
        unexplained = missed / max(1, spoken[frameCount])
        slowness = min(
            Self.slownessMax,
            max(0, log(Self.letterRateMin * contrast.loudSeconds / Double(max(1, letterCount)))))
    }
}
