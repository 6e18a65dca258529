import CAllocationCount
import LoqaTestKit
import Testing

@testable import RelayDSP

struct MaskTests {
    /// The bytes of a small network with weights by chance; `talk` is added to the bias of every band.
    static func bytes(units: (Int, Int, Int) = (16, 24, 8), talk: Float = 0, seed: UInt64 = 1) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes = Array("LOQAMASK".utf8)
        for half in [1, units.0, units.1, units.2] { bytes += [UInt8(half & 255), UInt8(half >> 8)] }
        func add(_ value: Float) {
            (0..<4).forEach { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0))) }
        }
        for (rows, columns, bias) in [
            (units.0, 122, 0), (3 * units.1, units.0, 0), (3 * units.1, units.1, 0),
            (3 * units.2, units.1, 0), (3 * units.2, units.2, 0), (40, units.2, talk),
        ] {
            for _ in 0..<rows { add(Float.random(in: 0.001...0.004, using: &random)) }
            for _ in 0..<rows { add(Float.random(in: -0.5...0.5, using: &random) + bias) }
            for _ in 0..<rows * columns { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        }
        return signed(bytes)
    }

    private static func signed(_ bytes: [UInt8]) -> [UInt8] {
        let sum = bytes.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) }
    }

    @Test func `bytes that are no network say what is wrong`() throws {
        let good = Self.bytes()
        _ = try MaskModel(good)
        var version = good
        version[8] = 9
        var units = good
        units[10] = 7
        var flipped = good
        flipped[400] ^= 1
        var infinite = Array(good.dropLast(4))
        infinite.replaceSubrange(16..<20, with: [0, 0, 0x80, 0x7F])
        for (bytes, error) in [
            ([], MaskModelError.noMask), (Array("LOQAMASX".utf8) + good.dropFirst(8), .noMask),
            (version, .otherVersion(9)), (units, .badUnitCount(7)),
            (Array(good.dropLast()), .badLength(bytes: good.count - 1, expected: good.count)),
            (good + [0], .badLength(bytes: good.count + 1, expected: good.count)), (flipped, .damaged),
            (Self.signed(infinite), .damaged),
        ] {
            #expect(throws: error) { try MaskModel(bytes) }
            #expect(!error.description.isEmpty)
        }
    }

    @Test func `the network says what its formula says`() throws {
        let model = try MaskModel(Self.bytes())
        let network = MaskNetwork(model)
        var random = SeededGenerator(seed: 5)
        var (first, second) = ([Float](repeating: 0, count: 24), [Float](repeating: 0, count: 8))
        for _ in 0..<20 {
            let heard = (0..<122).map { _ in Float.random(in: -2...2, using: &random) }
            network.step(heard)
            let front = Self.product(model.matrices[0], heard).map { max($0, 0) }
            first = Self.gated(model.matrices[1], model.matrices[2], front, first)
            second = Self.gated(model.matrices[3], model.matrices[4], first, second)
            let wanted = Self.product(model.matrices[5], second).map { 1 / (1 + Elementary.exp(-$0)) }
            for band in 0..<40 { #expect(abs(network.gains.floats[band] - wanted[band]) < 1e-4) }
        }
        let fresh = MaskNetwork(model)
        let heard = [Float](repeating: 0.5, count: 122)
        network.forget()
        network.step(heard)
        fresh.step(heard)
        #expect((0..<40).allSatisfy { network.gains.floats[$0] == fresh.gains.floats[$0] })
    }

    private static func product(_ matrix: MaskModel.Matrix, _ input: [Float]) -> [Float] {
        (0..<matrix.rowCount).map { row in
            (0..<matrix.columnCount).reduce(matrix.biases[row]) {
                $0 + matrix.weights[row * matrix.columnCount + $1] * input[$1]
            }
        }
    }

    private static func gated(
        _ input: MaskModel.Matrix, _ own: MaskModel.Matrix, _ x: [Float], _ state: [Float]
    ) -> [Float] {
        let (a, b, n) = (product(input, x), product(own, state), state.count)
        return state.indices.map { unit in
            let reset = 1 / (1 + Elementary.exp(-a[unit] - b[unit]))
            let update = 1 / (1 + Elementary.exp(-a[n + unit] - b[n + unit]))
            let new = a[2 * n + unit] + reset * b[2 * n + unit]
            let candidate = 2 / (1 + Elementary.exp(-2 * new)) - 1
            return (1 - update) * candidate + update * state[unit]
        }
    }

    @Test(arguments: [32, 64])
    func `bands hold all of a spectrum, and spread back evenly`(groups: Int) {
        let bands = MaskBands(groups: groups)
        let values = Lanes(count: groups)
        let sums = Lanes(count: MaskBands.count / 8)
        for bin in 0..<groups * 8 { values.floats[bin] = Float(bin % 13) }
        bands.sum(values.base, into: sums.floats)
        let total = (0..<groups * 8).reduce(Float(0)) { $0 + Float($1 % 13) }
        #expect(abs((0..<40).reduce(Float(0)) { $0 + sums.floats[$1] } - total) < 1e-3 * total)
        for band in 0..<40 { sums.floats[band] = Float(band) }
        bands.spread(sums.floats, into: values.base)
        #expect(values.floats[0] == 0)
        #expect(values.floats[groups * 8 - 1] == 39)
        #expect((1..<groups * 8).allSatisfy { values.floats[$0] >= values.floats[$0 - 1] })
    }

    @Test func `a network that finds no talker leaves the floor, and one that finds all leaves everything`()
        throws
    {
        let room = try SyntheticRoom(circle(4), azimuth: 70)
        var settings = SpatialSettings()
        settings.hasNoiseSuppression = false
        let plain = FilterRun(SpatialFilter(geometry: room.geometry, settings: settings), room.mix)
        func run(_ talk: Float, _ farEnd: FarEndActivity = .silent) throws -> FilterRun {
            let model = try MaskModel(Self.bytes(talk: talk))
            return FilterRun(
                SpatialFilter(geometry: room.geometry, maskModel: model), room.mix, farEnd: farEnd)
        }
        let (shut, open) = (try run(-20), try run(20))
        let playing = FarEndActivity(isActive: true, isDoubleTalk: true, echoLevel: -40)
        #expect(try run(-20, playing).reports.allSatisfy(\.isNoiseSuppressed))
        let floor = SpatialTuning().maskFloor
        for index in 2_000..<plain.output.count {
            #expect(abs(shut.output[index] - floor * plain.output[index]) < 1e-4)
            #expect(abs(open.output[index] - plain.output[index]) < 1e-4)
        }
    }

    @Test(arguments: [1, 2, 4])
    func `no hop takes memory with a network, and bad sound gives finite output`(m: Int) throws {
        let room = try SyntheticRoom(circle(m), azimuth: 30, hops: 120)
        let filter = SpatialFilter(geometry: room.geometry, maskModel: try MaskModel(Self.bytes()))
        var out = [Float](repeating: 0, count: SpatialFilter.hop)
        var taken: UInt = 0
        for (index, hop) in room.mix.enumerated() {
            var hop = hop
            if index % 9 == 4 { for at in hop.indices { hop[at] = at % 3 == 0 ? .nan : 1e30 } }
            let before = allocation_count()
            var span = out.mutableSpan
            _ = filter.process(hop.span, farEnd: .silent, into: &span)
            taken += allocation_count() - before
            #expect(out.allSatisfy { $0.isFinite && $0.magnitude <= 1 })
        }
        #expect(taken == 0)
    }

    @Test func `what a network is taught with is what the beam makes`() throws {
        let room = try SyntheticRoom(circle(4), azimuth: 70)
        var tuning = SpatialTuning()
        tuning.teachesMask = true
        let filter = SpatialFilter(geometry: room.geometry, tuning: tuning)
        _ = FilterRun(filter, room.mix, shadow: room.mix)
        var heard = [Float](repeating: 0, count: SpatialFilter.maskFeatureCount)
        var features = heard.mutableSpan
        filter.readMaskFeatures(into: &features)
        #expect(
            (-3...4).contains(heard[10]) && (0...1).contains(heard[120]) && (0.9...1).contains(heard[121]))
        // A hop of silence behind the same sound: some of its power is left in the block.
        var power = [Float](repeating: 0, count: SpatialFilter.maskBandCount)
        var bands = power.mutableSpan
        filter.processShadow([Float](repeating: 0, count: 4 * SpatialFilter.hop).span, bandPower: &bands)
        let (whole, later) = (heard[122...].reduce(0, +), power.reduce(0, +))
        #expect(whole > 0 && later > 0 && later < whole)
    }
}
