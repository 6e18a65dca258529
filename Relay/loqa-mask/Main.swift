import Glibc
import LoqaSystem
import RelayDSP

/// Tells what the ear hears of simulated rooms, for training the network that masks noise; see tools/mask.
///
///     loqa-mask --positions "x,y,z x,y,z ..."
///
/// Standard input is raw sound, 32-bit floats in the order of the machine, 16 kHz: hops of 256 samples of every microphone in turn,
/// then 256 samples of what every microphone would have got of the talker alone. Standard output is, for each hop, what
/// a mask network hears, the power of the beam's output in its bands and that of the talker's part of it, in floats.
/// Exit codes: 0 the input ended, 78 the command line is wrong.
@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, arguments[1] == "--positions" else {
            refuse("loqa-mask --positions \"x,y,z x,y,z ...\" (metres); it is run by tools/mask")
        }
        let geometry: ArrayGeometry
        do throws(ArrayGeometryError) {
            geometry = try ArrayGeometry(positions: positions(arguments[2]))
        } catch {
            refuse("\(error)")
        }
        var tuning = SpatialTuning()
        tuning.teachesMask = true
        hear(SpatialFilter(geometry: geometry, tuning: tuning), count: geometry.count)
    }

    private static func hear(_ filter: SpatialFilter, count: Int) {
        let hop = SpatialFilter.hop
        var sound = [Float](repeating: 0, count: 2 * count * hop)
        var clean = [Float](repeating: 0, count: hop)
        var heard = [Float](repeating: 0, count: SpatialFilter.maskFeatureCount)
        var talker = [Float](repeating: 0, count: SpatialFilter.maskBandCount)
        while sound.withUnsafeMutableBytes({ readWhole(STDIN_FILENO, into: $0) }) {
            let span = sound.span
            var output = clean.mutableSpan
            _ = filter.process(span.extracting(0..<count * hop), farEnd: .silent, into: &output)
            var features = heard.mutableSpan
            filter.readMaskFeatures(into: &features)
            var power = talker.mutableSpan
            filter.processShadow(span.extracting(count * hop..<2 * count * hop), bandPower: &power)
            heard.withUnsafeBytes(send)
            talker.withUnsafeBytes(send)
        }
    }

    /// "x,y,z x,y,z": what is no number becomes one that the geometry refuses.
    private static func positions(_ text: String) -> [Position] {
        text.split(separator: " ").map { place in
            let numbers = place.split(separator: ",").map { Float($0) ?? .nan }
            guard numbers.count == 3 else { return Position(x: .nan, y: 0) }
            return Position(x: numbers[0], y: numbers[1], z: numbers[2])
        }
    }

    private static func refuse(_ text: String) -> Never {
        Array("loqa-mask: \(text)\n".utf8).withUnsafeBytes {
            _ = write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
        exit(78)
    }

    private static func send(_ bytes: UnsafeRawBufferPointer) {
        // Nobody listens any more.
        if !writeWhole(STDOUT_FILENO, bytes) { exit(0) }
    }
}
