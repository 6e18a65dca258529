import Dispatch
import Foundation
import Glibc
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import RelayIO
import Synchronization
import Testing

/// The small edges of the link: what is kept on disk, what is shown, what is spoken.
@Suite(.serialized)
struct LinkEdgesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "loqa-\(UUID().uuidString)")
        .path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test func `what a relay keeps of its hub is what it finds at the next start, for its own eyes only`()
        throws
    {
        let file = HubPinsFile(path: folder + "/hub")
        #expect(try file.load() == HubPinsFile.Contents())
        var kept = HubPinsFile.Contents()
        let keys = (1...2).map {
            PrivateKey.from(seed: [UInt8](repeating: UInt8($0 * 16), count: 32)).publicKey
        }
        kept.pins = HubPins(hubKeys: keys, usedInvite: [1, 2, 3, 4, 5, 6, 7, 0xFF])
        kept.address = HubAddress("[fd00::1]:7580")
        try file.save(kept)
        #expect(try file.load() == kept)
        var status = stat()
        #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test(arguments: ["hub-key = 12", "hub-key", "used-invite = zz", "address = here", "=", "hub-key =  "])
    func `a damaged line is named, and nothing is guessed`(line: String) throws {
        let path = folder + "/hub"
        try OwnerFile.create(path, with: Array("\n\(line)\n".utf8))
        #expect(throws: HubPinsFile.Problem.malformed(path: path, line: 2)) {
            try HubPinsFile(path: path).load()
        }
    }

    @Test func `whoever may open the socket is told once, and another start takes its place`() throws {
        let path = folder + "/relay.sock"
        #expect(throws: SystemError.self) { try StatusSocket.ask(path: path) }
        let first = try StatusSocket(path: path)
        let second = try StatusSocket(path: path)
        let asking = Asking(path: path)
        asking.start()
        var watched = pollfd(fd: second.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&watched, 1, 10_000) == 1)
        second.answer("link = up\n")
        #expect(asking.answer == "link = up\n")
        _ = first
    }

    @Test func `the digits are spoken one by one, twice`() {
        let sentence = DigitVoice.sentence(for: "042117")
        #expect(sentence.ranges(of: "0, 4, 2. 1, 1, 7.").count == 2)
    }

    @Test func `a voice that is missing, fails or makes no sound leaves the digits to the eye`() {
        for program in ["/no/such/program", "/bin/false", "/bin/echo"] {
            let voice = DigitVoice(program: program)
            voice.start("042117", at: MonotonicClock.now())
            let end: RelayInstant = MonotonicClock.now() + .seconds(10)
            while let output = voice.outputDescriptor, MonotonicClock.now() < end {
                var watched = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
                poll(&watched, 1, 100)
                #expect(voice.receive(at: MonotonicClock.now()) == nil)
            }
            #expect(voice.outputDescriptor == nil)
        }
    }
}

/// Somebody who asks on a thread of his own.
private final class Asking: Sendable {
    private let path: String
    private let text = Mutex<String?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    init(path: String) { self.path = path }

    func start() {
        Thread { [self] in
            let heard = try? StatusSocket.ask(path: path)
            text.withLock { $0 = heard }
            isDone.signal()
        }.start()
    }

    var answer: String? {
        _ = isDone.wait(timeout: .now() + 10)
        return text.withLock { $0 }
    }
}
