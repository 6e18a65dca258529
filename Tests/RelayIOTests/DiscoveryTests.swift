import Foundation
import LoqaBase
import LoqaSystem
import RelayIO
import Testing

/// Part of tools/test-discovery, which prepares a network, a hub's announcement and the words of the environment.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOQA_DISCOVERY"] == "find"), .timeLimit(.minutes(1)))
struct DiscoveryTests {
    @Test func `finds for real what is to be found`() throws {
        let expected = ProcessInfo.processInfo.environment["LOQA_DISCOVERY_EXPECTED"] ?? ""
        let search = HubSearch(version: 2)
        let start: RelayInstant = MonotonicClock.now()
        var outcome = ""
        repeat {
            outcome = try words(for: find(search))
        } while outcome != expected && MonotonicClock.now() - start < .seconds(20)
        #expect(outcome == expected)
    }

    private func find(_ search: HubSearch) throws -> HubSearch.Outcome? {
        search.start(at: MonotonicClock.now())
        while search.isRunning {
            if let output = search.outputDescriptor {
                var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
                poll(&ready, 1, 6_000)
            }
            if let outcome = search.receive(at: MonotonicClock.now()) { return outcome }
        }
        return nil
    }

    private func words(for outcome: HubSearch.Outcome?) -> String {
        switch outcome {
        case .found(let hubs): hubs.map { "\($0.address) \($0.fingerprint ?? "-")" }.joined(separator: ", ")
        case .failed(let reason): "failed: \(reason)"
        case nil: "no outcome"
        }
    }
}
