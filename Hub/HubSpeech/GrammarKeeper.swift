/// Keeps the grammar that recognisers hear by, and makes the next one beside everything else when the home changes:
/// the old one serves until the new one is ready.
///
/// One grammar is made at a time; of several changes meanwhile only the newest counts.
package actor GrammarKeeper<Source: Sendable, Grammar: Sendable> {
    /// What became of a change.
    package enum Outcome: Sendable, Equatable {
        /// Its grammar serves from now on.
        case replaced
        /// A newer change came first.
        case superseded
        /// It makes no grammar, and why; the old one stays.
        case failed(String)
    }

    private let make: @Sendable (Source) throws -> Grammar
    /// What serves now; nothing before the first was made.
    package private(set) var current: Grammar?
    private var number: UInt64 = 0
    private var running: Task<Outcome, Never>?

    /// - Parameter make: a pure function, called on a task of its own.
    package init(make: @escaping @Sendable (Source) throws -> Grammar) { self.make = make }

    /// The home is like this now. Returns when its grammar serves, or will not.
    package func change(to source: Source) async -> Outcome {
        number += 1
        let own = number
        while let running {
            _ = await running.value
            if own != number { return .superseded }
        }
        let task = Task { await replace(by: source, own) }
        running = task
        return await task.value
    }

    private func replace(by source: Source, _ own: UInt64) async -> Outcome {
        let make = make
        let result = await Task.detached(priority: .utility) { Result { try make(source) } }.value
        running = nil
        guard own == number else { return .superseded }
        switch result {
        case .success(let grammar):
            current = grammar
            return .replaced
        case .failure(let error): return .failed("\(error)")
        }
    }
}
