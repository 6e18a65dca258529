import LoqaAudio
import LoqaBase

/// Judges every 10 ms of sound by how far it stands above the room and below the talker's own loudest.
///
/// Short-time energy against an adaptive limit, as in L. Rabiner and M. Sambur, "An algorithm for
/// determining the endpoints of isolated utterances", Bell System Technical Journal 54(2), 1975, with two
/// bands where they counted zero crossings: a high-pass takes away hum and rumble, a split at 2 kHz lets a
/// weak fricative be seen over a room whose noise is low. Either band can show speech. Each has its own
/// floor by minimum statistics (``LoqaAudio/NoiseFloorTracker``), whose rise is slowed, so that a long
/// sentence without a gap is not taken for the room.
///
/// A pure value of fixed size; nothing is allocated.
struct EndpointerActivity: Sendable {
    enum Tuning {
        /// One pole of the high-pass, twice in a row: exp(-2 pi 200 Hz / 16 kHz). Mains hum at 100 Hz falls
        /// by 14 dB.
        static let highPassPole: Float = 0.924_5
        /// One-pole low-pass that splits the bands: 1 - exp(-2 pi 2 kHz / 16 kHz).
        static let splitShare: Float = 0.544
        /// Frames averaged into one level: 30 ms, over which steady noise varies by 1 dB instead of 2.
        static let smoothingCount = 3
        /// Frames at the start that tell nothing: filters and the codec settle.
        static let settlingCount = 3
        /// Above the floor a frame is ``Judgement/weak``, which keeps speech going. The floor lies 1...2 dB
        /// under the noise.
        static let weakOverFloorDB: Float = 4.5
        /// Above the floor a frame is ``Judgement/strong``, which starts speech: 2 dB more, so that noise at
        /// the limit does not go back and forth.
        static let strongOverFloorDB: Float = 6.5
        /// Under the talker's peak nothing counts any more: reverberation and breath lie there, last
        /// syllables do not.
        static let weakUnderPeakDB: Float = 30
        /// Under the talker's peak nothing starts speech, below 2 kHz: a command's first vowel is louder, a
        /// breath is not.
        static let strongUnderPeakDB: Float = 22
        /// The peak is taken over about 100 ms, so that a click is not the talker's loudest.
        static let peakShare: Float = 0.1
        /// The peak falls by 0.5 dB a second: talkers turn away.
        static let peakFallDB: Float = 0.005
        /// The floor rises by 3 dB a second at most.
        static let floorRiseDB: Float = 0.03
        /// A room is never quieter than this: what lies below is the converter's or the codec's, or a lost
        /// packet.
        static let leastFloorDBFS: Float = -72
    }

    /// What 10 ms of sound are.
    enum Judgement: Int, Sendable, Comparable {
        case quiet
        /// Enough to go on with a sentence.
        case weak
        /// Enough to begin one.
        case strong

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// One band's level and the room's in it.
    private struct Band: Sendable {
        private var powers = InlineArray<3, Float>(repeating: 0)
        private var tracker = EndpointerFloor()
        private var floorDB: Float?
        private(set) var level = Tuning.leastFloorDBFS

        /// How far the last 30 ms stand above the floor, in dB.
        mutating func overFloor(_ power: Float, index: Int) -> Float {
            powers[index % Tuning.smoothingCount] = power
            guard index >= Tuning.settlingCount else { return 0 }
            let mean = (powers[0] + powers[1] + powers[2]) / Float(Tuning.smoothingCount)
            level = DecibelsFullScale(meanSquare: mean).value
            // A hole in the stream says nothing about the room.
            if level > Tuning.leastFloorDBFS {
                tracker.track(power: power, sampleCount: EndpointerActivity.frameLength)
            }
            let tracked = max(tracker.floor.value, Tuning.leastFloorDBFS)
            let floor = min(tracked, (floorDB ?? tracked) + Tuning.floorRiseDB)
            floorDB = floor
            return level - floor
        }
    }

    /// Samples in a frame: 10 ms.
    static let frameLength = 160

    private var input: Float = 0
    private var firstPass: Float = 0
    private var secondPass: Float = 0
    private var lowPass: Float = 0
    private var low = Band()
    private var high = Band()
    private var index = 0
    private var loudness: Float = 0
    private var peakDB = Tuning.leastFloorDBFS

    /// Level of the last 30 ms under 2 kHz, in dBFS.
    var level: Float { low.level }

    /// Judges the next frame: samples `start ..< start + frameLength` of the block.
    mutating func judge(_ block: Span<Int16>, from start: Int) -> Judgement {
        let (lowPower, highPower) = filter(block, from: start)
        let over = max(
            low.overFloor(lowPower, index: index), high.overFloor(highPower, index: index))
        index += 1
        guard index > Tuning.settlingCount else { return .quiet }

        loudness += (lowPower + highPower - loudness) * Tuning.peakShare
        peakDB = max(peakDB - Tuning.peakFallDB, DecibelsFullScale(meanSquare: loudness).value)
        let underPeak = peakDB - max(low.level, high.level)
        let isVoicedLoud = peakDB - low.level <= Tuning.strongUnderPeakDB
        if over >= Tuning.strongOverFloorDB, isVoicedLoud { return .strong }
        return over >= Tuning.weakOverFloorDB && underPeak <= Tuning.weakUnderPeakDB ? .weak : .quiet
    }

    /// The frame's mean squares below and above 2 kHz.
    private mutating func filter(_ block: Span<Int16>, from start: Int) -> (low: Float, high: Float) {
        var lowSum: Float = 0
        var highSum: Float = 0
        for position in start..<(start + Self.frameLength) {
            let sample = Float(block[position]) / 32_768
            let first = Tuning.highPassPole * (firstPass + sample - input)
            secondPass = Tuning.highPassPole * (secondPass + first - firstPass)
            (input, firstPass) = (sample, first)
            lowPass += Tuning.splitShare * (secondPass - lowPass)
            let rest = secondPass - lowPass
            lowSum += lowPass * lowPass
            highSum += rest * rest
        }
        return (lowSum / Float(Self.frameLength), highSum / Float(Self.frameLength))
    }
}
