import HubAdmin
import LoqaSystem
package import NIOCore
import NIOPosix

/// The hub's `admin.sock`: a Unix socket of mode 0600 for its owner and root, on the hub's event loop.
package struct AdminListener: Sendable {
    /// Why the socket cannot be opened, and what to do.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Connections at once; one request each is the rule.
    private static let connectionCountMax = 16
    private let channel: any Channel

    /// Opens the socket. One that an earlier hub left behind is replaced.
    package init(_ hub: Hub, path: String, on loop: any EventLoop) async throws(Failure) {
        do {
            channel = try await ServerBootstrap(group: loop)
                .serverChannelOption(.backlog, value: 16)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AdminHandler(hub: hub))
                    }
                }
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        } catch {
            throw Failure(description: "cannot open \(path) for `loqa`: \(error)")
        }
        do throws(SystemError) {
            try OwnerFile.restrict(path)
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// Closes the socket; its name stays until the next start.
    package func close() async throws { try await channel.close().get() }
}

/// One connection of `loqa`: lines in, lines out, each answered by the hub.
private final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hub: Hub
    private var input = AdminServerInput()

    init(hub: Hub) { self.hub = hub }

    func channelActive(context: ChannelHandlerContext) {
        // The mode of the socket keeps others out; this does so even if somebody changed it.
        guard let sockets = context.channel as? any SocketOptionProvider else {
            return context.close(promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        sockets.unsafeGetSocketOption(level: .socket, name: .init(rawValue: 17))  // SO_PEERCRED
            .whenComplete { (result: Result<Credentials, any Error>) in
                if case .success(let peer) = result, AdminPeer.isAllowed(peer.user) { return }
                bound.value.close(promise: nil)
            }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for item in input.receive(unwrapInboundIn(data).readableBytesView) {
            switch item {
            case .request(let request):
                reply(hub.assumeIsolated { $0.answer(request) }, context)
            case .answer(let response): reply(response, context)
            case .close(let response):
                reply(response, context)
                context.close(promise: nil)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func reply(_ response: AdminResponse, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: AdminLine.bytes(response))), promise: nil)
    }
}

/// `struct ucred` of the kernel.
private struct Credentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = .max
    var group: UInt32 = .max
}
