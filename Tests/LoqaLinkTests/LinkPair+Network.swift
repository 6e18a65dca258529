import LoqaBase
import LoqaLink
import LoqaTestKit
import LoqaWire

// Carries out what the ends ask for, over a network that has faults and an attacker.
extension LinkPair {
    func carryOut(_ event: Event) {
        switch event {
        case .connect(let seat):
            guard isHubListening, seats[seat].isOnline else {
                carryOut(seats[seat].end.closed("refused", at: relayNow(seat)), at: seat)
                return
            }
            let id = hub.open()
            seats[seat].connection = id
            carryOut(seats[seat].end.connected(at: relayNow(seat)), at: seat)
        case .bytes(.toHub, let id, let bytes):
            for chunk in chopped(bytes) { hub.receive(chunk, on: id) }
            flushHub()
        case .bytes(.toRelay, let id, let bytes):
            guard let seat = seats.firstIndex(where: { $0.connection == id }) else { return }
            for chunk in chopped(bytes) where seats[seat].connection == id {
                carryOut(seats[seat].end.received(chunk, at: relayNow(seat)), at: seat)
            }
        case .closed(.toHub, let id): hub.peerClosed(id)
        case .closed(.toRelay, let id):
            guard let seat = seats.firstIndex(where: { $0.connection == id }) else { return }
            seats[seat].connection = nil
            carryOut(seats[seat].end.closed("the connection is gone", at: relayNow(seat)), at: seat)
        case .datagram(.toHub, let address, let bytes):
            hub.receive(datagram: bytes, from: address)
            flushHub()
        case .datagram(.toRelay, let address, let bytes):
            guard let seat = seats.firstIndex(where: { $0.address == address }) else { return }
            carryOut(seats[seat].end.received(datagram: bytes, at: relayNow(seat)), at: seat)
        }
    }

    func carryOut(_ actions: [RelayEndpoint.Action], at seat: Int) {
        var blob: [UInt8] = []
        for action in actions {
            switch action {
            case .write(let bytes):
                blob += bytes
                continue
            case .datagram(let bytes):
                travel(.toHub, address: seats[seat].address, bytes, isOnline: seats[seat].isOnline)
                continue
            case .connect: post(.connect(seat: seat))
            case .close:
                flush(&blob, from: seat)
                if let id = seats[seat].connection, seats[seat].isOnline {
                    post(.closed(.toHub, connection: id))
                }
                seats[seat].connection = nil
            case .store(let pins): seats[seat].stored = pins
            case .openMedia, .showCode, .hideCode, .up, .down, .frame, .media, .uplinkQuality: break
            }
            seats[seat].actions.append(action)
        }
        flush(&blob, from: seat)
    }

    private func flush(_ blob: inout [UInt8], from seat: Int) {
        defer { blob = [] }
        guard !blob.isEmpty, let id = seats[seat].connection, seats[seat].isOnline else { return }
        post(.bytes(.toHub, connection: id, tapBytes?(.toHub, id, blob) ?? blob))
    }

    func flushHub() {
        for id in hub.connections.keys.sorted() {
            let output = hub[id].output
            hub[id].output = []
            guard seats.first(where: { $0.connection == id })?.isOnline ?? false else { continue }
            if !output.isEmpty {
                post(.bytes(.toRelay, connection: id, tapBytes?(.toRelay, id, output) ?? output))
            }
            if hub[id].isClosed, closesSent.insert(id).inserted {
                post(.closed(.toRelay, connection: id))
            }
        }
        for (address, bytes) in hub.datagrams { travel(.toRelay, address: address, bytes) }
        hub.datagrams = []
    }

    private func travel(_ direction: Direction, address: Int, _ bytes: [UInt8], isOnline: Bool = true) {
        let isBlocked = direction == .toHub ? faults.isUDPBlockedToHub : faults.isUDPBlockedToRelay
        for bytes in tapDatagram?(direction, bytes) ?? [bytes] where !isBlocked && isOnline {
            if Int.random(in: 0..<100, using: &random) < faults.dropPercent { continue }
            let copyCount = Int.random(in: 0..<100, using: &random) < faults.duplicatePercent ? 2 : 1
            for _ in 0..<copyCount {
                let extra = faults.jitter * Double.random(in: 0..<1, using: &random)
                post(.datagram(direction, address: address, bytes), after: delay + extra)
            }
        }
    }

    private func chopped(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        guard let most = faults.chunkByteCountMax else { return [bytes[...]] }
        var (chunks, rest): ([ArraySlice<UInt8>], ArraySlice<UInt8>) = ([], bytes[...])
        while !rest.isEmpty {
            chunks.append(rest.prefix(Int.random(in: 1...most, using: &random)))
            rest = rest.dropFirst(chunks[chunks.count - 1].count)
        }
        return chunks
    }
}
