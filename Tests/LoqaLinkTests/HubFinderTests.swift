import LoqaBase
import LoqaLink
import LoqaTestKit
import Testing

struct HubFinderTests {
    private typealias Finder = HubFinder<String, RelayClock>

    @Test func `L7: addresses take turns after each failure, in the order of their sources`() {
        var finder = Finder(configured: "fixed", lastWorking: "last", token: "token", at: ms(0))
        _ = failing(3, &finder)
        let action = finder.tick(at: ms(0))
        #expect(action == .search)
        finder.found(["found 1", "found 2"])
        // What is new comes next, then all in turn.
        let tried = failing(7, &finder)
        #expect(tried == ["found 1", "found 2", "fixed", "last", "token", "found 1", "found 2"])
        #expect(finder.candidate?.source == .configured)
    }

    @Test func `an address of several sources is tried once, as the first of them`() {
        var finder = Finder(configured: "a", lastWorking: "a", token: "b", at: ms(0))
        #expect(failing(3, &finder) == ["a", "b", "a"])
        #expect(finder.candidate == .init("b", .token))
        finder.found(["b", "a", "a"])
        #expect(failing(2, &finder) == ["b", "a"])
    }

    @Test func `without any address it searches at once, and again every 30 s`() {
        var finder = Finder(configured: nil, lastWorking: nil, token: nil, at: ms(5))
        #expect(finder.candidate == nil)
        finder.failed()  // stale: there was no attempt
        let early = finder.tick(at: ms(4))
        #expect(early == .none && finder.deadline == ms(5))
        let first = finder.tick(at: ms(5))
        let second = finder.tick(at: ms(6))
        #expect(first == .search && second == .none)
        #expect(finder.deadline == nil)  // the search has its own
        finder.found([])
        #expect(finder.deadline == ms(30_005))
        let again = finder.tick(at: ms(30_005))
        #expect(again == .search)
        finder.searchFailed()
        #expect(finder.deadline == ms(60_005))
        finder.found(["late"])  // a stale answer is as good as any
        #expect(finder.candidate == .init("late", .discovered))
        #expect(finder.deadline == nil)
    }

    @Test func `with addresses it searches after three failures, and after each had its turn`() {
        var one = Finder(configured: "a", lastWorking: nil, token: nil, at: ms(0))
        _ = failing(2, &one)
        #expect(one.deadline == nil)
        _ = failing(1, &one)
        #expect(one.deadline == ms(0))

        var many = Finder(configured: "a", lastWorking: "b", token: "c", at: ms(0))
        many.found(["d", "e"])
        _ = failing(4, &many)
        #expect(many.deadline == nil)
        _ = failing(1, &many)
        #expect(many.deadline != nil)
    }

    @Test func `a hub that welcomes ends the search for another and is kept, the owner's own word is not`() {
        var finder = Finder(configured: "fixed", lastWorking: nil, token: "token", at: ms(0))
        let own = finder.worked()
        #expect(own == nil)
        _ = failing(3, &finder)
        #expect(finder.candidate?.address == "token")
        let kept = finder.worked()
        #expect(kept == "token")
        let again = finder.worked()
        #expect(again == nil)
        #expect(finder.deadline == nil)
        // It stays in turn when its connection breaks, now as the last that worked.
        #expect(finder.candidate == .init("token", .lastWorking))
    }

    @Test func `a hub that moved is found again, and the old address is forgotten once the new one works`() {
        var finder = Finder(configured: nil, lastWorking: "old", token: nil, at: ms(0))
        _ = failing(3, &finder)
        let action = finder.tick(at: ms(100))
        #expect(action == .search)
        finder.found(["new"])
        #expect(finder.candidate == .init("new", .discovered))
        let kept = finder.worked()
        #expect(kept == "new")
        #expect(failing(3, &finder) == ["new", "new", "new"])
    }

    @Test func `what was found lately replaces what was found before, an empty answer does not`() {
        var finder = Finder(configured: "a", lastWorking: nil, token: nil, at: ms(0))
        finder.found(["b", "c"])
        finder.found([])
        #expect(failing(2, &finder) == ["b", "c"])
        finder.found(["d"])
        #expect(failing(3, &finder) == ["d", "a", "d"])
    }

    @Test func `what is found is bounded`() {
        var finder = Finder(configured: nil, lastWorking: nil, token: nil, at: ms(0))
        finder.found((0..<1_000).map { "\($0)" })
        let tried = failing(20, &finder)
        #expect(Set(tried).count == HubFinderTuning().discoveredCountMax)
    }

    @Test(arguments: UInt64(0)..<200)
    func `whatever happens, searches keep their distance and no address is left out`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d", "e", nil, nil, nil]
        func name() -> String? { names.randomElement(using: &random) ?? nil }
        var finder = Finder(configured: name(), lastWorking: name(), token: name(), at: ms(0))
        var (lastSearch, now): (Int?, Int) = (nil, 0)
        for _ in 0..<400 {
            now += Int.random(in: 0...3_000, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: finder.found((0..<3).compactMap { _ in name() })
            case 1: finder.searchFailed()
            case 2: _ = finder.worked()
            default: finder.failed()
            }
            if finder.tick(at: ms(now)) == .search {
                if let lastSearch { #expect(now - lastSearch >= 30_000) }
                lastSearch = now
                #expect(finder.deadline == nil)
            }
            if let deadline = finder.deadline { #expect(deadline.sinceOrigin <= .milliseconds(now + 30_000)) }
        }
        let round = Set(failing(20, &finder))
        #expect(finder.candidate.map { round.contains($0.address) } ?? round.isEmpty)
    }

    /// Fails so many attempts, and says where they were.
    private func failing(_ count: Int, _ finder: inout Finder) -> [String] {
        (0..<count).compactMap { _ in
            defer { finder.failed() }
            return finder.candidate?.address
        }
    }

    private func ms(_ count: Int) -> RelayInstant { RelayInstant(sinceOrigin: .milliseconds(count)) }
}
