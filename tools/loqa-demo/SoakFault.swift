import Glibc

/// Something that goes wrong in a house, and comes right again by itself or as a supervisor would mend it.
enum SoakFault: String, CaseIterable, Encodable {
    case killHub = "hub killed"
    case killRelay = "relay killed"
    case killWakeEngine = "wake engine killed"
    case killSpeechEngine = "speech engine killed"
    case unplugBoard = "board unplugged for 1 s"
    case freezeHub = "hub frozen for 3 s"
    case freezeRelay = "relay frozen for 3 s"

    /// Whether only the relay of the session is hit.
    var isLocal: Bool {
        switch self {
        case .killRelay, .killWakeEngine, .unplugBoard, .freezeRelay: true
        case .killHub, .killSpeechEngine, .freezeHub: false
        }
    }

    /// Whether a turn in progress outlives the fault: its relay is armed again when the turn is over, in its own time.
    var leavesTurns: Bool {
        switch self {
        case .killSpeechEngine: true
        case .killHub, .killRelay, .killWakeEngine, .unplugBoard, .freezeHub, .freezeRelay: false
        }
    }

    /// Does it, and mends it. Returns when the cause was gone; nil if there was nothing to hit.
    func strike(_ house: House, _ room: House.Room) throws -> Int64? {
        switch self {
        case .killHub:
            house.hub?.send(SIGKILL)
            try house.run(atMost: .milliseconds(300))
            // A supervisor too sees to it that the old process group is gone before the new one starts.
            house.hub?.stop()
            try house.startHub()
        case .killRelay:
            room.process?.send(SIGKILL)
            try house.run(atMost: .milliseconds(300))
            room.process?.stop()
            try house.startRelay(room)
        case .killWakeEngine: return Self.killChild("loqa-wake", of: room.process)
        case .killSpeechEngine: return Self.killChild("loqa-speech", of: house.hub)
        case .unplugBoard:
            try room.board?.unplug()
            try house.run(atMost: .seconds(1))
            room.board?.plug()
        case .freezeHub: try Self.freeze(house.hub, in: house)
        case .freezeRelay: try Self.freeze(room.process, in: house)
        }
        return MonotonicClock.now()
    }

    private static func killChild(_ name: String, of parent: ChildProcess?) -> Int64? {
        guard let parent,
            let child = ProcessUsage.children(of: parent.pid).first(where: { $0.name.hasPrefix(name) })
        else { return nil }
        kill(child.pid, SIGKILL)
        return MonotonicClock.now()
    }

    private static func freeze(_ process: ChildProcess?, in house: House) throws {
        process?.send(SIGSTOP)
        try house.run(atMost: .seconds(3))
        process?.send(SIGCONT)
    }
}
