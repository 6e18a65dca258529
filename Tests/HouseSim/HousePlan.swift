import LoqaBase
import LoqaTestKit

/// The whole story of one house, drawn from one seed: who lives there, what is done, and what goes wrong.
package struct HousePlan: Sendable, CustomStringConvertible {
    /// How a relay comes into the house.
    package enum Enrolment: Sendable { case enrolled, invited, adopted }

    /// Something that is done, by a talker, by the owner or by an attacker.
    package enum Deed: Sendable, Equatable {
        case wake(relay: Int)
        case mute(relay: Int, Bool)
        case microphone(relay: Int, works: Bool)
        case loudspeaker(relay: Int, works: Bool)
        /// The network gives the relay's datagrams another source.
        case newAddress(relay: Int)
        case restart(relay: Int)
        case invite(relay: Int)
        /// A token that one relay has used is given to another.
        case stolenToken(thief: Int)
        case revoke(relay: Int)
        /// The relay is set back to what it was in the shop.
        case reset(relay: Int)
        case move(relay: Int)
        case rotateKey
        case finishRotation
        case announce
        /// A timer rings at a relay, or is answered.
        case ring(relay: Int, Bool)
        /// An attacker says again what a relay said first.
        case replayHandshake(relay: Int)
        case replayDatagram
        case garbage
        case forgedDatagram
        case silentConnection
        case tamper(relay: Int)
    }

    /// The seed it was drawn from.
    package let seed: UInt64
    /// Relays of the house, 2...6.
    package let relayCount: Int
    let enrolments: [Enrolment]
    let deeds: [(at: HouseInstant, deed: Deed)]
    /// What goes wrong below the machines.
    package let faults: FaultPlan
    /// The end, in which nothing goes wrong and nobody does anything new but speak.
    let calmFrom: HouseInstant
    let engineFailsPerMille: Int
    let engineHangsPerMille: Int
    let engineIsSlowPerMille: Int
    let recogniserCount: Int
    let leavesOutSilence: Bool

    /// A plan made by hand: relays that were always of the house, and what happens to them. Its last 30 s are calm.
    package init(
        seed: UInt64, relayCount: Int, length: Duration, faults: [FaultPlan.Fault],
        deeds: [(at: HouseInstant, deed: Deed)]
    ) {
        (self.seed, self.relayCount) = (seed, relayCount)
        self.faults = FaultPlan(hostCount: relayCount + 2, length: length, faults: faults)
        enrolments = Array(repeating: .enrolled, count: relayCount)
        calmFrom = .origin + length - .seconds(30)
        (engineFailsPerMille, engineHangsPerMille, engineIsSlowPerMille) = (100, 50, 50)
        (recogniserCount, leavesOutSilence) = (4, true)
        self.deeds = deeds.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    /// The director, who does the deeds: a host that nothing happens to.
    var director: Int { relayCount + 1 }

    /// - Parameter length: 40 s or more; the last 30 s are calm.
    package init(seed: UInt64, length: Duration = .seconds(75)) {
        var random = SeededGenerator(seed: seed, part: 0x5704)
        self.seed = seed
        relayCount = Int.random(in: 2...6, using: &random)
        let isGentle = random.chance(perMille: 100)
        var appetite = FaultPlan.Appetite()
        appetite.faultsPerMinute = isGentle ? 1 : Int.random(in: 2...6, using: &random)
        let drawn = FaultPlan(seed: seed, hostCount: relayCount + 2, length: length, appetite: appetite)
        faults = FaultPlan(drawn, sparing: relayCount + 1)
        calmFrom = .origin + length - appetite.calm
        enrolments = (0..<relayCount).map { _ in
            let draw = Int.random(in: 0..<10, using: &random)
            return draw < 6 ? .enrolled : draw < 8 ? .invited : .adopted
        }
        engineFailsPerMille = isGentle ? 0 : Int.random(in: 0...150, using: &random)
        engineHangsPerMille = isGentle ? 0 : Int.random(in: 0...80, using: &random)
        engineIsSlowPerMille = Int.random(in: 0...150, using: &random)
        recogniserCount = Int.random(in: 1...4, using: &random)
        leavesOutSilence = random.chance(perMille: 700)
        deeds = Self.deeds(enrolments, calmFrom, length, &random)
    }

    package var description: String {
        let done = deeds.map { "\($0.at.sinceOrigin.milliseconds) ms: \($0.deed)" }
        let broken = faults.faults.filter { !$0.kind.isDrift }.map(\.description).joined(separator: "\n")
        return """
            seed \(seed): \(relayCount) relays, \(faults.length.milliseconds) ms, drifts \(faults.drifts) ppb
            \(broken)
            relays come in by \(enrolments.map { "\($0)" }); engines fail \(engineFailsPerMille), hang \
            \(engineHangsPerMille), are slow \(engineIsSlowPerMille) of 1000; \(recogniserCount) recognisers
            \(done.joined(separator: "\n"))
            """
    }
}

// MARK: - Drawing

extension HousePlan {
    private static func deeds(
        _ enrolments: [Enrolment], _ calmFrom: HouseInstant, _ length: Duration,
        _ random: inout SeededGenerator
    ) -> [(at: HouseInstant, deed: Deed)] {
        var deeds: [(at: HouseInstant, deed: Deed)] = []
        let (stormy, count) = (calmFrom - .origin, enrolments.count)
        func any(_ random: inout SeededGenerator) -> Int { Int.random(in: 1...count, using: &random) }
        func time(_ random: inout SeededGenerator) -> HouseInstant { .origin + random.duration(upTo: stormy) }
        for relay in 1...count {
            if enrolments[relay - 1] == .invited {
                deeds.append((.origin + random.duration(upTo: .seconds(5)), .invite(relay: relay)))
            }
            var at = Duration.seconds(2) + random.duration(upTo: .seconds(6))
            while at < length - .seconds(4) {
                deeds.append((.origin + at, .wake(relay: relay)))
                at += .milliseconds(500) + random.duration(upTo: .seconds(12))
            }
        }
        for _ in 0..<Int.random(in: 2...8, using: &random) {
            let (at, relay) = (time(&random), any(&random))
            let later = min(at + random.duration(upTo: .seconds(6)), calmFrom)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: deeds += [(at, .mute(relay: relay, true)), (later, .mute(relay: relay, false))]
            case 1:
                deeds += [
                    (at, .microphone(relay: relay, works: false)),
                    (later, .microphone(relay: relay, works: true)),
                ]
            case 2:
                deeds += [
                    (at, .loudspeaker(relay: relay, works: false)),
                    (later, .loudspeaker(relay: relay, works: true)),
                ]
            case 3: deeds.append((at, .newAddress(relay: relay)))
            default: deeds.append((at, .restart(relay: relay)))
            }
        }
        ownersDeeds(&deeds, calmFrom, time, any, &random)
        attacks(&deeds, time, any, &random)
        for _ in 0..<3 {
            deeds.append((calmFrom + random.duration(upTo: length - stormy - .seconds(6)), .announce))
        }
        return deeds.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
            \.element)
    }

    private static func ownersDeeds(
        _ deeds: inout [(at: HouseInstant, deed: Deed)], _ calmFrom: HouseInstant,
        _ time: (inout SeededGenerator) -> HouseInstant, _ any: (inout SeededGenerator) -> Int,
        _ random: inout SeededGenerator
    ) {
        for _ in 0..<Int.random(in: 0...3, using: &random) { deeds.append((time(&random), .announce)) }
        if random.chance(perMille: 300) { deeds.append((time(&random), .move(relay: any(&random)))) }
        if random.chance(perMille: 300) {
            let (at, relay) = (time(&random), any(&random))
            deeds.append((at, .revoke(relay: relay)))
            if random.chance(perMille: 600) {
                let later = min(at + random.duration(upTo: .seconds(10)), calmFrom)
                deeds += [(later, .reset(relay: relay)), (later, .invite(relay: relay))]
            }
        }
        if random.chance(perMille: 300) {
            let at = time(&random)
            let later = min(at + random.duration(upTo: .seconds(25)), calmFrom)
            deeds += [(at, .rotateKey), (later, .finishRotation)]
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let (at, relay) = (time(&random), any(&random))
            deeds += [
                (at, .ring(relay: relay, true)),
                (at + random.duration(upTo: .seconds(30)), .ring(relay: relay, false)),
            ]
        }
        if random.chance(perMille: 200) { deeds.append((time(&random), .stolenToken(thief: any(&random)))) }
        if random.chance(perMille: 100) { deeds.append((time(&random), .reset(relay: any(&random)))) }
    }

    private static func attacks(
        _ deeds: inout [(at: HouseInstant, deed: Deed)],
        _ time: (inout SeededGenerator) -> HouseInstant, _ any: (inout SeededGenerator) -> Int,
        _ random: inout SeededGenerator
    ) {
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let (at, relay) = (time(&random), any(&random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: deeds.append((at, .replayHandshake(relay: relay)))
            case 1: deeds.append((at, .replayDatagram))
            case 2: deeds.append((at, .garbage))
            case 3: deeds.append((at, .forgedDatagram))
            case 4: deeds.append((at, .silentConnection))
            default: deeds.append((at, .tamper(relay: relay)))
            }
        }
    }
}

extension FaultPlan {
    /// The same plan, with one host that nothing happens to, and with drifts that change no faster than a board warms up:
    /// only that is what the clock's bound allows for.
    init(_ plan: FaultPlan, sparing spared: Int) {
        var faults: [Fault] = []
        for fault in plan.faults where fault.host != spared {
            guard case .drift(let target) = fault.kind else {
                faults.append(fault)
                continue
            }
            let step = target > plan.drifts[fault.host] ? 90 : -90
            for count in 1...15 {
                let at = fault.start + .seconds(2 * count)
                let drift = plan.drifts[fault.host] + count * step
                faults.append(Fault(.drift(partsPerBillion: drift), host: fault.host, start: at, end: at))
            }
            // Two of them would undo each other's pace.
            if faults.count(where: { $0.host == fault.host && $0.kind.isDrift }) > 15 {
                faults.removeLast(15)
            }
        }
        var drifts = plan.drifts
        drifts[spared] = 0
        self.init(plan.seed, plan.hostCount, plan.length, drifts, faults.sorted { $0.start < $1.start })
    }

    private init(_ seed: UInt64, _ hostCount: Int, _ length: Duration, _ drifts: [Int], _ faults: [Fault]) {
        (self.seed, self.hostCount, self.length) = (seed, hostCount, length)
        (self.drifts, self.faults) = (drifts, faults)
    }
}

extension FaultPlan.Kind {
    fileprivate var isDrift: Bool {
        if case .drift = self { return true }
        return false
    }
}
