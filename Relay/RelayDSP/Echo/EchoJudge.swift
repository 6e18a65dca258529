/// Judges from powers what is left of the echo and whether somebody speaks over it.
///
/// The echo that is left is taken to be a share of the echo that was taken off, the leak; it is learned as the low
/// end of output over echo, since speech can only raise that.
struct EchoJudge {
    /// Power by which the output must exceed what is expected before somebody is taken to speak: 7 dB.
    private static let speechRatio: Float = 5
    /// Hops that a judgement of speech outlasts its cause: 0.2 s.
    private static let speechHops = 12
    /// Leak before anything is known: -6 dB.
    private static let firstLeak: Float = 0.25

    /// Share of the echo's power that is left in the output.
    private(set) var leak = firstLeak
    /// Power of the output without far end, tracked low.
    private(set) var noise: Float = 1e-9
    /// Power of the echo that is left, smoothed.
    private(set) var residual: Float = 0
    /// Somebody speaks over the loudspeaker.
    private(set) var isDoubleTalk = false
    private var hopsLeft = 0
    private var echoPower: Float = 0
    private var outputPower: Float = 0

    /// Forgets the leak: the path is new.
    mutating func reset() {
        leak = Self.firstLeak
        (isDoubleTalk, hopsLeft) = (false, 0)
    }

    /// The loudspeaker is silent in this hop: only the room is heard.
    mutating func hearRoom(output: Float) {
        followNoise(output, rise: 1.01)
        (isDoubleTalk, hopsLeft, residual, echoPower) = (false, 0, 0, 0)
        outputPower = output
    }

    /// The loudspeaker plays in this hop. Powers are means over samples and channels.
    mutating func hearEcho(output: Float, echo: Float) {
        outputPower += 0.5 * (output - outputPower)
        echoPower += 0.5 * (echo - echoPower)
        followNoise(output, rise: 1.002)
        residual += 0.3 * (leak * echoPower - residual)
        let expected = leak * echoPower + noise
        if outputPower > Self.speechRatio * expected { hopsLeft = Self.speechHops } else { hopsLeft -= 1 }
        hopsLeft = max(hopsLeft, 0)
        isDoubleTalk = hopsLeft > 0
        // Where the echo is no louder than the noise its share of the output says nothing.
        guard echoPower > 4 * noise else { return }
        let ratio = min(max(outputPower - noise, 0) / echoPower, 1)
        leak += (ratio < leak ? 0.15 : isDoubleTalk ? 0.001 : 0.02) * (ratio - leak)
        leak = max(leak, 1e-4)
    }

    private mutating func followNoise(_ output: Float, rise: Float) {
        noise = output < noise ? noise + 0.2 * (output - noise) : min(noise * rise, output)
        noise = max(noise, 1e-11)
    }
}
