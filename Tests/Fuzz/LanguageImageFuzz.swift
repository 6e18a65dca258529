import HubLanguage

/// libFuzzer's entry: what is written over a compiled language, four bytes for the place and four for the word. It is
/// refused, or understands without harm; the checksum is left out of it. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzLanguageImage(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var words = compiled
    for start in stride(from: 0, to: count - 7, by: 8) {
        let word = { (offset: Int) in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(data[start + offset + $1]) }
        }
        words[Int(word(0)) % words.count] = word(4)
    }
    let block = WordBlock(LanguageImage.sealed(words))
    do throws(ImageError) {
        let language = try LanguageLoader.load(block)
        var understander = Understander(
            language, home: HomeVocabulary([.init(list: "name", said: "lamp")], for: language))
        for sentence in ["turn on lamp to 20", "please play red by it", "warm two and a half", "x-y z"] {
            _ = understander.ranked(sentence, context: ["area": .text("den")], count: 2)
        }
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}

private let compiled: [UInt32] = {
    let place = SourcePlace(file: "fuzz", line: 1, column: 1)
    var source = LanguageSource(language: "xx")
    source.skipWords = ["please"]
    var block = BlockSource(
        templates: ["turn on {name} [to {n}]", "play {w} [by {w:by}]", "warm {n}", "{l} x"].map {
            TextSource($0, at: place)
        })
    block.requires = [ContextRule(key: "area", allowed: [], slot: "area")]
    block.slots = ["domain": .list([.text("a"), .integer(1), .number(2), .truth(true)])]
    source.intents = [IntentSource(name: "A", blocks: [block])]
    source.lists = [
        "l": ListSource(
            .values([ListValue("x-y", value: .text("r"), context: ["k": .integer(1)], place: place)]),
            at: place),
        "n": ListSource(.range(RangeList(first: 0, last: 100, fraction: .halves)), at: place),
        "w": ListSource(.wildcard, at: place),
    ]
    source.numberWords = [NumberWords(tenths: 25, words: ["two and a half"])]
    source.responses = ["A": ["default": "Done"]]
    do throws(LanguageError) {
        return try LanguageCompiler.compile(source)
    } catch {
        preconditionFailure("\(error)")
    }
}()
