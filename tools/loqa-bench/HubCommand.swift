import ArgumentParser
import Foundation
import HubAdmin
import HubCore
import HubHome
import HubServer
import HubSkills
import Logging
import LoqaBase
import LoqaCrypto
import LoqaSystem
import NIOCore
import NIOPosix

/// The hub of the stream benchmark: listener, connections, endpointer and turns are the product's own; the
/// recogniser and the voice do nothing, and every relay of the benchmark is enrolled.
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "The hub of the stream benchmark, for another process to load.",
        discussion: "Prints its port, then the datagrams it has taken for each line that it reads.")

    @Option(help: "Relays that are enrolled.") var relays = 200

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let hub = Hub(try parts(), on: group.next())
        let listener = try await HubListener(hub, host: "127.0.0.1", port: 0, on: group.next())
        await hub.start()
        Self.say("\(listener.port)")
        while readLine() != nil { Self.say(try await Self.counters(of: hub)) }
        await hub.stop()
        try await listener.close()
        try await group.shutdownGracefully()
    }

    /// Datagrams taken from all relays, and refused ones.
    private static func counters(of hub: Hub) async throws -> String {
        var (taken, refused, from) = (UInt64(0), UInt64(0), Int?(0))
        while let start = from {
            let answer = await hub.answer(.links(from: start))
            guard case .links(page: let page) = answer else { break }
            taken += page.items.reduce(0) { $0 + $1.up.packets }
            refused += page.items.reduce(0) { $0 + $1.replaysRefused + $1.forgeriesRefused }
            from = page.next
        }
        return "\(taken) \(refused)"
    }

    private func parts() throws -> HubParts {
        let moment: @Sendable () -> Moment = {
            Moment(
                instant: MonotonicClock.now(), wallMilliseconds: Int64(time(nil)) * 1_000,
                civil: CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 7, minute: 20))
        }
        let home = try HomeFile.read(HouseholdKeys.home, file: "home.yaml")
        var contents = RegistryContents()
        contents.entries = (0..<relays).map {
            RelayRegistry.Entry(
                key: HouseholdKeys.relay($0).publicKey, name: HouseholdKeys.name($0),
                room: HouseholdKeys.room,
                enrolledAt: 0, state: .active)
        }
        let door = HubDoor(
            registry: try RelayRegistry(rooms: [HouseholdKeys.room], contents: contents),
            keys: [HouseholdKeys.hub], save: { _ in }, makeKey: { PrivateKey.random() }, dropOldKey: {},
            address: { nil })
        return HubParts(
            assistant: try Assistant(
                home: home, state: HouseState(), wakePhrases: ["hey computer"], now: moment()),
            wakePhrases: ["hey computer"], synthesiser: StillSynthesiser(),
            makeRecogniser: { StillRecogniser() }, recogniserCountMax: relays, door: door, now: moment,
            save: { _ in }, trace: try Trace(path: nil, source: "hub"),
            capture: try WireCapture(path: nil),
            logger: Logger(label: "loqa-bench", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// A line for the process that reads this one's output.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
