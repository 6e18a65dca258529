import Foundation
import HubAdmin
import Testing

/// The program `loqa` as a process, against a hub that answers on a socket.
struct ProgramTests {
    @Test func `an invite prints its token alone, and explains it beside`() throws {
        let hub = try FakeHub { _ in .answer(.invited(token: "LOQA1-abc_-", invite: Samples.invite)) }
        defer { hub.stop() }
        let run = try loqa(
            "relay", "invite", "--room", "kitchen", "--valid", "2h", "--address", "192.0.2.1", at: hub)
        #expect(run.status == 0)
        #expect(run.output == "LOQA1-abc_-\n")
        #expect(run.notes.contains("kitchen") && run.notes.contains("2 h"))
        #expect(run.notes.contains("loqa relay withdraw 00112233aabbccdd"))
        #expect(
            hub.asked == [
                .invite(room: "kitchen", name: nil, validForSeconds: 7_200, address: "192.0.2.1")
            ])
    }

    @Test func `every command asks its request and prints text or JSON`() throws {
        let hub = try FakeHub { .answer(answer(to: $0)) }
        defer { hub.stop() }
        let commands: [([String], AdminRequest, String)] = [
            (["relay", "list"], .relays(from: 0), "shelf"), (["relay", "pending"], .pending, "042117"),
            (["relay", "invites"], .invites(from: 0), "00112233aabbccdd"),
            (["relay", "withdraw", "ab"], .withdraw(id: "ab"), "00112233aabbccdd"),
            (
                ["relay", "approve", "042 117", "--room", "den", "--name", "n"],
                .approve(code: "042 117", room: "den", name: "n"), "shelf"
            ), (["relay", "refuse", "042117"], .refuse(code: "042117"), "042117"),
            (["relay", "revoke", "shelf", "--yes"], .revoke(relay: "shelf"), "shelf"),
            (["relay", "rename", "a", "b"], .rename(relay: "a", name: "b"), "shelf"),
            (["relay", "move", "a", "den"], .move(relay: "a", room: "den"), "kitchen"),
            (["hub", "status"], .status, "0.3.0"),
            (["hub", "rotate-key"], .rotateKey, "9999-4567-89ab-cdef"),
            (["hub", "finish-rotation", "--yes"], .finishRotation, "den"),
            (["link"], .links(from: 0), "living room"), (["link", "living room"], .links(from: 0), "188"),
            (["link", "--watch"], .links(from: 0), "living room"),
            (
                ["announce", "Dinner", "--room", "den", "--room", "kitchen"],
                .announce(text: "Dinner", rooms: ["den", "kitchen"]), "shelf"
            ),
        ]
        for (words, request, expected) in commands {
            let text = try loqa(words, at: hub)
            #expect(text.status == 0 && text.output.contains(expected), "\(words): \(text)")
            #expect(hub.asked.last == request)
            guard !words.contains("--watch") else { continue }
            let json = try loqa(words + ["--json"], at: hub)
            #expect(json.status == 0 && json.output.contains(expected), "\(words): \(json)")
            _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
        }
    }

    @Test func `what cannot be taken back is not done unasked`() throws {
        let hub = try FakeHub { .answer(answer(to: $0)) }
        defer { hub.stop() }
        for words in [["relay", "revoke", "shelf"], ["hub", "finish-rotation"]] {
            let run = try loqa(words, at: hub)
            #expect(run.status == 1 && run.output.isEmpty && run.notes.contains("--yes"), "\(run)")
        }
        #expect(hub.asked == [.status])
        #expect(try loqa(["hub", "finish-rotation"], at: hub).notes.contains("shelf, den"))
    }

    @Test func `failures have their exit codes and say what to do`() throws {
        let hub = try FakeHub { request in
            switch request {
            case .relays: .answer(.refusal("no such\u{1B}[2J thing"))
            case .pending: .answer(.failure(failure: .init(code: .notAllowed, message: "not you")))
            case .links: .answer(.announced(relays: []))
            default: .hangUp
            }
        }
        defer { hub.stop() }
        let refused = try loqa("relay", "list", at: hub)
        #expect(refused.status == 1 && refused.notes == "loqa: no such?[2J thing\n" && refused.output.isEmpty)
        #expect(try loqa("relay", "pending", at: hub).status == 77)
        #expect(try loqa("link", at: hub).status == 76)
        #expect(try loqa("hub", "status", at: hub).status == 76)
        #expect(try loqa("relay", "invite", at: hub).status == 64)
        #expect(try loqa("relay", "invite", "--room", "x", "--valid", "5", at: hub).status == 64)
        let none = try run(["relay", "list", "--socket", hub.folder + "/none"])
        #expect(none.status == 69 && none.notes.contains("loqa-hub"))
    }

    @Test func `a relay that is not connected has no link to show`() throws {
        let hub = try FakeHub { .answer(answer(to: $0)) }
        defer { hub.stop() }
        let run = try loqa("link", "nobody", at: hub)
        #expect(run.status == 1 && run.notes == "loqa: no relay called \"nobody\" is connected\n")
    }

    @Test func `wake words are listed, added from a folder, given to rooms and marked`() throws {
        let hub = try FakeHub { .answer(answer(to: $0)) }
        defer { hub.stop() }
        let list = try loqa("wake", "list", at: hub)
        #expect(list.output.contains("Okay Nabu") && list.output.contains("den from 22:00 to 06:00, low"))
        let status = try loqa("wake", "status", at: hub)
        #expect(status.output.contains("nabu (on the way)") && status.output.contains("24, 1 failed"))
        let use = try loqa(
            "wake", "use", "nabu", "--room", "den", "--from", "22:00", "--to", "06:00", at: hub)
        #expect(use.status == 0 && use.output.contains("everywhere"))
        for wrong in [
            ["--from", "22:00"], ["--from", "25:00", "--to", "06:00"], ["--sensitivity", "deaf"],
        ] {
            #expect(try loqa(["wake", "use", "nabu"] + wrong, at: hub).status == 64, "\(wrong)")
        }
        #expect(try loqa("wake", "false", at: hub).output.contains("kept"))
        #expect(try loqa("wake", "drop", "nabu", at: hub).status == 0)
        let shipped = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Relay/wake-models/hey_loqa").path
        let added = try loqa("wake", "add", shipped, at: hub)
        #expect(added.status == 0 && added.output.contains("on the shelf"), "\(added.notes)")
        let nothing = try loqa("wake", "add", "/no/such/word.json", at: hub)
        #expect(nothing.status == 65 && nothing.notes.contains("/no/such/word.json"))
    }

    @Test func `what is tried is told wake by wake`() throws {
        let hub = try FakeHub { request in
            if case .wakeEvents(let after) = request, after == 0 {
                return .answer(.wakeEvents(list: []))
            }
            return .answer(answer(to: request))
        }
        defer { hub.stop() }
        let run = try loqa("wake", "try", "--seconds", "1", at: hub)
        #expect(run.status == 0)
    }

    @Test func `the socket may come from the environment`() throws {
        let hub = try FakeHub { .answer(answer(to: $0)) }
        defer { hub.stop() }
        let run = try run(["relay", "pending"], environment: ["LOQA_ADMIN_SOCKET": hub.path])
        #expect(run.status == 0 && run.output.contains("042117"))
    }
}

/// A hub that says yes to everything.
private func answer(to request: AdminRequest) -> AdminResponse {
    switch request {
    case .status: .status(hub: Samples.status)
    case .relays(let start): .relays(page: AdminPage([Samples.relay, Samples.revoked], from: start))
    case .links(let start): .links(page: AdminPage([Samples.link], from: start))
    case .invites(let start): .invites(page: AdminPage([Samples.invite], from: start))
    case .pending: .pending(list: [Samples.pending])
    case .invite: .invited(token: "LOQA1-abc_-", invite: Samples.invite)
    case .withdraw: .withdrawn(invite: Samples.invite)
    case .refuse: .refused(relay: Samples.pending)
    case .approve, .revoke, .rename, .move: .relay(relay: Samples.relay)
    case .rotateKey: .rotation(rotation: Samples.rotation)
    case .finishRotation:
        .rotationFinished(fingerprint: "9999-4567-89ab-cdef", leftBehind: ["den"], withdrawnInvites: 2)
    case .announce: .announced(relays: ["shelf"])
    case .wakeWords: .wakeWords(list: [Samples.wakeWord])
    case .wakePiece(_, _, let offset, let data):
        .wakePiece(byteCount: offset + (Data(base64Encoded: data)?.count ?? 0))
    case .wakeAdd, .wakeRemove, .wakeUse, .wakeDrop: .wakeWord(word: Samples.wakeWord)
    case .wakeRelays(let start): .wakeRelays(page: AdminPage([Samples.wakeRelay], from: start))
    case .wakeEvents(let after): .wakeEvents(list: after < 8 ? [Samples.wakeEvent] : [])
    case .wakeFalse: .wakeMarked(event: Samples.wakeEvent, isKept: true)
    }
}

private struct Run {
    var status: Int32
    var output: String
    var notes: String
}

private func loqa(_ words: String..., at hub: FakeHub) throws -> Run { try loqa(words, at: hub) }

private func loqa(_ words: [String], at hub: FakeHub) throws -> Run {
    try run(words + ["--socket", hub.path])
}

/// Runs the program, which lies beside the test bundle, with nothing to read.
private func run(_ words: [String], environment: [String: String] = [:]) throws -> Run {
    let process = Process()
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
    let end = try #require(bundle.range(of: "/[^/]*\\.xctest", options: .regularExpression)?.lowerBound)
    process.executableURL = URL(fileURLWithPath: bundle[..<end] + "/loqa")
    process.arguments = words
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let (output, notes) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, notes)
    try process.run()
    // What the program writes is far smaller than a pipe, so that reading one after the other cannot block it.
    let texts = try [output, notes].map {
        String(decoding: try $0.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
    process.waitUntilExit()
    return Run(status: process.terminationStatus, output: texts[0], notes: texts[1])
}
