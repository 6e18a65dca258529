package import HubFallback
package import LoqaBase
import LoqaSystem
import NIOCore
package import NIOPosix
import NIOSSL

/// Sends requests to one chat server, each on a connection of its own. Any thread.
///
/// The name is looked up anew for each, and the address that is found is the one that is connected to: without the
/// owner's consent a request never leaves the house, whatever a name means today. Redirections are not followed.
package struct ChatClient: Sendable {
    /// What the owner set.
    package struct Settings: Sendable {
        /// Where requests go.
        package var server: ChatServer
        /// Goes with each request; nil for servers that ask for none.
        package var key: ChatKey?
        /// Whether requests may leave the house.
        package var mayLeaveHouse: Bool
        /// File (PEM) with the certificates that the server's is signed by; nil for those of the system.
        package var authorities: String?

        package init(server: ChatServer, key: ChatKey?, mayLeaveHouse: Bool, authorities: String? = nil) {
            (self.server, self.key, self.mayLeaveHouse) = (server, key, mayLeaveHouse)
            self.authorities = authorities
        }
    }

    let settings: Settings
    private let group: MultiThreadedEventLoopGroup
    private let encryption: NIOSSLContext?
    let now: @Sendable () -> HubInstant

    /// - Parameter now: reads the clock of all deadlines; another one in tests only.
    /// - Throws: ``Failure`` if there are no certificates to know the server by.
    package init(
        _ settings: Settings, on group: MultiThreadedEventLoopGroup,
        now: @escaping @Sendable () -> HubInstant = { MonotonicClock.now() }
    ) throws(Failure) {
        (self.settings, self.group, self.now) = (settings, group, now)
        guard settings.server.isEncrypted else {
            encryption = nil
            return
        }
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            if let file = settings.authorities { configuration.trustRoots = .file(file) }
            encryption = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure(description: "no certificates to know \(settings.server) by: \(error)")
        }
    }

    /// Why a client cannot be made.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// The bytes of a numeric address, 4 or 16, or of "localhost"; nil for a name.
    package static func address(_ host: String) -> [UInt8]? {
        if host == "localhost" { return [127, 0, 0, 1] }
        do {
            return ChatCall.bytes(of: try SocketAddress(ipAddress: host, port: 0))
        } catch {
            return nil
        }
    }

    /// Whether the server is outside the house; nil if its name means nothing at the moment.
    package func isOutside() async -> Bool? {
        if let address = Self.address(settings.server.host) { return !HouseAddress.isInside(address) }
        let server = settings.server
        do {
            let address = try await NIOThreadPool.singleton.runIfActive {
                try SocketAddress.makeAddressResolvingHost(server.host, port: server.port)
            }
            return !HouseAddress.isInside(ChatCall.bytes(of: address))
        } catch {
            return nil
        }
    }

    /// Sends one request.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - end: when to give up at the latest.
    /// - Throws: ``ChatError``; `.cancelled` if the task was.
    package func send(_ body: String, until end: HubInstant) async throws(ChatError) -> ChatReply {
        let loop = group.next()
        let promise = loop.makePromise(of: ChatReply.self)
        let call = ChatCall(settings, body, until: end, on: loop, promise: promise, now: now)
        loop.execute { call.assumeIsolated { $0.start(encryption) } }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                loop.execute { call.assumeIsolated { $0.cancel() } }
            }
        } catch let error as ChatError {
            throw error
        } catch {
            throw .unreachable("\(error)")
        }
    }
}
