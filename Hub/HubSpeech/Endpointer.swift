package import LoqaBase
package import LoqaWire
package struct Endpointer: Sendable {
    package enum Completeness: Sendable { case unknown, complete(canContinue: Bool) }
    package enum Event: Sendable, Equatable { case speechStarted(at: SampleCount), paused(endOfSpeech: SampleCount), resumed, ended(SpeechEnd.Reason, endOfSpeech: SampleCount) }
    package init(wakeEnd: SampleCount) {}
    package mutating func take(_ block: Span<Int16>) -> [Event] { [] }
    package mutating func weigh(_ completeness: Completeness) {}
    package mutating func streamEnded() -> Event? { nil }
    package var utterance: Range<SampleCount> { SampleCount(0)..<SampleCount(1) }
}
