import LoqaCrypto
import LoqaTestKit
import Testing

struct ReplayWindowTests {
    /// What the window must say, in the plainest form.
    private struct Model {
        var seen: Set<UInt32> = []
        var highest: UInt32?

        func check(_ counter: UInt32) -> ReplayWindow.Verdict {
            guard let highest else { return .fresh }
            if Int64(highest) - Int64(counter) >= Int64(ReplayWindow.width) { return .tooOld }
            return seen.contains(counter) ? .replayed : .fresh
        }

        mutating func accept(_ counter: UInt32) {
            seen.insert(counter)
            highest = max(highest ?? 0, counter)
        }
    }

    @Test func `nothing is seen at first`() {
        let window = ReplayWindow()
        for counter in [0, 1, 1_023, 1_024, .max] as [UInt32] { #expect(window.check(counter) == .fresh) }
        #expect(window.highest == nil)
    }

    @Test(
        arguments: [0, 1, 62, 63, 64, 65, 1_022, 1_023, 1_024, 1_087, 1_088, 1_089, 65_535, .max] as [UInt32])
    func `after one counter all others in the window are fresh, and all before it too old`(first: UInt32) {
        var window = ReplayWindow()
        window.accept(first)
        #expect(window.highest == first && window.check(first) == .replayed)
        for distance in UInt32(1)...2_200 where distance <= first {
            let expected: ReplayWindow.Verdict = distance < ReplayWindow.width ? .fresh : .tooOld
            #expect(window.check(first - distance) == expected, "\(distance) behind")
        }
        for distance in UInt32(1)...2_200 where distance <= .max - first {
            #expect(window.check(first + distance) == .fresh, "\(distance) ahead")
        }
    }

    @Test(arguments: [0, 1, 31, 63, 64, 100, 1_000] as [UInt32])
    func `a jump of any length forgets exactly what left the window`(start: UInt32) {
        // Every third counter of a full window is seen; each jump starts from a copy.
        var (full, fullModel) = (ReplayWindow(), Model())
        for counter in stride(from: start, through: start + 1_023, by: 3) {
            full.accept(counter)
            fullModel.accept(counter)
        }
        for jump in UInt32(1)...2_300 {
            var (window, model) = (full, fullModel)
            let next = start + 1_023 + jump
            window.accept(next)
            model.accept(next)
            for distance in [0, 1, 63, 64, 1_022, 1_023, 1_024, 1_025] as [UInt32] where distance <= next {
                let counter = next - distance
                #expect(window.check(counter) == model.check(counter), "jump \(jump), \(distance) behind")
            }
            guard jump % 97 == 0 else { continue }
            for counter in (next - min(next, 1_100))...next {
                #expect(window.check(counter) == model.check(counter), "jump \(jump), \(counter) of \(next)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<60)
    func `it says the same as a plain set, whatever comes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = ReplayWindow()
        var model = Model()
        var centre = UInt32(truncatingIfNeeded: random.next() >> (seed % 3 == 0 ? 33 : 50))
        for _ in 0..<4_000 {
            let spread = [3, 70, 1_030, 2_000][Int(random.next() % 4)]
            let counter = UInt32(clamping: Int(centre) + Int.random(in: -spread...spread, using: &random))
            guard window.check(counter) == model.check(counter), window.highest == model.highest else {
                Issue.record("\(counter) is called \(window.check(counter)); highest \(model.highest ?? 0)")
                return
            }
            // Checking changes nothing, so what was not accepted stays fresh.
            if window.check(counter) == .fresh, random.next() % 4 > 0 {
                window.accept(counter)
                model.accept(counter)
                centre = model.highest ?? 0
            }
        }
    }
}
