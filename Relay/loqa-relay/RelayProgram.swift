import Glibc
import LoqaAudio
import LoqaBase
import LoqaCrypto
import LoqaLink
import LoqaSystem
import LoqaWake
import LoqaWire
import RelayAudio
import RelayCore
import RelayIO
import RelayLights

/// One running relay: the main loop that joins the pure machines to the devices and the network.
///
/// Everything here, the ear included, runs on one thread. The capture and playback threads reach it through rings and one eventfd; no
/// decision is made here that a machine could make. See `+Sound`, `+Link` and `+Actions` for the three sides.
final class RelayProgram {
    /// Time between two looks at the loudspeaker while it plays.
    static let playbackStep: Duration = .milliseconds(20)

    let configuration: RelayConfiguration
    let trace: Trace
    let poller: Poller
    let signals: Signals
    let soundWakeup: Wakeup
    let capture: CaptureThread
    let ear: Ear
    let playback: PlaybackThread
    let loudspeaker: Loudspeaker
    let uplink: Uplink
    let sockets: HubSockets
    let keptFile: HubPinsFile
    let statusSocket: StatusSocket
    /// Of this relay's public key.
    let identityFingerprint: String
    let wakeEngine: WakeEngineProcess
    var console = Console(program: "loqa-relay")
    var light: TerminalLight

    var session = RelaySession()
    var endpoint: RelayEndpoint
    /// What the endpoint wants done and has yet to see done, in order.
    var linkActions: [RelayEndpoint.Action] = []
    var isPerforming = false
    var kept: HubPinsFile.Contents
    var finder: HubFinder<HubAddress, RelayClock>
    let search: HubSearch
    let digitVoice = DigitVoice()
    /// The connection has been up.
    var hasWorked = false
    /// The instant of the hub's clock for which the open downlink stream is meant.
    var presentation: (stream: StreamID, instant: HubInstant)?
    var watch: HearingWatch
    var early = EarlyPackets<RelayClock>()
    var levels = LevelHistory()
    var preRoll = PreRoll()
    var nextPlayback: RelayInstant?
    let wakeStore: WakeStore
    /// The configured wake engine, and the one that runs the hub's words.
    let wakeProgram: String
    let ownWakeProgram: String
    var chooser: WakeChooser
    var chosenWords: [WakeChooser.Word] = []
    var tally = WakeTally()
    var selfTest = WakeSelfTest(at: MonotonicClock.now())
    var feed = WakeFeed()
    /// What the self-test plays to the wake engine, and what may become it.
    var clip: [Int16]?
    var candidateClip: [Int16]?
    var lastNoise: RelayInstant = MonotonicClock.now()
    var shownLight: LightIntent?
    let ring: RingDriver?
    /// When the ring is to be painted again.
    var ringDue: RelayInstant?
    /// Of the last clean block.
    var heardLevel: DecibelsFullScale?
    var tracedState = ""
    var couldHear = false
    /// Of the microphones, as they were told last.
    var toldFaults: [String] = []
    var isEnding = false

    init(_ configuration: RelayConfiguration) throws {
        self.configuration = configuration
        // Before any thread is started: see Signals.
        signals = try Signals([SIGTERM, SIGINT, SIGUSR1, SIGUSR2])
        trace = try Trace(path: configuration.tracePath, source: "relay")
        poller = try Poller()
        soundWakeup = try Wakeup()
        capture = try CaptureThread(configuration.capture, eventDescriptor: soundWakeup.descriptor)
        ear = try Ear(configuration.ear)
        playback = try PlaybackThread(configuration.playback, eventDescriptor: soundWakeup.descriptor)
        loudspeaker = try Loudspeaker(playback, volumePercent: configuration.volumePercent)
        uplink = try Uplink()
        sockets = HubSockets(poller: poller)
        keptFile = HubPinsFile(path: "\(configuration.stateFolder)/hub")
        kept = try keptFile.load()
        finder = HubFinder(
            configured: configuration.hub, lastWorking: kept.address,
            token: configuration.invite.flatMap(HubAddress.init), at: MonotonicClock.now())
        search = HubSearch(version: WireVersion.current)
        wakeStore = try WakeStore(path: "\(configuration.stateFolder)/wake")
        chooser = WakeChooser(kept: try wakeStore.kept())
        wakeProgram = try programPath(configuration.wakeProgram)
        ownWakeProgram = try programPath("loqa-wake")
        let chosen = wakeStore.arguments
        wakeEngine = WakeEngineProcess(
            program: chosen == nil ? wakeProgram : ownWakeProgram,
            arguments: chosen ?? configuration.wakeArguments)
        light = TerminalLight(
            relay: configuration.name, hasColour: configuration.hasColour && isatty(STDOUT_FILENO) == 1)
        ring = Self.ring(of: configuration.ring)
        let key = try Self.identity(in: configuration.stateFolder)
        identityFingerprint = key.publicKey.fingerprint
        statusSocket = try StatusSocket(path: "\(configuration.stateFolder)/relay.sock")
        endpoint = RelayEndpoint(
            RelayEndpoint.Identity(
                key: key, name: configuration.name,
                room: configuration.room ?? "", invite: configuration.invite),
            pins: kept.pins, random: SystemRandomNumberGenerator(), at: MonotonicClock.now())
        watch = HearingWatch(at: MonotonicClock.now())
    }

    /// Runs until SIGTERM or SIGINT.
    func run() throws {
        try poller.watch(signals.descriptor, for: .readable)
        try poller.watch(soundWakeup.descriptor, for: .readable)
        try poller.watch(statusSocket.descriptor, for: .readable)
        let isRealTime = (try capture.start(), try playback.start())
        if !isRealTime.0 || !isRealTime.1 {
            console.say(
                "real-time priority is not allowed here (rtprio limit); sound may stutter on a busy machine",
                about: .program)
        }
        wakeEngine.start(at: MonotonicClock.now())
        record("relay.ready")
        showLight()
        while !isEnding {
            let now: RelayInstant = MonotonicClock.now()
            var ready: [(Int32, Poller.Readiness)] = []
            try poller.wait(atMost: nextDeadline(after: now) - now) { ready.append(($0, $1)) }
            for (descriptor, readiness) in ready { try handle(descriptor, readiness) }
            try tick()
        }
        shutDown()
    }

    /// The next instant at which something is due, whatever the descriptors say.
    private func nextDeadline(after now: RelayInstant) -> RelayInstant {
        let deadlines = [
            endpoint.deadline, watch.deadline, session.deadline, nextPlayback, wakeEngine.deadline,
            finder.deadline, search.deadline, digitVoice.deadline, selfTest.deadline, ringDue,
            endpoint.isUp ? tally.deadline : nil,
        ]
        return max(now, deadlines.compactMap { $0 }.min() ?? now)
    }

    private func handle(_ descriptor: Int32, _ readiness: Poller.Readiness) throws {
        if descriptor == signals.descriptor {
            while let signal = signals.next() { handle(signal: signal) }
        } else if descriptor == soundWakeup.descriptor {
            soundWakeup.clear()
            takeSound()
        } else if sockets.owns(descriptor) {
            for event in sockets.handle(descriptor, readiness) { receive(event) }
        } else if descriptor == wakeEngine.outputDescriptor {
            listenToEngine()
        } else if descriptor == statusSocket.descriptor {
            statusSocket.answer(linkStatus)
        } else if descriptor == search.outputDescriptor || descriptor == digitVoice.outputDescriptor {
            // The tick that follows reads it.
        } else {
            poller.forget(descriptor)
        }
    }

    private func handle(signal: Int32) {
        if signal == SIGUSR2 {
            perform(session.buttonPressed(position: preRoll.end, at: MonotonicClock.now()))
        } else if signal == SIGUSR1 {
            if case .muted = session.state {
                perform(session.muteChanged(false))
            } else {
                perform(session.muteChanged(true))
            }
        } else {
            isEnding = true
        }
    }

    /// Gives every machine the time. Each call is harmless when nothing is due.
    private func tick() throws {
        let now: RelayInstant = MonotonicClock.now()
        tickLink(at: now)
        perform(session.tick(at: now))
        tickEngine(at: now)
        tickWake(at: now)
        tickWatch(at: now)
        fillLoudspeaker(at: now)
        noteDevices()
        showLight()
        paintRing(at: now)
    }

    /// This relay's key, made on its first start.
    private static func identity(in folder: String) throws -> PrivateKey {
        var bytes = try KeyFile(path: "\(folder)/identity.key").loadOrCreate().key
        defer { for index in bytes.indices { bytes[index] = 0 } }
        guard let key = PrivateKey(bytes) else { preconditionFailure("a key file holds 32 bytes") }
        return key
    }

    private func shutDown() {
        perform(endpoint.end(.shuttingDown))
        capture.stop()
        playback.stop()
        wakeEngine.stop()
        ring?.goDark()
        record("relay.ended")
    }
}

extension RelayProgram {
    /// Writes a line of the trace with this relay's name in it.
    func record(_ event: String, _ fields: [String: Trace.Value] = [:]) {
        guard trace.isOn else { return }
        trace.write(
            event,
            [("relay", .text(configuration.name))]
                + fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// Shows what the session wants shown, and traces its state, when either has changed.
    func showLight() {
        if session.light != shownLight {
            shownLight = session.light
            light.show(session.light)
        }
        // A relay that cannot hear is not armed, whatever the session says.
        let state = session.light == .cannotHear ? session.light.rawValue : Self.name(of: session.state)
        if state != tracedState {
            tracedState = state
            record("state", ["state": .text(state)])
        }
    }

    private static func name(of state: RelaySession.State) -> String {
        switch state {
        case .offline: "offline"
        case .idle: "idle"
        case .claimed: "claimed"
        case .streaming: "streaming"
        case .waiting: "waiting"
        case .speaking: "speaking"
        case .muted: "muted"
        }
    }
}
