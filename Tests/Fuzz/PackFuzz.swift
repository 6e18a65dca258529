import HubLanguage
import HubPacks

/// libFuzzer's entry: a pack in JSON. What is read may be compiled; an error has its place in the text. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzPacks(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    let lineCount = 1 + bytes.count { $0 == 10 }
    do throws(LanguageError) {
        let source = try PackReader.source(try JSONReader.read(bytes, file: "pack"))
        let words = try LanguageCompiler.compile(source, stateCountMax: 20_000)
        do throws(ImageError) {
            _ = try LanguageLoader.load(WordBlock(words))
        } catch {
            preconditionFailure("\(error)")
        }
    } catch {
        precondition((0...lineCount).contains(error.place.line))
    }
    return 0
}
