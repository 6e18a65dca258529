package import HubGrammar
package import HubSpeech
package import HubUnderstanding

extension Endpointer.Completeness {
    /// A sentence that ends here less often than this, by the weights of the grammar, may well go on.
    package static let endShareMin = 0.5

    /// What the built-in sentences and the home's whole grammar say together of the words so far: they are a sentence if
    /// either has it, and may go on if either goes on.
    ///
    /// - Parameter network: nil if the built-in sentences are all that is heard.
    package init(builtIn: HubUnderstanding.Completeness, network: SentenceProgress?) {
        var (isComplete, canContinue) = (false, false)
        if case .complete(let goesOn) = builtIn { (isComplete, canContinue) = (true, goesOn) }
        if case .complete(let endShare)? = network {
            isComplete = true
            canContinue = canContinue || endShare < Self.endShareMin
        }
        if isComplete {
            self = .complete(canContinue: canContinue)
        } else {
            self = builtIn == .partial || network == .partial ? .partial : .unknown
        }
    }
}
