import Foundation
import Glibc

/// Asks a running hub, one connection a request. Blocks the calling thread, never beyond the deadline.
package struct AdminClient: Sendable {
    /// The hub's `admin.sock`.
    package let path: String
    /// For the whole of one request.
    package let deadline: Duration

    package init(path: String, deadline: Duration = .seconds(5)) {
        (self.path, self.deadline) = (path, deadline)
    }

    /// Asks once.
    ///
    /// - Throws: ``AdminClientError``; `.failure` if the hub refused.
    package func ask(_ request: AdminRequest) throws(AdminClientError) -> AdminResponse {
        let line: [UInt8]
        do throws(AdminFailure) { line = try AdminLine.bytes(request) } catch { throw .failure(error) }
        let connection = try AdminConnection(path: path, deadline: ContinuousClock.now + deadline)
        try connection.send(line)
        let answer = try connection.receiveLine()
        let response: AdminResponse
        do throws(AdminFailure) { response = try AdminLine.response(answer) } catch {
            throw .unreadable(error.message)
        }
        if case .failure(let failure) = response { throw .failure(failure) }
        return response
    }

    /// All parts of a list.
    ///
    /// - Parameters:
    ///   - request: for the part from this place on.
    ///   - page: takes the part out of the response; nil if the response is of another kind.
    package func list<Item>(
        _ request: (Int) -> AdminRequest, _ page: (AdminResponse) -> AdminPage<Item>?
    ) throws(AdminClientError) -> [Item] {
        var (items, start): ([Item], Int) = ([], 0)
        for _ in 0..<AdminLimits.pageCountMax {
            guard let part = page(try ask(request(start))) else { throw .unexpected }
            items += part.items
            guard let next = part.next, next > start else { break }
            start = next
        }
        return items
    }
}

/// Why the hub could not be asked. The description tells what to do.
package enum AdminClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nobody listens there; `isSocketThere` if one left its socket behind.
    case notRunning(path: String, isSocketThere: Bool)
    case noPermission(path: String)
    case pathTooLong(String)
    case timedOut
    /// The hub closed the connection without an answer.
    case closed
    case unreadable(String)
    /// An answer to another question.
    case unexpected
    case system(String, code: Int32)
    case failure(AdminFailure)

    package var description: String {
        switch self {
        case .notRunning(let path, isSocketThere: false):
            "no hub is running here (there is no \(path)): start loqa-hub, or say where its socket is with --socket"
        case .notRunning(let path, isSocketThere: true):
            "no hub answers at \(path): it has ended; start loqa-hub"
        case .noPermission(let path):
            "you may not open \(path): be the user that runs loqa-hub, or root (sudo)"
        case .pathTooLong(let path):
            "the path of the socket has more than \(AdminConnection.pathByteCountMax) bytes: \(path)"
        case .timedOut: "the hub did not answer in time: it is stopped or very busy"
        case .closed: "the hub closed the connection: see its log"
        case .unreadable(let reason): "\(reason); are loqa and loqa-hub of one version?"
        case .unexpected: "the hub answered another question; are loqa and loqa-hub of one version?"
        case .system(let action, let code): "cannot \(action): \(String(cString: strerror(code)))"
        case .failure(let failure): failure.message
        }
    }
}
