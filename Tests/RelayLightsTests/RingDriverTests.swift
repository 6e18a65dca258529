import LoqaBase
import RelayLights
import RelayRing
import Testing

/// Remembers what it was sent, and fails when told to.
private final class MadeWire: RingWire {
    var sent: [[UInt8]] = []
    var isBroken = false

    func send(_ bytes: [UInt8]) throws(RingWireError) {
        if isBroken { throw RingWireError(device: "made", problem: "is broken") }
        sent.append(bytes)
    }
}

@Suite struct RingDriverTests {
    private let wire = MadeWire()

    private func at(_ milliseconds: Int) -> RelayInstant { .origin + .milliseconds(milliseconds) }

    private func driver(
        lamps: Int = 12, limit: Float = 10_000, brightness: RingBrightness = RingBrightness(normal: 1)
    ) -> RingDriver {
        let wire = wire
        return RingDriver(
            code: .apa102, lamps: RingLamps(count: lamps), supply: RingSupply(limitMilliamperes: limit),
            theme: .standard, brightness: brightness, open: { () throws(RingWireError) in wire })
    }

    @Test func `a moving ring is painted forty times a second, one that stands still once`() {
        let driver = driver()
        #expect(driver.show(RingMoment(.thinking), at: at(0)) == at(25))
        var (time, count) = (at(0), 0)
        while time < at(2_000) {
            time = driver.show(RingMoment(.thinking), at: time)
            count += 1
        }
        #expect(count == 80)
        #expect(driver.show(RingMoment(.muted), at: at(2_000)) == at(2_025))
        #expect(driver.show(RingMoment(.muted), at: at(2_500)) == at(3_500))
        let before = wire.sent.count
        #expect(driver.show(RingMoment(.muted), at: at(3_500)) == at(4_500))
        #expect(wire.sent.count == before + 1)
    }

    @Test func `changes that come faster than the frames wait for the next one`() {
        let driver = driver()
        for time in 0..<100 {
            _ = driver.show(RingMoment(.listening, level: Float(time) / 100), at: at(time))
        }
        #expect(wire.sent.count == 4)
    }

    @Test func `a wire that fails is opened again, and the fault is told`() {
        let driver = driver()
        _ = driver.show(RingMoment(.muted), at: at(0))
        wire.isBroken = true
        #expect(driver.show(RingMoment(.muted), at: at(100)) == at(2_100))
        #expect(driver.failure?.description == "the ring at made is broken")
        #expect(driver.show(RingMoment(.muted), at: at(500)) == at(2_100))
        #expect(driver.failureCount == 1)
        wire.isBroken = false
        _ = driver.show(RingMoment(.muted), at: at(2_100))
        #expect(driver.failure == nil)
        #expect(wire.sent.last?.contains(where: { $0 != 0 && $0 != 0xe1 }) == true)
    }

    @Test func `a muted ring is seen in quiet hours, and the ring goes dark at the end`() {
        let quiet = RingBrightness.QuietHours(from: 0, to: 1_439, brightness: 0)
        let driver = driver(lamps: 1, brightness: RingBrightness(normal: 1, quiet: quiet))
        _ = driver.show(RingMoment(.muted), at: at(0), minute: 5)
        _ = driver.show(RingMoment(.muted), at: at(100), minute: 5)
        #expect(wire.sent.last?[7] ?? 0 > 100)
        _ = driver.show(RingMoment(.thinking), at: at(200), minute: 5)
        _ = driver.show(RingMoment(.thinking), at: at(700), minute: 5)
        #expect(wire.sent.last?[5..<8].allSatisfy { $0 == 0 } == true)
        driver.goDark()
        #expect(wire.sent.last?[4..<8] == [0xe1, 0, 0, 0])
    }

    @Test func `what is no SPI device is named, with what to do`() {
        let missing = #expect(throws: RingWireError.self) { try SPIWire(device: "/dev/none", code: .apa102) }
        #expect(missing?.description.contains("dtparam=spi=on") == true)
        let wrong = #expect(throws: RingWireError.self) { try SPIWire(device: "/dev/null", code: .ws2812) }
        #expect(wrong?.description.hasPrefix("the ring at /dev/null is no SPI device") == true)
    }
}
