package import LoqaBase

/// One request to a chat server and its answer: when to give up, and what was answered. Pure: it moves no byte.
///
/// Tell it what arrived and when, and call ``tick(at:)`` at ``deadline``; it is over when ``outcome`` is there, and what
/// arrives later is ignored.
///
///     connecting --connected--> waiting --head--> receiving --end--> over
package struct ChatExchange: Sendable {
    /// What may be changed freely.
    package enum Tuning {
        /// Time to find the server, connect and agree on keys: a server that is away is told of within two seconds.
        package static let connectTime: Duration = .milliseconds(1_500)
        /// From the request to the first byte of the answer: models read the request first.
        package static let firstByteTime: Duration = .milliseconds(5_000)
        /// Between two pieces of an answer.
        package static let gapTime: Duration = .milliseconds(2_500)
    }

    /// Bytes of an answer that are taken.
    package static let byteCountMax = JSONParser.byteCountMax
    /// Bytes of a refusal that are looked at.
    package static let refusalByteCountMax = 4_096

    private enum Content: Sendable {
        case stream(ChatStream)
        case whole([UInt8])
        case refusal(ChatRefusal, [UInt8])
    }

    private enum State: Sendable {
        case connecting(since: HubInstant)
        case waiting(since: HubInstant)
        case receiving(Content, last: HubInstant)
        case over(Result<ChatReply, ChatError>)
    }

    private var state: State
    private var byteCount = 0
    private let end: HubInstant

    /// - Parameter end: when to give up at the latest.
    package init(at now: HubInstant, until end: HubInstant) {
        (state, self.end) = (.connecting(since: now), end)
    }

    /// What came of it; nil while it goes on.
    package var outcome: Result<ChatReply, ChatError>? {
        if case .over(let outcome) = state { outcome } else { nil }
    }

    /// The instant at which ``tick(at:)`` must be called; nil if it is over.
    package var deadline: HubInstant? {
        switch state {
        case .connecting(let since): min(end, since + Tuning.connectTime)
        case .waiting(let since): min(end, since + Tuning.firstByteTime)
        case .receiving(_, let last): min(end, last + Tuning.gapTime)
        case .over: nil
        }
    }

    /// The server took the connection and can be trusted with the request, which is sent now.
    package mutating func connected(at now: HubInstant) {
        if case .connecting = state { state = .waiting(since: now) }
    }

    /// The beginning of the answer.
    ///
    /// - Parameters:
    ///   - contentType: the field of this name.
    ///   - retryAfter: the field of this name: seconds. A date is not understood.
    package mutating func head(
        status: Int, contentType: String?, retryAfter: String?, at now: HubInstant
    ) {
        guard case .waiting = state else { return }
        guard (200..<300).contains(status) else {
            let wish = retryAfter.flatMap { Int($0) }.flatMap {
                $0 >= 0 ? Duration.seconds(min($0, 86_400)) : nil
            }
            state = .receiving(.refusal(ChatRefusal(status: status, retryAfter: wish), []), last: now)
            return
        }
        let isStream = contentType?.lowercased().hasPrefix("text/event-stream") ?? false
        state = .receiving(isStream ? .stream(ChatStream()) : .whole([]), last: now)
    }

    /// A piece of the answer's body.
    ///
    /// - Returns: the text that it adds to what is said.
    @discardableResult
    package mutating func body(_ bytes: some Collection<UInt8>, at now: HubInstant) -> String {
        guard case .receiving(let content, _) = state, !bytes.isEmpty else { return "" }
        byteCount += bytes.count
        guard byteCount <= Self.byteCountMax else {
            finish(.failure(.malformed("more than \(Self.byteCountMax) bytes")))
            return ""
        }
        switch content {
        case .whole(let before): state = .receiving(.whole(before + bytes), last: now)
        case .refusal(let refusal, let before):
            let room = max(0, Self.refusalByteCountMax - before.count)
            state = .receiving(.refusal(refusal, before + bytes.prefix(room)), last: now)
            if bytes.count > room { ended() }
        case .stream(var stream):
            do throws(ChatError) {
                let text = try stream.receive(bytes)
                state = .receiving(.stream(stream), last: now)
                // Some servers leave the connection open after the last event.
                if stream.isComplete { ended() }
                return text
            } catch {
                finish(.failure(error))
            }
        }
        return ""
    }

    /// The answer is complete, as HTTP counts it.
    package mutating func ended() {
        guard case .receiving(let content, _) = state else { return lost("it closed without an answer") }
        do throws(ChatError) {
            switch content {
            case .whole(let bytes): finish(.success(try ChatReply(bytes)))
            case .refusal(let refusal, let bytes): finish(.failure(.refused(refusal.saying(bytes))))
            case .stream(let stream):
                guard stream.isComplete || stream.hasFinishReason else { throw .brokeOff }
                finish(.success(try stream.finished()))
            }
        } catch {
            finish(.failure(error))
        }
    }

    /// The connection could not be made, or is gone.
    package mutating func lost(_ problem: String) {
        switch state {
        case .connecting, .waiting: finish(.failure(.unreachable(problem)))
        case .receiving: finish(.failure(.brokeOff))
        case .over: break
        }
    }

    /// The request must not be sent: for a reason of one's own.
    package mutating func give(up error: ChatError) { finish(.failure(error)) }

    /// Time has passed. Early and late calls are fine.
    package mutating func tick(at now: HubInstant) {
        guard let deadline, now >= deadline else { return }
        if case .connecting = state, now < end {
            finish(.failure(.unreachable("it does not answer")))
        } else {
            finish(.failure(.tooSlow))
        }
    }

    private mutating func finish(_ outcome: Result<ChatReply, ChatError>) {
        if case .over = state { return }
        state = .over(outcome)
    }
}

/// A server's refusal: an HTTP status that is no success.
package struct ChatRefusal: Sendable, Equatable {
    /// Of HTTP, outside 200...299.
    package var status: Int
    /// How long it asks to be left alone.
    package var retryAfter: Duration?
    /// What it says.
    package var text = ""

    package init(status: Int, retryAfter: Duration? = nil, text: String = "") {
        (self.status, self.retryAfter, self.text) = (status, retryAfter, text)
    }

    /// With the message in `bytes`, if there is one: for the log, so it is cut short.
    func saying(_ bytes: [UInt8]) -> ChatRefusal {
        var saying = self
        do throws(JSONError) {
            let error = try JSONParser.parse(bytes)["error"]
            saying.text = String((error?["message"]?.text ?? error?.text ?? "").prefix(200))
        } catch {
            saying.text = ""  // A page for people, or cut off: the status says enough.
        }
        return saying
    }
}
