import HubAdmin

/// libFuzzer's entry: what an admin client sends, and the same as a hub's answer. Chopping must change nothing, and
/// what is accepted must survive a round trip. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzAdmin(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: count)
    var input = AdminServerInput()
    let whole = input.receive(bytes)
    input = AdminServerInput()
    let half = count / 2
    precondition(whole == input.receive(bytes.prefix(half)) + input.receive(bytes.dropFirst(half)))
    for item in whole {
        switch item {
        case .request(let request):
            do throws(AdminFailure) {
                let again = try AdminLine.request(AdminLine.bytes(request).dropLast())
                precondition(again == request, "a request changed in a round trip")
            } catch {
                preconditionFailure("\(error)")
            }
        case .answer(let response), .close(let response):
            precondition(AdminLine.bytes(response).last == 10)
        }
    }
    do throws(AdminFailure) {
        let response = try AdminLine.response(bytes.prefix { $0 != 10 })
        let again = try AdminLine.response(AdminLine.bytes(response).dropLast())
        precondition(again == response, "a response changed in a round trip")
    } catch {
        precondition(error.code == .malformed)
    }
    return 0
}
