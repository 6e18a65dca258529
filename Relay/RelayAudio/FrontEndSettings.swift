package import RelayDSP

/// A stage of the front end that can be switched off by its name.
package enum EarStage: String, Sendable, Hashable, CaseIterable {
    /// Takes what the loudspeaker plays out of every microphone.
    case echo
    /// Makes one channel of several microphones.
    case beam
    /// Finds where the talker is.
    case direction
    /// Lowers what noise is left.
    case noiseSuppression = "noise-suppression"
    /// Brings speech to an even level.
    case gain
}

extension EarStage {
    /// The stages of a list such as "echo,beam"; "none" is none.
    package static func set(of list: String) throws(EarStageError) -> Set<EarStage> {
        guard list != "none" else { return [] }
        var stages: Set<EarStage> = []
        for name in list.split(separator: ",", omittingEmptySubsequences: false) {
            let name = String(name.drop { $0 == " " }.prefix { $0 != " " })
            guard let stage = EarStage(rawValue: name) else { throw EarStageError(name: name) }
            stages.insert(stage)
        }
        return stages
    }
}

/// A name that is no stage's.
package struct EarStageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// As it was written.
    package var name: String

    package init(name: String) { self.name = name }

    package var description: String {
        let all = EarStage.allCases.map(\.rawValue).joined(separator: ", ")
        return "there is no stage \"\(name.prefix(40))\"; the stages are \(all)"
    }
}

/// Where the echo stage learns what the loudspeaker plays.
package enum EchoReference: Sendable, Hashable {
    /// It does not: no loudspeaker, or a board that takes its own echo away.
    case none
    /// The relay's own playback, or a file beside a recording.
    case playback
    /// A channel of the capture device carries it.
    case channel(Int)
}

/// One microphone of a board.
package struct BoardMicrophone: Sendable, Hashable {
    /// Channel of the capture device, from 0.
    package var channel: Int
    /// What the channel is amplified by before anything else, dB, -40...40.
    package var gain: Float
    /// Where it stands; nil if nobody knows.
    package var position: Position?

    package init(channel: Int, gain: Float = 0, position: Position? = nil) {
        (self.channel, self.gain, self.position) = (channel, gain, position)
    }
}

/// Why a front end cannot be made. The descriptions are meant for the person who wrote the board's file.
package enum FrontEndError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A channel map that cannot be.
    case channels(ChannelMapError)
    /// Positions that cannot be.
    case geometry(ArrayGeometryError)
    /// Some microphones have a position and others have none.
    case positionMissing(microphone: Int)
    /// A gain outside -40...40 dB.
    case gainOutOfRange(microphone: Int)
    /// The reference on a channel that the device does not have, or that is a microphone.
    case badReference(channel: Int)
    /// A stage that this board cannot have, and what it needs.
    case stageImpossible(EarStage, needs: String)
    /// The echo stage could not be made.
    case echo(String)

    package var description: String {
        switch self {
        case .channels(let error): error.description
        case .geometry(let error): error.description
        case .positionMissing(let microphone):
            "microphone \(microphone) has no position, but others have one: give all or none"
        case .gainOutOfRange(let microphone): "the gain of microphone \(microphone) is outside -40 to 40 dB"
        case .badReference(let channel):
            "the reference is on channel \(channel), which the device does not have or which is a microphone"
        case .stageImpossible(let stage, let needs): "the stage \"\(stage.rawValue)\" needs \(needs)"
        case .echo(let reason): reason
        }
    }
}

/// What the front end of a board does, checked: channels, gains, geometry, stages.
package struct FrontEndSettings: Sendable, Hashable {
    /// Channels in one frame of the capture device, 1...32.
    package let channelCount: Int
    /// 1...8, in the order of the array; the first is the reference of the beam.
    package let microphones: [BoardMicrophone]
    package let reference: EchoReference
    /// Never more than the board can have.
    package let stages: Set<EarStage>
    /// Of the microphones, if their positions are known.
    package let geometry: ArrayGeometry?
    /// What tells the noise suppression speech from noise; nil leaves it to its own statistics.
    package var maskModel: MaskModel?

    /// - Parameter stages: nil switches on everything that the board can have.
    /// - Throws: ``FrontEndError`` for the first thing that cannot be.
    package init(
        channelCount: Int, microphones: [BoardMicrophone], reference: EchoReference = .none,
        stages: Set<EarStage>? = nil
    ) throws(FrontEndError) {
        do throws(ChannelMapError) {
            _ = try ChannelMap(channelCount: channelCount, microphones: microphones.map(\.channel))
        } catch {
            throw .channels(error)
        }
        for (index, microphone) in microphones.enumerated() where !(-40...40).contains(microphone.gain) {
            throw .gainOutOfRange(microphone: index)
        }
        if case .channel(let channel) = reference {
            guard (0..<channelCount).contains(channel), !microphones.map(\.channel).contains(channel) else {
                throw .badReference(channel: channel)
            }
        }
        geometry = try Self.geometry(of: microphones)
        (self.channelCount, self.microphones, self.reference) = (channelCount, microphones, reference)
        let possible = Self.possible(microphones.count, reference, hasGeometry: geometry != nil)
        for stage in (stages ?? []).sorted(by: { $0.rawValue < $1.rawValue }) {
            if let needs = possible[stage] ?? nil { throw .stageImpossible(stage, needs: needs) }
        }
        self.stages = stages ?? Set(EarStage.allCases.filter { (possible[$0] ?? nil) == nil })
    }

    /// These settings with other stages; those that the board cannot have are left out.
    package func with(stages wanted: Set<EarStage>) -> FrontEndSettings {
        let possible = Self.possible(microphones.count, reference, hasGeometry: geometry != nil)
        return FrontEndSettings(self, stages: wanted.filter { (possible[$0] ?? nil) == nil }, reference)
    }

    /// These settings for a recording that holds the microphones alone, in their order.
    package func withMicrophonesOnly() -> FrontEndSettings {
        let microphones = microphones.enumerated().map { index, microphone in
            BoardMicrophone(channel: index, gain: microphone.gain, position: microphone.position)
        }
        return FrontEndSettings(
            self, channelCount: microphones.count, microphones: microphones, stages: stages,
            reference == .none ? .none : .playback)
    }

    /// These settings with another source of the reference. Without one there is no echo stage.
    package func with(reference: EchoReference) -> FrontEndSettings {
        let stages = reference == .none ? stages.subtracting([.echo]) : stages
        return FrontEndSettings(self, stages: stages, reference)
    }

    private init(
        _ other: FrontEndSettings, channelCount: Int? = nil, microphones: [BoardMicrophone]? = nil,
        stages: Set<EarStage>, _ reference: EchoReference
    ) {
        self.channelCount = channelCount ?? other.channelCount
        self.microphones = microphones ?? other.microphones
        (geometry, self.stages, self.reference) = (other.geometry, stages, reference)
        maskModel = other.maskModel
    }

    private static func geometry(of microphones: [BoardMicrophone]) throws(FrontEndError) -> ArrayGeometry? {
        let positions = microphones.compactMap(\.position)
        guard !positions.isEmpty else { return nil }
        if let missing = microphones.firstIndex(where: { $0.position == nil }) {
            throw .positionMissing(microphone: missing)
        }
        do throws(ArrayGeometryError) {
            return try ArrayGeometry(positions: positions)
        } catch {
            throw .geometry(error)
        }
    }

    /// What each stage lacks; nil for what it can do.
    private static func possible(
        _ microphoneCount: Int, _ reference: EchoReference, hasGeometry: Bool
    ) -> [EarStage: String?] {
        [
            .echo: reference == .none ? "a reference: \"playback\", or a channel of the device" : nil,
            .beam: microphoneCount < 2 ? "two microphones or more" : nil,
            .direction: microphoneCount < 2 || !hasGeometry
                ? "two microphones or more, with their positions" : nil,
            .noiseSuppression: nil, .gain: nil,
        ]
    }
}
