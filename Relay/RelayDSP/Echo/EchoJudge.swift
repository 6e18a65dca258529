/// Judges from powers what is left of the echo and whether somebody speaks over it.
///
/// The echo that is left is taken to be a share of the echo that was taken off, the leak. It is learned while nobody
/// speaks, and slowly while somebody seems to: a path that has changed looks like speech at first.
struct EchoJudge {
    /// Power by which the output must exceed what is expected before somebody is taken to speak: 6 dB.
    private static let speechRatio: Float = 5
    /// Hops that a judgement of speech outlasts its cause: 0.2 s.
    private static let speechHops = 12
    /// Share of a hop in the leak without speech and with it: half a second, five seconds.
    private static let pace: Float = 0.03
    private static let speechPace: Float = 0.003
    /// Share of the last hop's echo that still rings.
    private static let ringing: Float = 0.8
    /// Hops after a reset in which all is taken for echo: half a second.
    private static let startHops = 32

    /// Power of the echo that is left, smoothed.
    private(set) var residual: Float = 0
    /// Somebody speaks over the loudspeaker.
    private(set) var isDoubleTalk = false
    /// Power of the output without far end, tracked low.
    private var noise: Float = 1e-9
    private var outputMean: Float = 0
    private var echoMean: Float = 0
    private var echoPower: Float = 0
    private var hopsLeft = 0
    private var startLeft = startHops

    /// Share of the echo's power that is left in the output, 1 before anything is known.
    var leak: Float { echoMean > 1e-12 ? min(outputMean / echoMean, 1) : 1 }

    /// Forgets the leak: the path is new.
    mutating func reset() {
        (outputMean, echoMean, startLeft) = (0, 0, Self.startHops)
        (isDoubleTalk, hopsLeft) = (false, 0)
    }

    /// The loudspeaker is silent in this hop: only the room is heard.
    mutating func hearRoom(output: Float) {
        followNoise(output, rise: 1.01)
        (isDoubleTalk, hopsLeft, residual, echoPower) = (false, 0, 0, 0)
    }

    /// The loudspeaker plays in this hop. Powers are means over samples and channels.
    mutating func hearEcho(output: Float, echo: Float) {
        followNoise(output, rise: 1.002)
        echoPower = max(echo, Self.ringing * echoPower)
        residual += 0.3 * (leak * echoPower - residual)
        let expected = leak * echoPower + noise
        hopsLeft = output > Self.speechRatio * expected ? Self.speechHops : max(hopsLeft - 1, 0)
        if startLeft > 0 { (startLeft, hopsLeft) = (startLeft - 1, 0) }
        isDoubleTalk = hopsLeft > 0
        let pace = isDoubleTalk ? Self.speechPace : startLeft > 0 ? 0.15 : Self.pace
        outputMean += pace * (max(output - noise, 0) - outputMean)
        echoMean += pace * (echoPower - echoMean)
    }

    private mutating func followNoise(_ output: Float, rise: Float) {
        noise = output < noise ? noise + 0.2 * (output - noise) : min(noise * rise, output)
        noise = max(noise, 1e-11)
    }
}
