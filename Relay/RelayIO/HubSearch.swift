import Glibc
package import LoqaBase
import LoqaSystem

/// Looks for hubs on the network by DNS-SD: runs `avahi-browse` beside the relay and reads its answer (N9).
///
/// For the main loop's thread; nothing here waits. What is found is a hint where to knock and proves nothing. Where the
/// program is missing a search fails, and the relay goes on with the addresses it has.
package final class HubSearch {
    /// How a search ended.
    package enum Outcome: Sendable, Equatable {
        /// The hubs that answered, the best address first; none is an answer too.
        case found([FoundHub])
        case failed(String)
    }

    /// What may be changed freely.
    package enum Tuning {
        /// A search takes one second when all is well.
        package static let patience: Duration = .seconds(5)
    }

    /// Debian's package avahi-utils puts it there.
    package static let usualProgram = "/usr/bin/avahi-browse"

    /// Lines of all searches that were refused.
    package private(set) var refusedLineCount = 0
    private let program: String
    private let version: UInt8
    private var child: ChildProcess?
    private var reply: HubSearchReply
    private var end: RelayInstant?
    private var failure: String?

    /// - Parameters:
    ///   - program: path of `avahi-browse`, or of another that prints the same.
    ///   - version: the protocol version a hub must offer.
    package init(program: String = HubSearch.usualProgram, version: UInt8) {
        (self.program, self.version) = (program, version)
        reply = HubSearchReply(version: version)
    }

    /// Whether a search is under way: its outcome is still to come.
    package var isRunning: Bool { end != nil }
    /// Readable when ``receive(at:)`` has something to do; `nil` while nothing runs.
    package var outputDescriptor: Int32? { child?.output }
    /// The instant at which ``receive(at:)`` must be called.
    package var deadline: RelayInstant? { failure == nil ? end : RelayInstant.origin }

    /// Starts a search, in place of one that is under way. Its outcome comes from ``receive(at:)``, a failed start included.
    package func start(at now: RelayInstant) {
        (child, failure, reply) = (nil, nil, HubSearchReply(version: version))
        end = now + Tuning.patience
        do throws(SystemError) {
            child = try ChildProcess(
                program, arguments: ["--resolve", "--parsable", "--terminate", "_loqa._tcp"], isQuiet: true)
        } catch {
            failure =
                error.code == ENOENT
                ? "install avahi-daemon and avahi-utils to find hubs by mDNS" : "\(error)"
        }
    }

    /// Gives a search up. No outcome follows.
    package func stop() { (child, end, failure) = (nil, nil, nil) }

    /// Takes what the search has found, when ``outputDescriptor`` is readable or ``deadline`` passed. Early and stale calls
    /// are fine.
    ///
    /// - Returns: the outcome, once for each search. At the deadline it is what was found until then.
    package func receive(at now: RelayInstant) -> Outcome? {
        guard let end else { return nil }
        if let failure { return finish(.failed(failure)) }
        guard let child else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        // What a full pipe holds and no more, so that a talkative child cannot keep this loop.
        for _ in 0..<16 {
            let count = read(child.output, &bytes, bytes.count)
            if count > 0 {
                reply.take(bytes[..<count])
                continue
            }
            if count < 0, errno == EAGAIN || errno == EINTR { break }
            let words = child.lastWords
            let isGood = child.poll() == .exited(0)
            return finish(isGood || !reply.found.isEmpty ? .found(reply.found) : .failed(Self.advice(words)))
        }
        return now >= end ? finish(.found(reply.found)) : nil
    }

    private func finish(_ outcome: Outcome) -> Outcome {
        refusedLineCount += reply.refusedLineCount
        stop()
        return outcome
    }

    private static func advice(_ words: String) -> String {
        "the search for hubs by mDNS \(words): is avahi-daemon running?"
    }
}
