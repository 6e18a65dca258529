package import LoqaWire

/// Collects the words that the hub chooses for this relay, and fetches the models that are missing: PROTOCOL.md, "Wake
/// words" (W).
///
/// A pure value: it touches no file. Tell it what came, carry out the actions it returns, in order.
package struct WakeChooser: Sendable {
    /// A model and how willingly it fires.
    package struct Word: Sendable, Equatable {
        /// SHA-256 of its bundle.
        package var model: [UInt8]
        package var sensitivity: WakeWordChoice.Sensitivity

        package init(model: [UInt8], sensitivity: WakeWordChoice.Sensitivity) {
            (self.model, self.sensitivity) = (model, sensitivity)
        }
    }

    /// What the caller does.
    package enum Action: Sendable, Equatable {
        case send(ControlFrame)
        /// Check these bytes against the name and keep them; report with ``stored(_:isGood:)``.
        case store(model: [UInt8], bundle: [UInt8])
        /// Listen for these words, all of whose models are kept; none gives the choice back to the relay.
        case use([Word], revision: UInt32)
    }

    /// What came at the wrong time or could not be used, since the start.
    package private(set) var refusedCount = 0
    /// Names of the models that are kept.
    private var kept: Set<[UInt8]>
    private var lastRevision: UInt32 = 0
    private var coming: [Word] = []
    private var wanted: (words: [Word], revision: UInt32)?
    private var partial: (model: [UInt8], bytes: [UInt8])?

    /// - Parameter kept: models that an earlier start has left.
    package init(kept: Set<[UInt8]>) { self.kept = kept }

    /// A connection begins: revisions begin anew, and what was half fetched is asked for anew.
    package mutating func linkUp() {
        (lastRevision, coming, wanted, partial) = (0, [], nil, nil)
    }

    /// W1: a word of a choice. Words out of order are refused, and with them their choice.
    package mutating func received(_ word: WakeWordChoice) -> [Action] {
        guard word.revision > lastRevision else { return refused() }
        if word.index == 0 { coming = [] }
        guard Int(word.index) == coming.count else { return refused() }
        if word.count > 0 { coming.append(Word(model: word.model, sensitivity: word.sensitivity)) }
        guard coming.count == Int(word.count) else { return [] }
        lastRevision = word.revision
        (wanted, partial) = ((coming, word.revision), nil)
        coming = []
        return proceed()
    }

    /// W2: a piece of a model. Any but the one that was asked for is refused.
    package mutating func received(_ part: WakePart) -> [Action] {
        guard let partial, partial.model == part.model, Int(part.offset) == partial.bytes.count,
            partial.bytes.count + part.part.count <= Int(part.byteCount)
        else { return refused() }
        self.partial?.bytes += part.part
        let count = partial.bytes.count + part.part.count
        guard count == Int(part.byteCount) else {
            return [.send(.wakePartWanted(WakePartWanted(model: part.model, offset: UInt32(count))))]
        }
        defer { self.partial = nil }
        return [.store(model: part.model, bundle: partial.bytes + part.part)]
    }

    /// W3: whether a model could be kept; a bad one leaves the relay at what it listens for.
    package mutating func stored(_ model: [UInt8], isGood: Bool) -> [Action] {
        guard isGood else {
            wanted = nil
            return refused()
        }
        kept.insert(model)
        return proceed()
    }

    /// Models that no word of a choice names any more were deleted.
    package mutating func forget(except words: [Word]) { kept.formIntersection(words.map(\.model)) }

    private mutating func proceed() -> [Action] {
        guard let wanted else { return [] }
        if let missing = wanted.words.first(where: { !kept.contains($0.model) }) {
            partial = (missing.model, [])
            return [.send(.wakePartWanted(WakePartWanted(model: missing.model, offset: 0)))]
        }
        self.wanted = nil
        return [.use(wanted.words, revision: wanted.revision)]
    }

    private mutating func refused() -> [Action] {
        refusedCount += 1
        return []
    }
}
