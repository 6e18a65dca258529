import LoqaBase
import LoqaWire

/// What disagrees between the document and the code, one line each; empty if all is well.
extension ProtocolDocument {
    /// The table of ids against the kinds.
    func idProblems() -> [String] {
        let documented = (tables["Ids"] ?? []).filter { $0["kind"] != "reserved" }.map { row in
            ["id", "kind", "direction", "must understand"].map { row[$0] ?? "" }.joined(separator: " ")
        }
        let coded = ControlFrame.Kind.allCases.map { kind in
            let direction =
                switch kind.direction {
                case .eitherEnd: "either end"
                case .relayToHub: "relay to hub"
                case .hubToRelay: "hub to relay"
                }
            let id = (kind.rawValue < 16 ? "0x0" : "0x") + String(kind.rawValue, radix: 16)
            return "\(id) \(kind) \(direction) \(kind.mustUnderstand ? "yes" : "no")"
        }
        return difference("id", documented, coded)
    }

    /// The table of error codes against the codes.
    func codeProblems() -> [String] {
        let documented = (tables["Error codes"] ?? []).filter { $0["name"] != "reserved" }
            .map { "\($0["code"] ?? "") \($0["name"] ?? "")" }
        return difference("code", documented, Goodbye.Code.allCases.map { "\($0.rawValue) \($0)" })
    }

    /// The table of refusals against the codes.
    func refusalProblems() -> [String] {
        let documented = (tables["Refusals"] ?? []).map { "\($0["code"] ?? "") \($0["name"] ?? "")" }
        return difference("refusal", documented, HandshakeRefusal.allCases.map { "\($0.rawValue) \($0)" })
    }

    /// The table of limits against `WireLimits.swift`: names, values and the rule of each.
    func limitProblems(_ limits: [SourceLimit]) -> [String] {
        let documented = (tables["Limits"] ?? []).map { row in
            ["limit", "value", "rule"].map { row[$0] ?? "" }.joined(separator: " ")
        }
        let coded = limits.map { "\($0.name) \(limitValues[$0.name] ?? "?") \($0.rule)" }
        return difference("limit", documented, coded)
            + limits.filter { !rules.contains($0.rule) }.map { "limit of the unknown rule \($0.rule)" }
    }

    /// Each vector read by the table of its kind alone must give its fields and use all its bytes.
    func fieldProblems(_ vector: Vector) -> [String] {
        guard let kind = vector.kind, let rows = fields[kind] else { return ["\(vector.name): no table"] }
        var rest = Array(vector.bytes.dropFirst(4))
        var read: [String: FieldValue] = [:]
        for row in rows {
            if let count = row.fixedByteCount ?? (row.type == "bytes" ? rest.count : nil) {
                read[row.name] = .text(Array(rest.prefix(count)).hex)
                rest = Array(rest.dropFirst(count))
                continue
            }
            guard let byteCount = row.byteCount, let number = row.number(at: 0, of: rest) else {
                return ["\(vector.name): no bytes for \(row.name)"]
            }
            rest.removeFirst(byteCount)
            switch row.type {
            case "bool": read[row.name] = .flag(number == 1)
            case "text":
                read[row.name] = .text(String(decoding: rest.prefix(number), as: UTF8.self))
                rest = Array(rest.dropFirst(number))
            default: read[row.name] = row.choices[number].map(FieldValue.text) ?? .number(number)
            }
        }
        if kind == "media", rows.last?.range != 1...WireLimits.mediaPayloadByteCountMax {
            return ["the range of a media packet's payload is not its limit"]
        }
        if kind == "wakePart", rows.last?.range != 1...WireLimits.wakePartByteCountMax {
            return ["the range of a model's part is not its limit"]
        }
        return (read == vector.fields ? [] : ["\(vector.name): \(read) instead of \(vector.fields ?? [:])"])
            + (rest.isEmpty ? [] : ["\(vector.name): \(rest.count) bytes without a field"])
    }

    /// Every bound of the table of a kind: the decoder takes what is inside and refuses what is outside.
    func rangeProblems(_ vector: Vector) -> [String] {
        guard let kind = vector.kind, let rows = fields[kind] else { return ["\(vector.name): no table"] }
        var offset = 4
        var problems: [String] = []
        for row in rows where row.type != "bytes" {
            if let count = row.fixedByteCount {
                offset += count
                continue
            }
            guard let carried = row.carried else { return ["\(kind): unknown type \(row.type)"] }
            let inside = row.range.map { [$0.lowerBound, $0.upperBound] } ?? Array(row.choices.keys)
            let outside =
                row.range.map { [$0.lowerBound - 1, $0.upperBound + 1] }
                ?? [0, 255, (row.choices.keys.max() ?? 0) + 1]
            if inside.isEmpty || !inside.allSatisfy(carried.contains) {
                problems.append("\(kind): \(row.name) has no range, or one that its type cannot carry")
            }
            for number in (row.isNarrowed ? [] : inside) + outside where carried.contains(number) {
                let isInside = inside.contains(number)
                let bytes = row.replaced(by: number, at: offset, of: vector.bytes)
                if isRefusal(refusal(bytes, vector), of: row.name) == isInside {
                    problems.append("\(kind): \(row.name) = \(number) is \(isInside ? "refused" : "taken")")
                }
            }
            let length = row.type == "text" ? row.number(at: offset, of: vector.bytes) ?? 0 : 0
            offset += (row.byteCount ?? 0) + length
        }
        return problems
    }

    /// The fields of the Swift value, in order, against the table.
    func orderProblems(_ frame: ControlFrame) -> [String] {
        let documented = fields["\(frame.kind)"]?.map(\.name) ?? []
        let coded = frame.reflectedFields.map(\.name)
        return documented == coded ? [] : ["\(frame.kind): \(documented) instead of \(coded)"]
    }

    /// The lines of the worked example are frames of the kinds they name.
    func exampleProblems() -> [String] {
        let problems = examples.compactMap { example -> String? in
            let sender: ControlFrame.Sender =
                ["hello", "status", "ping", "claim"].contains(example.kind) ? .relay : .hub
            guard case .frame(let frame)? = arrivals(in: example.bytes, from: sender).found.first,
                "\(frame.kind)" == example.kind, frame.encoded() == example.bytes
            else { return "the example of \(example.kind) is no such frame" }
            return nil
        }
        return examples.count == 8 ? problems : problems + ["\(examples.count) examples instead of 8"]
    }

    /// Whether an error is about this field.
    private func isRefusal(_ error: WireError?, of field: String) -> Bool {
        switch error {
        case .outOfRange(_, let name, _, _): name == field
        case nil, .some: false
        }
    }

    private func refusal(_ bytes: [UInt8], _ vector: Vector) -> WireError? {
        var frame = bytes
        let count = frame.count - 4
        (frame[0], frame[1]) = (UInt8(count >> 8), UInt8(count & 0xFF))
        return arrivals(in: frame, from: vector.sender).error
    }

    private func difference(_ what: String, _ documented: [String], _ coded: [String]) -> [String] {
        documented.filter { !coded.contains($0) }.map { "\(what) only in the document: \($0)" }
            + coded.filter { !documented.contains($0) }.map { "\(what) only in the code: \($0)" }
            + (Set(documented).count == documented.count ? [] : ["\(what) twice in the document"])
    }
}

/// A constant of `WireLimits.swift` with the rule that its comment begins with.
struct SourceLimit {
    var name: String
    var rule = "without a rule"

    static func all(in source: String) -> [SourceLimit] {
        var limits: [SourceLimit] = []
        var rule: String?
        for line in source.split(separator: "\n").drop(while: { !$0.hasPrefix("package enum WireLimits") }) {
            if let match = line.firstMatch(of: #/^ */// ([A-Z][0-9]+): /#) { rule = String(match.output.1) }
            guard let match = line.firstMatch(of: /^ *package static let ([a-zA-Z]+)/) else { continue }
            limits.append(SourceLimit(name: String(match.output.1), rule: rule ?? "without a rule"))
            rule = nil
        }
        return limits
    }
}

/// The limits as the document spells them.
private let limitValues: [String: String] = [
    "frameRateMax": "\(WireLimits.frameRateMax)",
    "datagramRateMax": "\(WireLimits.datagramRateMax)",
    "prefaceByteCount": "\(WireLimits.prefaceByteCount)",
    "handshakeByteCountMax": "\(WireLimits.handshakeByteCountMax)",
    "recordsPerKey": "\(WireLimits.recordsPerKey)",
    "recordTextByteCountMax": "\(WireLimits.recordTextByteCountMax)",
    "adoptionDeadline": spelled(WireLimits.adoptionDeadline),
    "frameHeaderByteCount": "\(WireLimits.frameHeaderByteCount)",
    "payloadByteCountMax": "\(WireLimits.payloadByteCountMax)",
    "nameByteCountMax": "\(WireLimits.nameByteCountMax)",
    "goodbyeTextByteCountMax": "\(WireLimits.goodbyeTextByteCountMax)",
    "joinDeadline": spelled(WireLimits.joinDeadline),
    "datagramHeaderByteCount": "\(WireLimits.datagramHeaderByteCount)",
    "datagramTagByteCount": "\(WireLimits.datagramTagByteCount)",
    "sessionMax": "\(WireLimits.sessionMax)",
    "datagramsPerKey": "\(WireLimits.datagramsPerKey)",
    "datagramCountMax": "\(WireLimits.datagramCountMax)",
    "replayWindow": "\(WireLimits.replayWindow)",
    "mediaHeaderByteCount": "\(WireLimits.mediaHeaderByteCount)",
    "mediaPayloadByteCountMax": "\(WireLimits.mediaPayloadByteCountMax)",
    "packetSampleCount": "\(WireLimits.packetSampleCount)",
    "streamPacketCountMax": "\(WireLimits.streamPacketCountMax)",
    "earlyPacketCountMax": "\(WireLimits.earlyPacketCountMax)",
    "earlyPacketDeadline": spelled(WireLimits.earlyPacketDeadline),
    "reorderingDeadline": spelled(WireLimits.reorderingDeadline),
    "answerLeadMax": spelled(WireLimits.answerLeadMax),
    "preRollMax": spelled(WireLimits.preRollMax),
    "jitterBufferPacketCountMin": "\(WireLimits.jitterBufferPacketCountMin)",
    "idleProbeInterval": spelled(WireLimits.idleProbeInterval),
    "streamingProbeInterval": spelled(WireLimits.streamingProbeInterval),
    "unansweredProbeCountMax": "\(WireLimits.unansweredProbeCountMax)",
    "pathDeadline": spelled(WireLimits.pathDeadline),
    "pingInterval": spelled(WireLimits.pingInterval),
    "silenceDeadline": spelled(WireLimits.silenceDeadline),
    "reconnectDelayMin": spelled(WireLimits.reconnectDelayMin),
    "reconnectDelayMax": spelled(WireLimits.reconnectDelayMax),
    "refusedDelayMax": spelled(WireLimits.refusedDelayMax),
    "preRollMin": spelled(WireLimits.preRollMin),
    "grantDeadline": spelled(WireLimits.grantDeadline),
    "streamingDeadline": spelled(WireLimits.streamingDeadline),
    "answerDeadline": spelled(WireLimits.answerDeadline),
    "answerGapDeadline": spelled(WireLimits.answerGapDeadline),
    "wakeWordCountMax": "\(WireLimits.wakeWordCountMax)",
    "wakeBundleByteCountMax": "\(WireLimits.wakeBundleByteCountMax)",
    "wakePartByteCountMax": "\(WireLimits.wakePartByteCountMax)",
    "wakeReportInterval": spelled(WireLimits.wakeReportInterval),
    "ringingDeadline": spelled(WireLimits.ringingDeadline),
]

private func spelled(_ duration: Duration) -> String { "\(duration.milliseconds) ms" }
