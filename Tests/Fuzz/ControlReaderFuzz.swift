import LoqaWire

/// libFuzzer's entry: the first byte chooses the sender and how the rest is chopped. See tools/fuzz.
///
/// Chopping must change neither the frames nor the error, and what was decoded must survive a round trip.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzControlReader(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1, count <= ControlFrameReader.capacity else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: data, count: count))
    let sender: ControlFrame.Sender = bytes[0] & 1 == 0 ? .relay : .hub
    let whole = read(bytes[1...], from: sender, chunk: count)
    let chopped = read(bytes[1...], from: sender, chunk: Int(bytes[0] >> 1) + 1)
    precondition(whole == chopped, "chopping changed what was read")
    for case .frame(let frame) in whole.found {
        let again = read(frame.encoded()[...], from: sender, chunk: count)
        precondition(again.found == [.frame(frame)], "a frame did not survive a round trip")
    }
    return 0
}

private struct Reading: Equatable {
    var found: [ControlFrameReader.Arrival] = []
    var error: WireError?
}

private func read(_ bytes: ArraySlice<UInt8>, from sender: ControlFrame.Sender, chunk: Int) -> Reading {
    var reader = ControlFrameReader(from: sender)
    var reading = Reading()
    var rest = bytes
    do throws(WireError) {
        while !rest.isEmpty {
            try reader.append(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
            while let arrival = try reader.next() { reading.found.append(arrival) }
        }
    } catch {
        reading.error = error
    }
    return reading
}
