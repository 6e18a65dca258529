import HubAnswers

private let lamp = AnswerEntity(
    entityID: "light.lamp", name: "Lamp", domain: "light", rawState: "on",
    attributes: [.init("n", .integer(3)), .init("f", .number(2.5)), .init("none", .none)])
private let context = AnswerContext(
    slots: [
        .init("s", .text("a B ς")), .init("l", .list([.integer(2), .text("x"), .flag(true)])),
        .init("date", .date(.init(year: 2013, month: 9, day: 17))),
        .init("time", .time(.init(hour: 1, minute: 2))),
    ], matched: [lamp], unmatched: [lamp])
private let limits = AnswerLimits(stepCountMax: 5_000, outputLengthMax: 2_000, itemCountMax: 200)

/// libFuzzer's entry: a response template. What can be read is rendered; an error has its place in the text, an
/// answer keeps within its bounds. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzAnswers(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let source = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    do throws(AnswerError) {
        let template = try AnswerTemplate(source)
        let answer = try template.render(context, limits: limits)
        precondition(answer.utf8.count <= max(limits.outputLengthMax, source.utf8.count))
        let again = try template.render(context, limits: limits)
        precondition(again == answer)
    } catch {
        let lines = 1 + source.unicodeScalars.count { $0 == "\n" || $0 == "\r" }
        precondition((1...lines).contains(error.place.line))
        precondition((1...source.unicodeScalars.count + 1).contains(error.place.column))
    }
    return 0
}
