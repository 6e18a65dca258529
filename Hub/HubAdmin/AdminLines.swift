import Foundation

/// Requests and responses as lines of JSON.
package enum AdminLine {
    /// What a line that cannot be read is answered with or fails with.
    package static func request(_ line: some Collection<UInt8>) throws(AdminFailure) -> AdminRequest {
        let data = Data(line)
        let decoder = JSONDecoder()
        do { return try decoder.decode(AdminRequest.self, from: data) } catch {
            // A well-formed request of a newer program deserves a better word than "malformed".
            if let name = requestName(data), AdminRequest.CodingKeys(rawValue: name) == nil {
                throw AdminFailure(
                    code: .unknownRequest, message: "this hub does not know \"\(name)\": update the hub")
            }
            throw AdminFailure(code: .malformed, message: "this line is no request")
        }
    }

    /// Reads a response.
    package static func response(_ line: some Collection<UInt8>) throws(AdminFailure) -> AdminResponse {
        do { return try JSONDecoder().decode(AdminResponse.self, from: Data(line)) } catch {
            throw AdminFailure(code: .malformed, message: "the hub's answer cannot be read: \(error)")
        }
    }

    /// A request as a line, its end included.
    package static func bytes(_ request: AdminRequest) throws(AdminFailure) -> [UInt8] {
        let line = encoded(request)
        guard line.count <= AdminLimits.lineByteCountMax else {
            throw AdminFailure(code: .refused, message: "the request is too long")
        }
        return line
    }

    /// A response as a line, its end included. One that is too long becomes a failure that says so.
    package static func bytes(_ response: AdminResponse) -> [UInt8] {
        let line = encoded(response)
        guard line.count > AdminLimits.lineByteCountMax else { return line }
        return encoded(
            AdminResponse.failure(failure: .init(code: .failed, message: "the answer is too long for a line"))
        )
    }

    private static func encoded(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")] } catch {
            preconditionFailure("requests and responses are always JSON: \(error)")
        }
    }

    /// The single key of an object, cut to what a message can carry.
    private static func requestName(_ data: Data) -> String? {
        struct Anything: Decodable { init(from decoder: any Decoder) {} }
        do {
            let keys = try JSONDecoder().decode([String: Anything].self, from: data).keys
            return keys.count == 1 ? keys.first.map { String($0.prefix(40)) } : nil
        } catch {
            return nil
        }
    }
}

/// What a hub has read from one admin connection, cut into requests. A pure value; holds at most one line.
package struct AdminServerInput: Sendable {
    /// What to do next.
    package enum Item: Sendable, Equatable {
        case request(AdminRequest)
        /// Answer so and go on.
        case answer(AdminResponse)
        /// Answer so, then close: nothing after it is read.
        case close(AdminResponse)
    }

    private var line: [UInt8] = []
    private var isClosed = false

    package init() {}

    /// Bytes arrived. - Returns: what they complete, in order. Empty lines are skipped.
    package mutating func receive(_ bytes: some Collection<UInt8>) -> [Item] {
        var items: [Item] = []
        for byte in bytes where !isClosed {
            if byte == UInt8(ascii: "\n") {
                if let item = finishLine() { items.append(item) }
            } else if line.count == AdminLimits.lineByteCountMax - 1 {
                items.append(close("a request has \(AdminLimits.lineByteCountMax) bytes at most"))
            } else {
                line.append(byte)
            }
        }
        return items
    }

    private mutating func finishLine() -> Item? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return nil }
        do throws(AdminFailure) { return .request(try AdminLine.request(line)) } catch {
            switch error.code {
            case .unknownRequest: return .answer(.failure(failure: error))
            case .malformed, .notAllowed, .refused, .failed: return close(error.message)
            }
        }
    }

    private mutating func close(_ message: String) -> Item {
        (isClosed, line) = (true, [])
        return .close(.failure(failure: AdminFailure(code: .malformed, message: message)))
    }
}
