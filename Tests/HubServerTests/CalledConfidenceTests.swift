import HubServer
import Testing

@Suite struct CalledConfidenceTests {
    @Test func `a call makes a command likelier, never surer than sure`() {
        #expect(CalledConfidence.confidence(0) == 0)
        #expect(CalledConfidence.confidence(1) == 1)
        #expect(abs(CalledConfidence.confidence(0.5) - 4.5 / 5.5) < 1e-12)
        #expect(CalledConfidence.confidence(.nan).isNaN)
        var before = 0.0
        for step in 1...100 {
            let even = Double(step) / 100
            let called = CalledConfidence.confidence(even)
            #expect(called >= even && called > before)
            before = called
        }
    }
}
