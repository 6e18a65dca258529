/// What may be changed freely about engines in processes of their own.
package struct EngineTuning: Sendable {
    /// Time to load models; a Pi 4 needs half a second.
    package var readyPatience: Duration = .seconds(3)
    /// Time for an utterance or a grammar: ten times what 20 s of speech take here.
    package var utterancePatience: Duration = .seconds(4)
    /// Time for each next piece of spoken sound.
    package var soundPatience: Duration = .seconds(3)
    /// Wait before the second start in a row, doubled for each further one up to the longest. The first is at once.
    package var restMin: Duration = .milliseconds(250)
    package var restMax: Duration = .seconds(1)
    /// Utterances that wait while another is heard; when one more comes, the oldest gives way.
    package var utteranceCountMax = 2
    /// Texts that wait while another is spoken; one more is refused.
    package var textCountMax = 8

    package init() {}
}
