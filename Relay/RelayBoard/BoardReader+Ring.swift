import LoqaJSON
import RelayRing

extension BoardReader {
    /// The ring of lights; nil after problems.
    mutating func ring(_ value: JSONValue) -> BoardRing? {
        let fields = read.object(
            value, "ring",
            knowing: [
                "driver", "device", "lamps", "firstDegrees", "clockwise", "limitMilliamperes", "powerLine",
            ])
        let drivers = PixelCode.allCases.map(\.rawValue).joined(separator: ", ")
        let name = read.text(fields["driver"], "ring.driver", counts: 1...32) ?? ""
        let code = PixelCode(rawValue: name)
        if code == nil, !name.isEmpty {
            read.problems.append(
                "ring.driver: there is no driver \"\(read.printable(name))\"; the drivers are \(drivers)")
        }
        let device = read.text(fields["device"], "ring.device", counts: 1...256)
        let count = read.integer(fields["lamps"], "ring.lamps", in: 1...RingLamps.countMax)
        let first =
            fields["firstDegrees"].flatMap { read.number($0, "ring.firstDegrees", in: -360...360) } ?? 0
        let limit = read.number(
            fields["limitMilliamperes"] ?? .number(300), "ring.limitMilliamperes", in: 5...5_000)
        let line = fields["powerLine"].flatMap { read.integer($0, "ring.powerLine", in: 0...511) }
        let isClockwise = flag(fields["clockwise"], "ring.clockwise")
        guard let code, let device, let count, let limit else { return nil }
        let azimuths = (0..<count).map {
            Float(first) + (isClockwise ? -1 : 1) * 360 * Float($0) / Float(count)
        }
        return BoardRing(
            code: code, device: device, lamps: RingLamps(azimuths: azimuths),
            supply: RingSupply(limitMilliamperes: Float(limit)), powerLine: line)
    }

    private mutating func flag(_ value: JSONValue?, _ place: String) -> Bool {
        switch value {
        case nil: return false
        case .flag(let flag): return flag
        case .some(let other):
            read.problems.append("\(place): true or false is expected, not \(other.kind)")
            return false
        }
    }
}
