import HubAdmin
import HubCore
import HubSkills
import HubSpeech
import Logging
import LoqaAudio
import LoqaBase
import LoqaLink
import LoqaSystem
import LoqaWire
import NIOCore
import Synchronization

/// The same words in several rooms at once (T17, K4).
extension Hub {
    /// Time from the first packet to the first sound: more than the slowest relay needs to get ready.
    private static let announcementLead: Duration = .milliseconds(500)
    /// Sound of an announcement, in samples: half a minute.
    private static let announcementSampleCountMax = 30 * SampleCount.perSecond

    /// Speaks in these rooms together; in all if none is named. Relays that serve somebody are left out.
    func announce(_ text: String, _ rooms: [String]) -> AdminResponse {
        for room in rooms where !assistant.home.rooms.contains(where: { $0.name == room }) {
            return .refusal("the home has no room \(room)")
        }
        guard (1...500).contains(text.count) else {
            return .refusal("an announcement has 1 to 500 characters")
        }
        let names = connections.values.compactMap { connection -> String? in
            guard let member = connection.member, member.status.canSpeak, member.turn.isIdle,
                rooms.isEmpty || rooms.contains(member.relay.room)
            else { return nil }
            return member.relay.name
        }
        guard !names.isEmpty else { return .refusal("no relay there can speak at the moment") }
        let sound = SoundBox()
        Task {
            do {
                try await parts.synthesiser.speak(text) {
                    sound.add($0, upTo: Self.announcementSampleCountMax)
                }
                present(sound.samples, at: Set(names))
            } catch {
                parts.logger.error("an announcement could not be spoken", metadata: ["error": "\(error)"])
            }
        }
        return .announced(relays: names.sorted())
    }

    /// The same for a talker: where nobody can hear it at the moment, it is not kept for later.
    func announceIfPossible(_ text: String, _ rooms: [String]) {
        if case .failure(let failure) = announce(text, rooms) {
            parts.logger.notice("not announced", metadata: ["why": "\(failure.message)"])
        }
    }

    private func present(_ samples: [Int16], at names: Set<String>) {
        let now = now
        let presentAt = now + Self.announcementLead
        for connection in Array(connections.values) {
            guard let member = connection.member, names.contains(member.relay.name) else { continue }
            var turn = member.turn
            guard let (stream, actions) = turn.announced(presentAt: presentAt, at: now) else { continue }
            do {
                connection.member?.downlink = try Downlink(
                    stream, expectedLossPermille: member.downlinkLossPermille)
            } catch {
                parts.logger.error("no Opus encoder", metadata: ["error": "\(error)"])
                continue
            }
            connection.member?.turn = turn
            for case .send(let frame) in actions { send(frame, to: connection) }
            spoke(samples, stream, on: connection.id)
            spokeAll(stream, on: connection.id)
        }
        record("announced", [("relays", .integer(Int64(names.count)))])
    }
}

/// Collects sound from the synthesiser's thread.
private final class SoundBox: Sendable {
    private let box = Mutex<[Int16]>([])

    var samples: [Int16] { box.withLock { $0 } }

    /// Adds a piece; false once there is enough.
    func add(_ piece: [Int16], upTo countMax: Int) -> Bool {
        box.withLock { samples in
            samples += piece.prefix(countMax - samples.count)
            return samples.count < countMax
        }
    }
}
