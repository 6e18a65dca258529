import HubLanguage

/// Lists, rules and words that templates of the fuzzer may use.
private func source(_ template: String) -> LanguageSource {
    let place = SourcePlace(file: "fuzz", line: 1, column: 1)
    var source = LanguageSource(language: "xx")
    source.skipWords = ["please"]
    source.intents = [
        IntentSource(name: "A", blocks: [BlockSource(templates: [TextSource(template, at: place)])])
    ]
    source.rules = ["r": TextSource("(turn|[on])", at: place), "s": TextSource("<r> {w}", at: place)]
    source.lists = [
        "l": ListSource(
            .values([
                ListValue("red", value: .text("r"), place: place),
                ListValue("b(l|r)ue", value: nil, place: place),
            ]), at: place),
        "n": ListSource(
            .range(RangeList(first: -5, last: 100, fraction: .halves, multiplier: -1)), at: place),
        "w": ListSource(.wildcard, at: place),
    ]
    source.numberWords = [
        NumberWords(tenths: 15, words: ["one and a half"]), NumberWords(tenths: 20, words: ["two"]),
    ]
    return source
}

/// libFuzzer's entry: a template, and after a zero byte sentences, one a line. What can be compiled loads again and
/// understands anything; an error has its place in the template. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzTemplates(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: count)
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let template = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let sentences =
        parts.count < 2 ? [] : parts[1].split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    let words: [UInt32]
    do throws(LanguageError) {
        words = try LanguageCompiler.compile(source(template), stateCountMax: 20_000)
    } catch {
        precondition(
            (1...template.unicodeScalars.count + 1).contains(error.place.column) || error.place.line == 0)
        return 0
    }
    do throws(ImageError) {
        let language = try LanguageLoader.load(WordBlock(words))
        let names = [
            HomeVocabulary.Entry(list: "name", said: "lamp"),
            .init(list: "area", said: sentences.first ?? "den"),
        ]
        var understander = Understander(language, home: HomeVocabulary(names, for: language))
        for sentence in sentences + [template] {
            let ranked = understander.ranked(sentence, context: ["area": .text("den")], count: 3)
            precondition(ranked.count <= 1 && ranked.allSatisfy { $0.template == template })
            precondition(understander.ranked(sentence, context: ["area": .text("den")], count: 3) == ranked)
        }
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
