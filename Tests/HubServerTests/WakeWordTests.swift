import Foundation
import HubAdmin
import HubCore
import HubServer
import HubSkills
import HubWake
import LoqaBase
import LoqaWire
import Testing

extension HubServerTests {
    /// Wake words of the hub's choice, on real loopback sockets, with the model that is shipped.
    @Suite(.serialized)
    final class WakeWordTests {
        private let folder = FileManager.default.temporaryDirectory.appending(path: "loqa-words-\(UUID())")
            .path
        private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Relay/wake-models/hey_loqa").path

        deinit {
            do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record("\(error)") }
        }

        @Test
        func `W1, W2: a relay is told its room's words, gets their models in pieces, and is told of changes`()
            async throws
        {
            let shelf = try shelf(secondThreshold: nil, rules: [WakePlan.Rule(word: "word", room: "kitchen")])
            let model = shelf.items[0].model
            let house = try await TestHub(wake: shelf)
            let relay = try TestRelay(port: house.listener.port)
            _ = try relay.join()
            let word = try relay.next { frame in if case .wakeWord(let word) = frame { word } else { nil } }
            #expect(
                word == WakeWordChoice(revision: 1, index: 0, count: 1, model: model, sensitivity: .normal))
            var bytes: [UInt8] = []
            relay.send(.wakePartWanted(WakePartWanted(model: [UInt8](repeating: 9, count: 32), offset: 0)))
            repeat {
                relay.send(.wakePartWanted(WakePartWanted(model: model, offset: UInt32(bytes.count))))
                let part = try relay.next { frame in if case .wakePart(let part) = frame { part } else { nil }
                }
                #expect(part.model == model && Int(part.offset) == bytes.count)
                bytes += part.part
                if bytes.count == Int(part.byteCount) { break }
            } while bytes.count < 1_000_000
            #expect(bytes == shelf.items[0].bundle)
            let other = try TestRelay(port: house.listener.port, as: "c")
            _ = try other.join()
            let none = try other.next { frame in if case .wakeWord(let word) = frame { word } else { nil } }
            #expect(none.count == 0)
            let response = await house.hub.answer(
                .wakeUse(word: "word", rooms: [], sensitivity: "high", from: nil, to: nil))
            guard case .wakeWord(let used) = response else {
                Issue.record("\(response)")
                return
            }
            #expect(used.rules.count == 2)
            let again = try other.next { frame in if case .wakeWord(let word) = frame { word } else { nil } }
            #expect((again.revision, again.sensitivity) == (2, .high))
            try await house.stop()
        }

        @Test
        func `T19: a wake word that the second stage does not hear ends its turn unheard and unanswered`()
            async throws
        {
            for (threshold, isMeant) in [(1_000, false), (-1_000, true)] {
                let house = try await TestHub(
                    wake: try shelf(secondThreshold: threshold, rules: [WakePlan.Rule(word: "word")]),
                    falseWakes: try FalseWakeStore(folder: "\(folder)-kept"))
                let relay = try TestRelay(port: house.listener.port)
                _ = try relay.join()
                relay.send(.wakeReport(WakeReport(revision: 1, selfTests: 1, failedSelfTests: 1)))
                try relay.speak(turn: 1)
                let end = try relay.next { frame in if case .turnEnd(let end) = frame { end } else { nil } }
                #expect(end == TurnEnd(turn: TurnID(1), outcome: isMeant ? .answered : .notMeant))
                #expect(house.saved.all.isEmpty == !isMeant)
                guard case .wakeEvents(let events) = await house.hub.answer(.wakeEvents(after: 0)) else {
                    Issue.record("no events")
                    return
                }
                #expect(events.map(\.verdict) == [isMeant ? .confirmed : .rejected])
                guard case .wakeMarked(let event, let isKept) = await house.hub.answer(.wakeFalse(relay: "a"))
                else {
                    Issue.record("no wake to mark")
                    return
                }
                #expect(event.isMarked && isKept)
                #expect(
                    try FalseWakeStore(folder: "\(folder)-kept").sounds().last?.samples.count ?? 0 > 16_000)
                guard case .wakeRelays(let page) = await house.hub.answer(.wakeRelays(from: 0)) else {
                    Issue.record("no relays")
                    return
                }
                #expect(page.items.first?.day.marked == 1)
                #expect(page.items.first?.isUpToDate == true)
                try await house.stop()
            }
            try FileManager.default.removeItem(atPath: "\(folder)-kept")
        }

        @Test
        func `R5, W4: a ring that a stop word ended stops everywhere, and an unknown one changes nothing`()
            async throws
        {
            _ = try shelf(secondThreshold: nil, rules: [])
            let house = try await TestHub(hears: ["set a timer for one second"])
            let relay = try TestRelay(port: house.listener.port)
            _ = try relay.join()
            relay.send(.ringSilenced(RingSilenced(ring: RingID(99))))
            try relay.speak(turn: 1)
            let ring = try relay.next { frame in
                if case .ringStart(let start) = frame { start.ring } else { nil }
            }
            relay.send(.ringSilenced(RingSilenced(ring: ring)))
            let stopped = try relay.next { frame in
                if case .ringStop(let stop) = frame { stop.ring } else { nil }
            }
            #expect(stopped == ring)
            #expect(house.saved.all.last?.timers.isEmpty == true)
            try await house.stop()
        }

        @Test func `a word comes onto the shelf in pieces, and what is no word is refused in words`()
            async throws
        {
            let house = try await TestHub(wake: try WakeShelf(path: folder))
            for (name, bytes) in try files(secondThreshold: nil) {
                for start in stride(from: 0, to: bytes.count, by: 20_000) {
                    let piece = Data(bytes[start..<min(start + 20_000, bytes.count)]).base64EncodedString()
                    let response = await house.hub.answer(
                        .wakePiece(word: "new", file: name, offset: start, data: piece))
                    guard case .wakePiece = response else {
                        Issue.record("\(response)")
                        return
                    }
                }
            }
            let repeated = await house.hub.answer(
                .wakePiece(word: "new", file: "late", offset: 7, data: "e30="))
            guard case .failure = repeated else {
                Issue.record("a piece without a beginning was taken")
                return
            }
            guard case .wakeWord(let word) = await house.hub.answer(.wakeAdd(word: "new")) else {
                Issue.record("the word was not taken")
                return
            }
            #expect(word.phrase == "hey loqa")
            guard case .failure(let failure) = await house.hub.answer(.wakeRemove(word: "nabu")) else {
                Issue.record("an unknown word was removed")
                return
            }
            #expect(failure.message.contains("nabu"))
            guard case .wakeWord = await house.hub.answer(.wakeRemove(word: "new")) else {
                Issue.record("the word was not removed")
                return
            }
            try await house.stop()
        }

        private func shelf(secondThreshold: Int?, rules: [WakePlan.Rule]) throws -> WakeShelf {
            var shelf = try WakeShelf(path: folder)
            _ = try shelf.add(try files(secondThreshold: secondThreshold), as: "word")
            try shelf.save(WakePlan(rules))
            return shelf
        }

        /// The shipped word; with a second stage of one of its networks if there is a threshold for it.
        private func files(secondThreshold: Int?) throws -> [(name: String, bytes: [UInt8])] {
            try ["hey_loqa.json", "hey_loqa.tflite", "hey_loqa_mel.tflite"].map { name in
                var data = try Data(contentsOf: URL(filePath: "\(Self.shipped)/\(name)"))
                if let number = secondThreshold, name.hasSuffix(".json") {
                    let three = "{\"low\": \(number), \"normal\": \(number), \"high\": \(number)}"
                    let second = """
                        "second": {"networks": [{"model": "hey_loqa.tflite"}], "window": 4, "thresholds": \(three), "relay": \(three)},
                        "window"
                        """
                    let text = String(decoding: data, as: UTF8.self)
                    let range = try #require(text.range(of: "\"window\""))
                    data = Data(text.replacingCharacters(in: range, with: second).utf8)
                }
                return (name, [UInt8](data))
            }
        }
    }
}
