import Glibc
import LoqaBase
import LoqaSystem

/// The running proxy: one loop over sockets, orders and one timer.
final class Proxy {
    /// Where it listens; the port is a real one.
    let address: Endpoint
    private let options: ProxyOptions
    private let started: ProxyInstant = MonotonicClock.now()
    private let poller: Poller
    private let timer: DeadlineTimer
    private let signals: Signals
    private let datagrams: DatagramSide
    private let streams: StreamSide
    private let input: OrderInput?
    private let controlFile: String?
    private var agenda = Agenda()
    private var isEnding = false

    /// - Parameters:
    ///   - input: where orders are read from, line by line.
    ///   - controlFile: orders that are read now, and again on SIGHUP.
    init(_ options: ProxyOptions, input: OrderInput?, controlFile: String?) throws(SystemError) {
        (self.options, self.input, self.controlFile) = (options, input, controlFile)
        signals = try Signals([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
        poller = try Poller()
        timer = try DeadlineTimer()
        let (stream, datagram, address) = try Self.bindBoth(options.listen)
        self.address = address
        datagrams = try DatagramSide(listener: datagram, options: options, poller: poller)
        streams = try StreamSide(listener: stream, options: options, poller: poller)
        try poller.watch(signals.descriptor, for: .readable)
        try poller.watch(timer.descriptor, for: .readable)
        if let input { try poller.watch(input.descriptor, for: .readable) }
        if controlFile != nil { readControlFile() }
    }

    /// Runs until SIGTERM, SIGINT, or the end of an input that ends it.
    func run() throws(SystemError) {
        Console.printLine("{\"event\":\"ready\",\"listen\":\"\(address)\",\"hub\":\"\(options.hub)\"}")
        while !isEnding {
            timer.set([datagrams.deadline, streams.deadline, agenda.deadline].compactMap { $0 }.min())
            var ready: [(Int32, Poller.Readiness)] = []
            try poller.wait(atMost: .seconds(60)) { ready.append(($0, $1)) }
            for (descriptor, readiness) in ready { handle(descriptor, readiness) }
            let now: ProxyInstant = MonotonicClock.now()
            while let directive = agenda.take(at: now) { obey(directive) }
            datagrams.deliver(at: now)
            streams.move(at: now)
        }
        printStatistics()
    }

    /// Does what an order says.
    func obey(_ directive: Directive) {
        let now: ProxyInstant = MonotonicClock.now()
        switch directive {
        case .datagrams(let directions, let change): datagrams.change(directions) { change.apply(to: &$0) }
        case .streams(let directions, let change): streams.change(directions) { change.apply(to: &$0) }
        case .stall(let duration): streams.stall(until: now + duration)
        case .cut: streams.cut()
        case .cutEvery(let interval): agenda.cut(every: interval, at: now)
        case .rebind:
            do throws(SystemError) {
                try datagrams.rebind()
            } catch {
                Console.complain("\(error)")
            }
        case .clear:
            datagrams.change(Direction.allCases) { $0 = .init() }
            streams.change(Direction.allCases) { $0 = .init() }
            agenda.cut(every: nil, at: now)
        case .statistics: printStatistics()
        case .after(let duration, let directive):
            if !agenda.note(directive, due: now + duration) {
                Console.complain("\(Agenda.countMax) orders wait already; this one is dropped")
            }
        }
    }

    /// What was done so far.
    func statistics() -> Statistics {
        let now: ProxyInstant = MonotonicClock.now()
        return Statistics(
            seconds: (now - started).seconds, seed: options.seed, udp: datagrams.statistics,
            tcp: streams.snapshot())
    }

    private func handle(_ descriptor: Int32, _ readiness: Poller.Readiness) {
        let now: ProxyInstant = MonotonicClock.now()
        if datagrams.owns(descriptor) {
            datagrams.receive(descriptor, at: now)
        } else if streams.owns(descriptor) {
            streams.handle(descriptor, readiness, at: now)
        } else if descriptor == signals.descriptor {
            while let signal = signals.next() { handle(signal: signal) }
        } else if let input, descriptor == input.descriptor {
            let (lines, hasEnded) = input.read()
            for line in lines { obey(line: line) }
            if hasEnded {
                poller.forget(descriptor)
                isEnding = isEnding || input.endsProgram
            }
        }
    }

    private func handle(signal: Int32) {
        switch signal {
        case SIGHUP: readControlFile()
        case SIGUSR1: printStatistics()
        default: isEnding = true
        }
    }

    private func readControlFile() {
        guard let controlFile else { return Console.complain("there is no control file to read again") }
        do throws(SystemError) {
            let bytes = try contents(of: controlFile, byteCountMax: 65_536)
            obey(.clear)
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                obey(line: String(line))
            }
        } catch {
            Console.complain("\(error)")
        }
    }

    private func obey(line: String) {
        do throws(DirectiveError) {
            if let directive = try DirectiveReader.read(line) { obey(directive) }
        } catch {
            Console.complain("\(error)")
        }
    }

    private func printStatistics() {
        do {
            Console.printLine(try statistics().json())
        } catch {
            Console.complain("\(error)")
        }
    }

    /// A TCP and a UDP socket on the same port. With port 0, a port that both have free is looked for.
    private static func bindBoth(_ wish: Endpoint) throws(SystemError) -> (Int32, Int32, Endpoint) {
        var attempts = wish.port == 0 ? 16 : 1
        while true {
            let stream = try Socket.open(Socket.stream, family: wish.family, boundTo: wish)
            do throws(SystemError) {
                let address = try Socket.address(of: stream)
                return (
                    stream, try Socket.open(Socket.datagram, family: wish.family, boundTo: address), address
                )
            } catch {
                close(stream)
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }
}

/// The program's two outputs: JSON lines for programs, words for people.
enum Console {
    static func printLine(_ line: String) { write(line, to: STDOUT_FILENO) }

    static func complain(_ text: String) { write("loqa-impair: \(text)", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        let line = Array("\(text)\n".utf8)
        _ = Glibc.write(descriptor, line, line.count)
    }
}
