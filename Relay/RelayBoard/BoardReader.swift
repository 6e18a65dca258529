import LoqaJSON
import RelayAudio
import RelayDSP

/// Reads a board's file: boards/board.schema.json in code. Lists every problem it finds.
package struct BoardReader {
    /// Bytes of a board's file at most.
    package static let byteCountMax = 65_536

    var read = FieldReader()

    /// Reads the bytes of a board.json.
    ///
    /// - Parameter path: for messages.
    /// - Throws: ``BoardError`` with all problems.
    package static func board(_ bytes: [UInt8], path: String) throws(BoardError) -> Board {
        guard bytes.count <= byteCountMax else {
            throw BoardError(path, ["\(bytes.count) bytes; a board's file has at most \(byteCountMax)"])
        }
        let root: JSONValue
        do throws(JSONValue.SyntaxError) {
            root = try JSONValue(bytes)
        } catch {
            throw BoardError(path, ["line \(error.line): \(error.reason)"])
        }
        var reader = BoardReader()
        let board = reader.board(root)
        guard let board, reader.read.problems.isEmpty else { throw BoardError(path, reader.read.problems) }
        return board
    }

    private mutating func board(_ root: JSONValue) -> Board? {
        let fields = read.object(
            root, "the file",
            knowing: [
                "$schema", "name", "title", "capture", "playback", "microphones", "reference", "stages",
                "ring",
            ])
        let name = read.text(fields["name"], "name", counts: 1...64) ?? ""
        let isPlain = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        if !isPlain { read.problems.append("name: use small letters, digits and hyphens only") }
        let title = read.text(fields["title"], "title", counts: 1...128) ?? ""
        let capture = device(fields["capture"], "capture", isNeeded: true)
        let playback = device(fields["playback"], "playback", isNeeded: false)
        let microphones = read.list(fields["microphones"], "microphones", counts: 1...8).enumerated()
            .compactMap {
                microphone($1, "microphones[\($0)]")
            }
        let reference = reference(fields["reference"])
        let stages = stages(fields["stages"])
        let lights = fields["ring"].flatMap { ring($0) }
        guard read.problems.isEmpty, let capture else { return nil }
        do throws(FrontEndError) {
            let frontEnd = try FrontEndSettings(
                channelCount: capture.channelCount, microphones: microphones, reference: reference,
                stages: stages)
            return Board(
                name: name, title: title, captureDevice: capture.name, playbackDevice: playback?.name,
                playbackChannelCount: playback?.channelCount ?? 1, frontEnd: frontEnd,
                ring: lights)
        } catch {
            read.problems.append(error.description)
            return nil
        }
    }
}

// MARK: - The parts of a board

extension BoardReader {
    private mutating func device(
        _ value: JSONValue?, _ place: String, isNeeded: Bool
    ) -> (name: String?, channelCount: Int)? {
        guard let value else {
            if isNeeded { read.problems.append("\(place): missing") }
            return nil
        }
        let fields = read.object(value, place, knowing: ["device", "channels"])
        let name = fields["device"].flatMap { read.text($0, "\(place).device", counts: 1...256) }
        guard let count = read.integer(fields["channels"], "\(place).channels", in: 1...32) else {
            return nil
        }
        return (name, count)
    }

    private mutating func microphone(_ value: JSONValue, _ place: String) -> BoardMicrophone? {
        let fields = read.object(value, place, knowing: ["channel", "gainDB", "millimetres"])
        guard let channel = read.integer(fields["channel"], "\(place).channel", in: 0...31) else {
            return nil
        }
        let gain = fields["gainDB"].flatMap { read.number($0, "\(place).gainDB", in: -40...40) } ?? 0
        return BoardMicrophone(
            channel: channel, gain: Float(gain),
            position: fields["millimetres"].flatMap { position($0, "\(place).millimetres") })
    }

    private mutating func position(_ value: JSONValue, _ place: String) -> Position? {
        let numbers = read.list(value, place, counts: 2...3).compactMap {
            read.number($0, place, in: -500...500)
        }
        guard numbers.count >= 2 else { return nil }
        return Position(
            x: Float(numbers[0] / 1_000), y: Float(numbers[1] / 1_000),
            z: numbers.count > 2 ? Float(numbers[2] / 1_000) : 0)
    }

    private mutating func reference(_ value: JSONValue?) -> EchoReference {
        switch value {
        case nil, .text("none"): return .none
        case .text("playback"): return .playback
        case .object:
            let fields = read.object(value ?? .null, "reference", knowing: ["channel"])
            guard let channel = read.integer(fields["channel"], "reference.channel", in: 0...31) else {
                return .none
            }
            return .channel(channel)
        case .some(let other):
            read.problems.append(
                "reference: \"none\", \"playback\" or {\"channel\": N} is expected, not \(other.kind)")
            return .none
        }
    }

    private mutating func stages(_ value: JSONValue?) -> Set<EarStage>? {
        guard let value else { return nil }
        var stages: Set<EarStage> = []
        for (index, item) in read.list(value, "stages", counts: 0...EarStage.allCases.count).enumerated() {
            let place = "stages[\(index)]"
            guard let name = read.text(item, place, counts: 1...32) else { continue }
            guard let stage = EarStage(rawValue: name) else {
                let all = EarStage.allCases.map(\.rawValue).joined(separator: ", ")
                read.problems.append(
                    "\(place): there is no stage \"\(read.printable(name))\"; the stages are \(all)")
                continue
            }
            if !stages.insert(stage).inserted { read.problems.append("\(place): \(name) stands there twice") }
        }
        return stages
    }
}
