import Glibc
import Logging
import LoqaBase
import LoqaSystem
import SpeechFrames

/// Carries out what an ``EngineDesk`` decides: starts the process, moves frames, keeps the time. Lives on one thread.
final class EngineLoop {
    private let program: String
    private let arguments: [String]
    private let mailbox: EngineMailbox
    private let logger: Logger
    private let poller: Poller
    private var desk: EngineDesk
    private var receivers: [UInt32: EngineReceiver] = [:]
    private var child: ChildProcess?
    private var reader = SpeechFrameReader(from: .worker)
    /// Bytes that the process has not taken yet: at most one request and one cancellation.
    private var outgoing: ArraySlice<UInt8> = []
    private var room = [UInt8](repeating: 0, count: 65_536)
    private var stopped: [@Sendable () -> Void]?
    private var lastComplaint = ""

    init(
        program: String, arguments: [String], tuning: EngineTuning, mailbox: EngineMailbox, logger: Logger
    ) throws(SystemError) {
        (self.program, self.arguments, self.mailbox, self.logger) = (program, arguments, mailbox, logger)
        desk = EngineDesk(tuning: tuning)
        poller = try Poller()
        try poller.watch(mailbox.wakeup.descriptor, for: .readable)
    }

    /// Runs until the engine is stopped.
    func run() {
        perform(desk.begin(at: now))
        while stopped == nil {
            do throws(SystemError) {
                try step()
            } catch {
                logger.critical("speech engine lost", metadata: ["reason": "\(error)"])
                stop {}
            }
        }
        mailbox.close()
        for ended in stopped ?? [] { ended() }
    }

    private var now: HubInstant { MonotonicClock.now() }

    private func step() throws(SystemError) {
        if let child { try watch(child) }
        var ready: [(Int32, Poller.Readiness)] = []
        let patience = desk.deadline.map { max(.zero, $0 - now) } ?? .seconds(600)
        try poller.wait(atMost: patience) { ready.append(($0, $1)) }
        for (descriptor, readiness) in ready {
            if descriptor == mailbox.wakeup.descriptor {
                mailbox.wakeup.clear()
                for command in mailbox.take() { serve(command) }
            } else if let child, descriptor == child.output, readiness.contains(.readable) {
                receive(from: child)
            } else if let child, descriptor == child.input, readiness.contains(.writable) {
                send(to: child)
            }
        }
        perform(desk.timePassed(at: now))
    }

    private func watch(_ child: ChildProcess) throws(SystemError) {
        try poller.watch(child.output, for: .readable)
        if outgoing.isEmpty {
            poller.forget(child.input)
        } else {
            try poller.watch(child.input, for: .writable)
        }
    }

    private func serve(_ command: EngineCommand) {
        switch command {
        case .submit(let job, let receive):
            receivers[job.id] = receive
            perform(desk.submit(job, at: now))
        case .withdraw(let id): perform(desk.withdraw(id))
        case .stop(let ended): stop(ended)
        }
    }

    private func stop(_ ended: @escaping @Sendable () -> Void) {
        perform(desk.stop())
        stopped = (stopped ?? []) + [ended]
    }

    private func perform(_ actions: [EngineDesk.Action]) {
        for action in actions {
            switch action {
            case .start: start()
            case .send(let frame):
                outgoing += frame.bytes
                if let child { send(to: child) }
            case .answer(let id, let frame):
                if case .sound = frame {
                    if receivers[id]?(.frame(frame)) == false { perform(desk.withdraw(id)) }
                } else {
                    finish(id, .frame(frame))
                }
            case .fail(let id, let failure): finish(id, .failure(failure))
            case .withdrawn(let id): finish(id, .withdrawn)
            case .kill: end()
            }
        }
    }

    private func finish(_ id: UInt32, _ reply: EngineReply) {
        _ = receivers.removeValue(forKey: id)?(reply)
    }

    private func start() {
        end()
        do throws(SystemError) {
            child = try ChildProcess(program, arguments: arguments)
        } catch {
            ended(error.description)
        }
    }

    /// Ends the process, if there is one, and says how it came to its end.
    @discardableResult private func end() -> ChildProcess.Ending? {
        (reader, outgoing) = (SpeechFrameReader(from: .worker), [])
        guard let child else { return nil }
        poller.forget(child.input)
        poller.forget(child.output)
        child.end()
        self.child = nil
        return child.poll()
    }

    /// The process is of no use any more.
    private func ended(_ reason: String) {
        end()
        if reason != lastComplaint {
            logger.warning("speech engine ended", metadata: ["program": "\(program)", "reason": "\(reason)"])
            lastComplaint = reason
        }
        perform(desk.processEnded(reason, at: now))
    }

    private func receive(from child: ChildProcess) {
        let count = room.withUnsafeMutableBytes { read(child.output, $0.baseAddress, $0.count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            // It is ending: what it ends with is known after the wait for it.
            let ending = end()
            return ended(ending.map { "it \($0)" } ?? "it closed its output")
        }
        reader.append(room[..<count])
        do throws(SpeechFrameError) {
            // A frame's consequences may end this process, and with it the reader's content.
            while let frame = try reader.next() {
                if case .ready(let engine) = frame {
                    logger.debug("speech engine ready", metadata: ["engine": "\(engine)"])
                }
                perform(desk.receive(frame, at: now))
            }
        } catch {
            ended("it sent \(error)")
        }
    }

    private func send(to child: ChildProcess) {
        while !outgoing.isEmpty {
            let count = outgoing.withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            // A broken pipe: the end of its output follows at once and tells more.
            guard count > 0 else { return outgoing = [] }
            outgoing = outgoing.dropFirst(count)
        }
    }
}
