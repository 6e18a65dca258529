import Testing

@testable import loqa_bench

struct FiguresTests {
    @Test func `a packet of 20 us of CPU lets one core carry 1,000 streams`() {
        #expect(abs(Figures.streamsPerCore(cpuSeconds: 1, packetCount: 50_000) - 1_000) < 1e-9)
        #expect(abs(Figures.microsecondsPerPacket(cpuSeconds: 1, packetCount: 50_000) - 20) < 1e-9)
    }

    @Test func `nothing measured carries nothing`() {
        #expect(Figures.streamsPerCore(cpuSeconds: 0, packetCount: 5) == 0)
        #expect(Figures.streamsPerCore(cpuSeconds: 1, packetCount: 0) == 0)
        #expect(Figures.microsecondsPerPacket(cpuSeconds: 1, packetCount: 0) == 0)
    }

    @Test func `the median is the middle, or the mean of two`() {
        #expect(Figures.median([]) == 0)
        #expect(Figures.median([9]) == 9)
        #expect(Figures.median([9, 1, 2]) == 2)
        #expect(Figures.median([9, 1, 2, 4]) == 3)
    }

    @Test func `growth is a mean and never negative`() {
        #expect(Figures.growth(from: 100, to: 1_060, count: 192) == 5)
        #expect(Figures.growth(from: 100, to: 90, count: 3) == 0)
        #expect(Figures.growth(from: 1, to: 2, count: 0) == 0)
    }

    @Test func `pacing neither drifts nor runs ahead`() {
        #expect(Figures.due(after: 2, rate: 50_000) == 100_000)
        #expect(Figures.due(after: -1, rate: 50_000) == 0)
        #expect(Figures.due(after: 0.000_019, rate: 50_000) == 0)
    }

    @Test func `each relay has an address of its own on loopback`() {
        let addresses = (0..<1_000).map(Figures.loopbackAddress)
        #expect(Set(addresses).count == 1_000)
        #expect(addresses.first == "127.0.1.2")
        #expect(addresses[250] == "127.0.2.2")
    }

    @Test func `a new table takes the place of the old one`() {
        let page = "a <!-- figures -->\nold\n<!-- end --> b"
        let written = Report.replacing("new", between: "<!-- figures -->", and: "<!-- end -->", in: page)
        #expect(written == "a <!-- figures -->\nnew\n<!-- end --> b")
        #expect(Report.replacing("new", between: "<!-- end -->", and: "<!-- figures -->", in: page) == nil)
    }
}
