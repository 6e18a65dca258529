/// The names of a home as one language hears them: devices, areas, floors. Changing the home makes a new one and
/// leaves the language as it is.
package final class HomeVocabulary: Sendable {
    /// One name.
    package struct Entry: Sendable {
        /// The list it belongs to: "name", "area", "floor".
        package let list: String
        /// What is said: words, or a template such as `(lamp|light)`.
        package let said: String
        /// What the slot gets.
        package let value: SlotValue
        /// What the name says besides: `domain` for a device.
        package let context: [String: SlotValue]

        package init(
            list: String, said: String, value: SlotValue? = nil, context: [String: SlotValue] = [:]
        ) {
            (self.list, self.said, self.value, self.context) = (list, said, value ?? .text(said), context)
        }
    }

    /// Names of a home.
    package static let entryCountMax = 20_000
    /// Characters of a name.
    package static let nameLengthMax = 256

    let tries: Graph
    /// For each list of the language its trie; 0 where the home says nothing of it.
    let roots: FlatTable<UInt32>
    let values: [Language.Value]
    let sets: FlatSets
    let contexts: FlatContexts
    private let block: WordBlock

    /// Entries for lists that the language does not use, beyond the limits, or without a character are left out.
    package init(_ entries: [Entry], for language: Language) {
        var builders: [String: TrieBuilder] = [:]
        var values: [Language.Value] = []
        var pool = SetPool()
        var scope = LanguageScope(LanguageSource(language: language.name), others: [])
        for entry in entries.prefix(Self.entryCountMax)
        where entry.said.unicodeScalars.count <= Self.nameLengthMax {
            let forms = Self.forms(of: entry.said, in: &scope)
            for form in forms {
                let spaced = language.ignoresSpaces ? SentenceText.withoutSpacesBetweenUnspaced(form) : form
                builders[entry.list, default: TrieBuilder()].insert(spaced, value: UInt32(values.count))
            }
            values.append(Self.value(of: entry, in: language))
        }
        var writer = GraphRecordWriter()
        var roots: [UInt32] = []
        for list in language.parts.lists {
            roots.append(builders[list.name]?.write(to: &writer) { pool.number(of: $0) } ?? 0)
        }
        var sets = SetTable()
        for set in pool.sets {
            sets.numbers += set
            sets.ends.append(UInt32(sets.numbers.count))
        }
        (self.roots, self.values, self.sets) = (FlatTable(roots), values, FlatSets(sets))
        contexts = FlatContexts(values) { language.contextNumber(of: $0) }
        block = WordBlock(writer.words)
        tries = Graph(block)
    }

    deinit {
        roots.free()
        sets.free()
        contexts.free()
    }

    private static func value(of entry: Entry, in language: Language) -> Language.Value {
        var context: [(key: Int, value: SlotValue)] = []
        for (name, value) in entry.context {
            // A key that no block asks for decides nothing.
            if let key = language.parts.contextKeys.firstIndex(of: name) { context.append((key, value)) }
        }
        return Language.Value(value: entry.value, context: context)
    }

    /// The name as it is, and without the punctuation that sentences lose. What is no proper template is plain words.
    private static func forms(of said: String, in scope: inout LanguageScope) -> [[UInt32]] {
        let place = SourcePlace(file: "the home", line: 0, column: 1)
        let forms: [[UInt32]]
        do throws(LanguageError) {
            forms = try TemplateForms.of(said, at: place, in: &scope)
        } catch {
            forms = [TemplateForms.tidied(Spelling.prepared(said))]
        }
        let spoken = forms.map { form in
            var bare = form
            Punctuation.strip(&bare)
            return TemplateForms.tidied(bare)
        }
        return Array(Set(forms + spoken)).filter { !$0.isEmpty }
    }
}
