package import LoqaBase

/// A wake phrase that an engine heard, in samples since the engine was given its first one.
package struct WakeEvent: Sendable, Equatable {
    /// The phrase's first sample, and the one after its last. Good to about 50 ms.
    package var start: SampleCount
    package var end: SampleCount
    package var phrase: String

    package init(start: SampleCount, end: SampleCount, phrase: String) {
        (self.start, self.end, self.phrase) = (start, end, phrase)
    }
}

/// What a wake engine says.
package enum WakeEngineEvent: Sendable, Equatable {
    /// It takes sound from now on.
    case ready(engine: String)
    case wake(WakeEvent)
    /// A word was heard that stops what sounds.
    case stop(WakeEvent)
    /// Something came close to a phrase.
    case nearMiss(WakeEvent)
    /// It took sound up to this position and heard nothing: a sign of life, about once a second.
    case listening(SampleCount)
    /// It cannot go on.
    case failed(String)
}
