package import Logging
import LoqaSystem
package import NIOCore

/// Publishes the hub on its network by DNS-SD, so that relays find it without an address (N9).
///
/// Runs `avahi-publish-service` beside the hub for as long as there is something to publish, and again when it ends, with
/// growing rests. Where the program or its daemon is missing the hub works as well, unpublished; the log says once what to
/// install. An actor on the hub's event loop: the child is the loop thread's, and ends with it whatever happens.
package actor ServiceAnnouncement {
    /// What relays are told. Everybody on the network reads it.
    package struct Service: Sendable, Equatable {
        /// For people; at most 63 bytes of it are published. Two hubs of one name get numbers.
        package var name: String
        /// The port of the control plane.
        package var port: Int
        /// The protocol version.
        package var version: UInt8
        /// Of the hub's key, as people compare it.
        package var fingerprint: String

        package init(name: String, port: Int, version: UInt8, fingerprint: String) {
            (self.name, self.port, self.version, self.fingerprint) = (name, port, version, fingerprint)
        }

        /// What `avahi-publish-service` is told.
        package var arguments: [String] {
            ["--", Self.label(name), "_loqa._tcp", "\(port)", "v=\(version)", "fp=\(fingerprint)"]
        }

        /// As much of a name as fits a label of DNS, without control characters.
        private static func label(_ name: String) -> String {
            var label = ""
            for character in name where !character.unicodeScalars.contains(where: { $0.value < 0x20 }) {
                guard label.utf8.count + character.utf8.count <= 63 else { break }
                label.append(character)
            }
            return label.isEmpty ? "Loqa" : label
        }
    }

    /// Where the programs are, and how often to look.
    package struct Options: Sendable {
        /// Debian's package avahi-utils puts it there.
        package var publishProgram = "/usr/bin/avahi-publish-service"
        /// Ends the child when its parent dies: the child does not read its input. Part of util-linux.
        package var setprivProgram = "/usr/bin/setpriv"
        /// Between two looks at the child.
        package var lookInterval: TimeAmount = .seconds(1)
        package var rest = AnnouncementRest()
        package init() {}
    }

    private let loop: any EventLoop
    private let logger: Logger
    private let options: Options
    private var service: Service?
    private var child: ChildProcess?
    private var rest: AnnouncementRest
    private var nextLook: Scheduled<Void>?
    /// What the log was told last, while it is not well.
    private var told: String?

    /// The hub's event loop.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    package init(on loop: any EventLoop, logger: Logger, options: Options = Options()) {
        (self.loop, self.logger, self.options, rest) = (loop, logger, options, options.rest)
    }

    /// Whether the child runs. It may still wait for its daemon to accept the name.
    package var isRunning: Bool { child != nil }

    /// Publishes, in place of what was published before.
    package func announce(_ service: Service) {
        guard service != self.service else { return }
        self.service = service
        start()
    }

    /// Takes the announcement back.
    package func stop() {
        nextLook?.cancel()
        (service, child, nextLook) = (nil, nil, nil)
    }

    private func start() {
        nextLook?.cancel()
        child = nil
        guard let service else { return }
        do throws(SystemError) {
            let arguments = ["--pdeathsig", "TERM", "--", options.publishProgram] + service.arguments
            child = try ChildProcess(options.setprivProgram, arguments: arguments, isQuiet: true)
            rest.started()
            look(in: options.lookInterval)
        } catch {
            failed("\(error)")
        }
    }

    /// Looks whether the child still runs.
    private func look() {
        guard service != nil else { return }
        guard let child else { return start() }
        guard let ending = child.poll() else {
            if rest.isSettled(), told != nil {
                told = nil
                logger.notice("relays find this hub by mDNS again")
            }
            return look(in: options.lookInterval)
        }
        self.child = nil
        // setpriv's own code for a program that is not there.
        failed(
            ending == .exited(127)
                ? "avahi-publish-service is missing: install avahi-daemon and avahi-utils"
                : "avahi-publish-service \(ending): is avahi-daemon running?")
    }

    private func failed(_ reason: String) {
        if told != reason {
            told = reason
            logger.warning(
                "relays do not find this hub by mDNS; those that know its address do",
                metadata: ["reason": "\(reason)"])
        }
        look(in: .seconds(Int64(rest.next())))
    }

    private func look(in delay: TimeAmount) {
        nextLook = loop.scheduleTask(in: delay) { [weak self] in self?.assumeIsolated { $0.look() } }
    }
}

/// How long to rest before the announcement is tried again: longer and longer, until it has run for a while.
package struct AnnouncementRest: Sendable {
    /// Seconds of the first rest and of the longest.
    package var min = 1
    package var max = 60
    /// Looks at a running child, one a second, after which it counts as settled.
    package var settledLookCount = 5
    private var seconds = 0
    private var lookCount = 0

    package init() {}

    /// The child was started.
    package mutating func started() { lookCount = 0 }

    /// The child was found running. Returns whether it has settled; then the next rest is a short one.
    package mutating func isSettled() -> Bool {
        lookCount = Swift.min(lookCount + 1, settledLookCount)
        guard lookCount == settledLookCount else { return false }
        seconds = 0
        return true
    }

    /// The child ended or did not start: seconds to rest.
    package mutating func next() -> Int {
        seconds = seconds == 0 ? min : Swift.min(seconds * 2, max)
        return seconds
    }
}
