import Foundation

/// One hub and some relays as child processes, and what their traces say.
///
/// All waiting goes through ``wait(atMost:for:until:)``, which also feeds the boards, reads the traces and notices Ctrl-C
/// and dead children. Main thread only.
final class House {
    /// One relay and its board.
    final class Room {
        let relay: String
        let room: String
        /// Nil when the real sound card is used.
        let board: VirtualBoard?
        fileprivate(set) var process: ChildProcess?
        /// The last state that the relay told, empty before the first.
        fileprivate(set) var state = ""
        /// When the talker or the speaker was last heard to end, for judging delays.
        fileprivate(set) var lastSoundEnded: Int64 = 0
        /// Whether the talker or the speaker is heard at the moment.
        fileprivate(set) var hearsSound = false
        fileprivate(set) var startCount = 0
        /// The token that enrolled it; it works once, and the relay remembers that it did.
        fileprivate var invite: String?

        init(relay: String, room: String, board: VirtualBoard?) {
            (self.relay, self.room, self.board) = (relay, room, board)
        }

        /// Armed: it hears the next wake word.
        var isIdle: Bool { state == "idle" }
    }

    struct Options {
        var programs: Programs
        /// The YAML file that describes the home.
        var home: String
        /// What the hub is told besides, such as where packs of sentences are.
        var hubArguments: [String] = []
        /// Traces, logs, FIFOs and the hub's state.
        var folder: String
        /// For start-up of a hub or a relay, model loading included.
        var startDeadline = Duration.seconds(20)
        /// Until the recogniser knows the sentences of a pack.
        var hearingDeadline = Duration.seconds(90)
    }

    let options: Options
    let rooms: [Room]
    private(set) var hub: ChildProcess?
    /// Everything that was traced, in order of arrival.
    private(set) var events: [TraceEvent] = []
    private var hubStartCount = 0
    /// Whether the sentences of a pack, if there is one, are ready or given up.
    private var hasHearing = true
    /// Whether a recogniser of the hub knows what may be said.
    private(set) var hasGrammar = false
    private let port: Int
    private let reader = TraceReader()
    /// Set while a fault is being injected: a child may then end.
    var childrenMayEnd = false
    var onEvent: ((TraceEvent) -> Void)?

    init(options: Options, rooms: [Room]) throws {
        (self.options, self.rooms) = (options, rooms)
        port = try FreePort.find()
        let boards = rooms.compactMap(\.board)
        try VirtualBoard.writeConfiguration(
            boards, plugin: options.programs.boardPlugin, to: soundConfiguration)
        for board in boards { reader.follow(board.eventsPath) }
    }

    private var hubStateFolder: String { options.folder + "/hub-state" }
    private func stateFolder(of room: Room) -> String { options.folder + "/" + room.relay + "-state" }
    private var soundConfiguration: String { options.folder + "/asound.conf" }

    // MARK: starting and stopping

    func start() throws {
        try startHub()
        for room in rooms { try startRelay(room) }
        for room in rooms { try waitForArmed(room) }
        try wait(
            atMost: options.hubArguments.isEmpty ? options.startDeadline : options.hearingDeadline,
            for: "the hub's recogniser to load its grammar", logOf: hub
        ) {
            self.hasGrammar
        }
    }

    func startHub() throws {
        hubStartCount += 1
        (hasGrammar, hasHearing) = (false, options.hubArguments.isEmpty)
        let trace = "\(options.folder)/hub-\(hubStartCount).trace"
        reader.follow(trace)
        hub = try ChildProcess(
            name: "the hub", program: options.programs.hub,
            arguments: options.programs.hubArguments(
                home: options.home, port: port, stateFolder: hubStateFolder, trace: trace)
                + options.hubArguments,
            environment: [:], log: options.folder + "/hub.log")
        let seen = events.count
        try wait(atMost: options.startDeadline, for: "the hub to get ready", logOf: hub) {
            self.events.dropFirst(seen).contains { $0.name == "hub.ready" }
        }
    }

    /// Starts a relay without waiting for it.
    func startRelay(_ room: Room) throws {
        room.startCount += 1
        room.state = ""
        try FileManager.default.createDirectory(
            atPath: stateFolder(of: room), withIntermediateDirectories: true)
        let invite =
            try room.invite
            ?? options.programs.invite(name: room.relay, room: room.room, stateFolder: hubStateFolder)
        room.invite = invite
        let trace = "\(options.folder)/\(room.relay)-\(room.startCount).trace"
        reader.follow(trace)
        let device = room.board?.device ?? .init(capture: "default", playback: "default", channels: 1)
        room.process = try ChildProcess(
            name: "the relay \(room.relay)", program: options.programs.relay,
            arguments: options.programs.relayArguments(
                name: room.relay, invite: invite, stateFolder: stateFolder(of: room), device: device,
                trace: trace),
            environment: room.board == nil ? [:] : ["ALSA_CONFIG_PATH": soundConfiguration],
            log: "\(options.folder)/\(room.relay).log")
    }

    func waitForArmed(_ room: Room) throws {
        try wait(atMost: options.startDeadline, for: "the relay \(room.relay) to listen", logOf: room.process)
        {
            room.isIdle
        }
    }

    /// Stops everything; safe at any time and more than once.
    func stop() {
        for room in rooms {
            room.board?.plug()
            room.process?.stop()
        }
        hub?.stop()
    }

    // MARK: waiting

    /// Goes on until `condition` holds. Returns false when the time is over.
    @discardableResult
    func run(atMost duration: Duration, until condition: () -> Bool = { false }) throws -> Bool {
        let deadline = MonotonicClock.now(plus: duration)
        while true {
            if Interruption.isAsked { throw DemoError.interrupted }
            for room in rooms { room.board?.pump() }
            for event in reader.read() { note(event) }
            if condition() { return true }
            if !childrenMayEnd { try noticeDeadChildren() }
            if MonotonicClock.now() >= deadline { return false }
            usleep(5_000)
        }
    }

    /// The same, but being late is an error, told with the log of the child that was waited for.
    func wait(
        atMost duration: Duration, for what: String, logOf child: ChildProcess? = nil,
        until condition: () -> Bool
    ) throws {
        guard try run(atMost: duration, until: condition) else {
            let seconds = duration.components.seconds
            guard let child else { throw DemoError.late("waited \(seconds) s in vain for \(what)") }
            throw DemoError.child("waited \(seconds) s in vain for \(what)", log: child.logTail())
        }
    }

    private func noticeDeadChildren() throws {
        for child in [hub] + rooms.map(\.process) {
            guard let child, !child.isRunning else { continue }
            throw DemoError.child("\(child.name) ended (\(child.ending))", log: child.logTail())
        }
    }

    private func note(_ event: TraceEvent) {
        events.append(event)
        if event.source == .hub { noteGrammar(event) }
        if let room = rooms.first(where: { $0.relay == event.relay }) {
            if event.source == .relay, event.name == "state" { room.state = event.text("state") ?? "" }
            if event.source == .board { noteSound(event, in: room) }
        }
        onEvent?(event)
    }

    private func noteGrammar(_ event: TraceEvent) {
        switch event.name {
        case "hearing.made": hasHearing = true
        // Then it hears what it heard before.
        case "hearing.failed": (hasHearing, hasGrammar) = (true, true)
        case "grammar.loaded": hasGrammar = hasHearing
        default: break
        }
    }

    private func noteSound(_ event: TraceEvent, in room: Room) {
        if event.name.hasSuffix(".started") { room.hearsSound = true }
        guard event.name.hasSuffix(".ended") || event.name == "device.closed" else { return }
        room.hearsSound = false
        room.lastSoundEnded = max(room.lastSoundEnded, event.time)
    }
}

/// A TCP port that nobody uses at the moment.
enum FreePort {
    static func find() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        guard result else { throw DemoError.unavailable("no free port on the loopback interface") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
