import RelayIO

/// libFuzzer's entry: what a search for hubs prints. Chopping must change nothing, and what is found must be of use.
/// See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzHubSearch(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: count)
    var whole = HubSearchReply(version: 2)
    whole.take(bytes)
    var chopped = HubSearchReply(version: 2)
    let half = count / 2
    chopped.take(bytes.prefix(half))
    chopped.take(bytes.dropFirst(half))
    precondition(whole.found == chopped.found && whole.refusedLineCount == chopped.refusedLineCount)
    precondition(whole.found.count <= HubSearchReply.Limits.hubCountMax)
    for hub in whole.found {
        precondition(HubAddress(hub.address.description) == hub.address, "an address has two texts")
        precondition(hub.fingerprint.map { (1...64).contains($0.utf8.count) } ?? true)
    }
    return 0
}
