/// A language as its pack states it, read but not yet compiled: see ``LanguageCompiler``.
package struct LanguageSource: Sendable {
    /// "en", "pt-BR"
    package var language: String
    /// Spaces between ideographs, kana or hangul mean nothing.
    package var ignoresSpaces = false
    /// Words and phrases that may be left out of a sentence: "please".
    package var skipWords: [String] = []
    package var intents: [IntentSource] = []
    package var lists: [String: ListSource] = [:]
    package var rules: [String: TextSource] = [:]
    /// How numbers are said: tenths of the number, and the words for it.
    package var numberWords: [NumberWords] = []
    /// Response templates: intent, then key.
    package var responses: [String: [String: String]] = [:]
    /// Templates of what is said when something is not found, by kind.
    package var errorResponses: [String: String] = [:]

    package init(language: String) { self.language = language }
}

/// Text and where it stands.
package struct TextSource: Sendable {
    package let text: String
    package let place: SourcePlace

    package init(_ text: String, at place: SourcePlace) { (self.text, self.place) = (text, place) }
}

/// A list and where it stands.
package struct ListSource: Sendable {
    package let contents: ListContents
    package let place: SourcePlace

    package init(_ contents: ListContents, at place: SourcePlace) {
        (self.contents, self.place) = (contents, place)
    }
}

/// A number and all the ways to say it.
package struct NumberWords: Sendable {
    /// Ten times the number: 205 for 20.5.
    package let tenths: Int
    package let words: [String]

    package init(tenths: Int, words: [String]) { (self.tenths, self.words) = (tenths, words) }
}

/// An intent and its blocks of templates.
package struct IntentSource: Sendable {
    package let name: String
    package var blocks: [BlockSource]

    package init(name: String, blocks: [BlockSource]) { (self.name, self.blocks) = (name, blocks) }
}

/// Templates that mean the same.
package struct BlockSource: Sendable {
    package var templates: [TextSource]
    /// Key of the response.
    package var response = "default"
    /// The intent's combination of slots, "" where the pack has none.
    package var combination = ""
    /// Slots that the sentence implies.
    package var slots: [String: SlotValue] = [:]
    package var requires: [ContextRule] = []
    package var excludes: [ContextRule] = []
    /// One of these words must be in the sentence; empty for no such demand.
    package var keywords: [String] = []
    /// The owner's own sentences go before a pack's.
    package var isPreferred = false
    /// Rules and lists of this block alone.
    package var rules: [String: TextSource] = [:]
    package var lists: [String: ListSource] = [:]

    package init(templates: [TextSource]) { self.templates = templates }
}

/// What a block demands of the context, which is the caller's and what list values bring.
package struct ContextRule: Sendable {
    package let key: String
    /// Any of these; empty for any value at all, which must then be there.
    package let allowed: [SlotValue]
    /// The slot that gets the value, if it is not in the sentence.
    package let slot: String?

    package init(key: String, allowed: [SlotValue], slot: String? = nil) {
        (self.key, self.allowed, self.slot) = (key, allowed, slot)
    }
}
