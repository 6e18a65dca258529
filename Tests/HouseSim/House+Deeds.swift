import HubCore
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaTestKit
import LoqaWire
import RelayCore

/// What people and attackers do, and the inspection that goes through the house a few times a second.
extension House {
    func direct(_ event: HouseEvent) {
        switch event {
        case .script(let index):
            perform(plan.deeds[index].deed)
            if index + 1 < plan.deeds.count {
                world.plan(.script(index + 1), on: plan.director, at: plan.deeds[index + 1].at)
            }
        case .inspection:
            inspect()
            world.plan(.inspection, on: plan.director, after: .milliseconds(250))
        case .opened(let link): link.relayIsOpen = true
        case .bytes(let link, let toHub, let delivery, _):
            if !toHub { _ = link.toRelay.receive(delivery) }
        case .timer, .syn, .refused, .broken, .stray, .datagram, .engine, .ownerLooks, .ownerDecides: break
        }
    }

    private var hubServes: Bool { world.isAlive(0) && !world.isAsleep(0) }

    private func perform(_ deed: HousePlan.Deed) {
        switch deed {
        case .wake(let number): relay(number).hearWake()
        case .mute(let number, let isMuted):
            relay(number).isMuted = isMuted
            relay(number).devicesChanged()
        case .microphone(let number, let works):
            relay(number).microphoneWorks = works
            relay(number).devicesChanged()
        case .loudspeaker(let number, let works):
            relay(number).loudspeakerWorks = works
            relay(number).devicesChanged()
        case .newAddress(let number): relay(number).address += 1
        case .restart(let number):
            relay(number).restart()
            disturb(number, until: world.now)
        case .reset(let number): reset(number)
        case .invite, .stolenToken, .revoke, .move, .rotateKey, .finishRotation, .announce, .ring:
            if hubServes {
                own(deed)
                hub.rearm()
            }
        case .replayHandshake, .replayDatagram, .garbage, .forgedDatagram, .silentConnection, .tamper:
            attack(deed)
        }
    }

    /// The relay forgets everything: it is a new one.
    private func reset(_ number: Int) {
        let relay = relay(number)
        guard relay.isRunning, !world.isAsleep(number) else { return }
        relay.identity = relay.random.privateKey()
        (relay.pins, relay.token) = (.init(), nil)
        relay.restart()
        disturb(number, until: world.now)
    }

    private func own(_ deed: HousePlan.Deed) {
        switch deed {
        case .invite(let number):
            guard relay(number).isRunning, !world.isAsleep(number), let token = hub.invite() else { return }
            usedToken = token
            relay(number).token = token
            relay(number).restart()
            disturb(number, until: world.now)
        case .stolenToken(let number):
            guard relay(number).isRunning, !world.isAsleep(number), let usedToken else { return }
            relay(number).token = usedToken
            relay(number).restart()
            disturb(number, until: world.now)
        case .revoke(let number): hub.revoke(relay(number).key)
        case .move(let number):
            hub.move(relay(number).key)
            disturb(number, until: world.now)
        case .rotateKey: hub.rotateKey()
        case .finishRotation:
            // The owner waits for those that are away, most often.
            guard hub.registry.relaysBehind.isEmpty || random.chance(perMille: 150) else { return }
            hub.finishRotation()
            for number in 0...plan.relayCount { disturb(number, until: world.now) }
        case .announce: hub.announce()
        case .ring(let number, let rings): hub.ring(at: number, rings)
        case .wake, .mute, .microphone, .loudspeaker, .newAddress, .restart, .reset, .replayHandshake,
            .replayDatagram,
            .garbage, .forgedDatagram, .silentConnection, .tamper:
            break
        }
    }

    private func attack(_ deed: HousePlan.Deed) {
        let stranger = 900_000
        switch deed {
        case .replayHandshake(let number):
            guard let first = links.last(where: { $0.opener == number && !$0.firstBytes.isEmpty })?.firstBytes
            else { return }
            knock(with: first)
        case .garbage: knock(with: random.bytes(Int.random(in: 1...700, using: &random)))
        case .silentConnection: knock(with: [])
        case .replayDatagram:
            for datagram in seenDatagrams {
                world.plan(.datagram(datagram, address: stranger), on: 0, after: .milliseconds(1))
            }
        case .forgedDatagram:
            guard var datagram = seenDatagrams.last else { return }
            datagram[datagram.count - 1] ^= 1
            datagram[7] &+= 100
            world.plan(.datagram(datagram, address: stranger), on: 0, after: .milliseconds(1))
        case .tamper(let number):
            guard let link = relay(number).link else { return }
            if random.chance(perMille: 500) { link.tampersToHub = true } else { link.tampersToRelay = true }
            disturb(number, until: world.now + .seconds(2))
        case .wake, .mute, .microphone, .loudspeaker, .newAddress, .restart, .invite, .stolenToken, .revoke,
            .reset,
            .move, .rotateKey, .finishRotation, .announce, .ring:
            break
        }
    }

    private func knock(with bytes: [UInt8]) {
        let link = open(opener: plan.director, key: nil)
        guard hubServes else { return }
        link.hubIsOpen = true
        if !bytes.isEmpty {
            // Behind the connection's opening, however slow that is.
            let conditions = world.conditions(link.opener)
            let start = world.now + conditions.delay + conditions.jitter + .milliseconds(1)
            let (_, deliveries) = link.toHub.write(bytes, at: start, under: conditions)
            for delivery in deliveries {
                world.plan(.bytes(link, toHub: true, delivery, isEnd: false), on: 0, at: delivery.time)
            }
        }
    }
}
