import HubAdmin
import LoqaTestKit
import Testing

struct AdminLineTests {
    @Test func `every request and response is one line and comes back as it was`() throws {
        #expect(Samples.requests.count == AdminRequest.CodingKeys.allCases.count)
        for request in Samples.requests {
            let line = try AdminLine.bytes(request)
            #expect(line.count(where: { $0 == UInt8(ascii: "\n") }) == 1 && line.last == UInt8(ascii: "\n"))
            #expect(try AdminLine.request(line.dropLast()) == request)
        }
        for response in Samples.responses {
            let line = AdminLine.bytes(response)
            #expect(line.count(where: { $0 == UInt8(ascii: "\n") }) == 1 && line.last == UInt8(ascii: "\n"))
            #expect(try AdminLine.response(line.dropLast()) == response)
        }
    }

    @Test func `the form on the wire is the documented one`() throws {
        let move = try AdminLine.bytes(.move(relay: "shelf", room: "kitchen"))
        #expect(
            String(decoding: move, as: UTF8.self) == "{\"move\":{\"relay\":\"shelf\",\"room\":\"kitchen\"}}\n"
        )
        let status = try AdminLine.bytes(.status)
        #expect(String(decoding: status, as: UTF8.self) == "{\"status\":{}}\n")
        let refusal = AdminLine.bytes(.refusal("no"))
        #expect(
            String(decoding: refusal, as: UTF8.self)
                == "{\"failure\":{\"failure\":{\"code\":\"refused\",\"message\":\"no\"}}}\n")
    }

    @Test(arguments: [1, 2, 3, 7, 100_000])
    func `requests are cut out of any pieces`(size: Int) throws {
        let bytes = try Samples.requests.flatMap { try AdminLine.bytes($0) + [UInt8(ascii: "\n")] }
        var input = AdminServerInput()
        var items: [AdminServerInput.Item] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            items += input.receive(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(items == Samples.requests.map { .request($0) })
    }

    @Test(arguments: [
        "x", "[]", "{}", "null", "{\"move\":{}}", "{\"move\":{\"relay\":1,\"room\":\"a\"}}", "\u{0}",
        "{\"status\":{},\"pending\":{}}", "{\"move\":", String(repeating: "[", count: 60_000),
    ])
    func `a malformed line is answered and ends the connection`(line: String) throws {
        var input = AdminServerInput()
        let items = input.receive(Array("{\"pending\":{}}\n\(line)\n{\"status\":{}}\n".utf8))
        #expect(items.count == 2)
        #expect(items.first == .request(.pending))
        guard case .close(.failure(let failure)) = items.last else {
            Issue.record("the line was taken: \(items)")
            return
        }
        #expect(failure.code == .malformed)
        let more = input.receive(Array("{\"status\":{}}\n".utf8))
        #expect(more.isEmpty)
    }

    @Test func `a request of a newer program is named and the connection goes on`() throws {
        var input = AdminServerInput()
        let items = input.receive(Array("{\"dance\":{\"style\":\"tango\"}}\n{\"status\":{}}\n".utf8))
        #expect(items.count == 2)
        guard case .answer(.failure(let failure)) = items.first else {
            Issue.record("the line was taken: \(items)")
            return
        }
        #expect(failure.code == .unknownRequest && failure.message.contains("\"dance\""))
        #expect(items.last == .request(.status))
    }

    @Test func `a line of 65,536 bytes is read, a longer one is not kept`() throws {
        let frame = "{\"announce\":{\"text\":\"\",\"rooms\":[]}}\n".utf8.count
        let text = String(repeating: "x", count: AdminLimits.lineByteCountMax - frame)
        let longest = AdminRequest.announce(text: text, rooms: [])
        let line = try AdminLine.bytes(longest)
        #expect(line.count == AdminLimits.lineByteCountMax)
        var input = AdminServerInput()
        let items = input.receive(line)
        #expect(items == [.request(longest)])
        #expect(throws: AdminFailure(code: .refused, message: "the request is too long")) {
            try AdminLine.bytes(AdminRequest.announce(text: text + "x", rooms: []))
        }
        let flood = input.receive([UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000))
        #expect(flood.count == 1)
        guard case .close = flood.first else {
            Issue.record("the flood was taken")
            return
        }
    }

    @Test func `an answer too long for a line says so`() throws {
        let line = AdminLine.bytes(.announced(relays: [String(repeating: "x", count: 70_000)]))
        guard case .failure(let failure) = try AdminLine.response(line.dropLast()) else {
            Issue.record("the answer was sent")
            return
        }
        #expect(failure.code == .failed)
    }

    @Test func `a full page of the longest records fits a line`() throws {
        let name = String(repeating: "\"", count: 64)
        let address = String(repeating: "f", count: 64)
        let relays = (0..<200).map { _ in
            AdminRelay(
                name: name, room: name, fingerprint: Samples.relay.fingerprint, enrolledAt: .max,
                revokedAt: .max,
                isConnected: true, address: address, lastSeenAt: .max, knowsNewKey: true)
        }
        let invites = (0..<200).map { _ in
            AdminInvite(
                id: Samples.invite.id, room: name, name: name, expiresAt: .max, state: .withdrawn,
                usedBy: name)
        }
        let direction = AdminLink.Direction(
            lossPermille: .max, jitterMicroseconds: .max, packets: .max, keyEpoch: .max)
        let links = (0..<200).map { _ in
            AdminLink(
                relay: name, path: .udp, roundTripMicroseconds: .max, probeAgeMilliseconds: .max,
                up: direction,
                down: direction, clockOffsetMicroseconds: .min, clockBoundMicroseconds: .max,
                replaysRefused: .max, forgeriesRefused: .max, ageSeconds: .max)
        }
        for response: AdminResponse in [
            .relays(page: AdminPage(relays, from: 0)), .invites(page: AdminPage(invites, from: 0)),
            .links(page: AdminPage(links, from: 0)),
        ] {
            #expect(try AdminLine.response(AdminLine.bytes(response).dropLast()) == response)
        }
    }

    @Test func `pages cover a list once, and odd places are empty or the start`() {
        let all = Array(0..<150)
        var (seen, start): ([Int], Int?) = ([], 0)
        while let place = start {
            let page = AdminPage(all, from: place)
            seen += page.items
            start = page.next
        }
        #expect(seen == all)
        #expect(AdminPage(all, from: .max).items.isEmpty)
        #expect(AdminPage(all, from: .min).items.first == 0)
        #expect(AdminPage([Int](), from: 0) == AdminPage([Int](), from: 9))
    }

    @Test func `mutilated lines never trap`() throws {
        var random = SeededGenerator(seed: 3)
        let lines = try Samples.requests.map { try AdminLine.bytes($0) }
        let responses = Samples.responses.map { AdminLine.bytes($0) }
        for _ in 0..<1_000 {
            var bytes = Bool.random(using: &random) ? lines.randomElement(using: &random)! : []
            bytes += responses.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            var input = AdminServerInput()
            let items = input.receive(bytes)
            #expect(items.count <= bytes.count / 2)
            do throws(AdminFailure) { _ = try AdminLine.response(bytes) } catch {
                #expect(error.code == .malformed)
            }
        }
    }
}
