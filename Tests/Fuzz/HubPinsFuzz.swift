import LoqaLink
import RelayIO

private let file = HubPinsFile(path: "hub")

/// libFuzzer's entry: the text of a relay's file about its hub. What is accepted must be bounded. See tools/fuzz.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzHubPins(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    do throws(HubPinsFile.Problem) {
        let contents = try file.parse(text)
        precondition(contents.pins.hubKeys.count <= HubPins.hubKeyCountMax)
        precondition(contents.pins.usedInvite.map { $0.count == 8 } ?? true)
        for key in contents.pins.hubKeys { precondition(key.hex.utf8.count == 64) }
        if let address = contents.address {
            precondition(HubAddress(address.description) == address, "an address has two texts")
        }
    } catch {
        guard case .malformed(_, let line) = error else { preconditionFailure("\(error)") }
        precondition((1...count + 1).contains(line))
    }
    return 0
}
