import LoqaBase
import LoqaWire
package import NIOCore
import NIOPosix

/// The hub's two ports: a TCP listener for control connections and a UDP socket for media, on the hub's event loop.
///
/// It moves bytes and decides nothing; everything it hears goes to the ``Hub`` in the order it arrived.
package struct HubListener: Sendable {
    /// Why the ports cannot be opened, and what to do.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private let control: any Channel
    private let media: any Channel

    /// D4: bytes that may wait for a peer that reads slowly: some seconds of sound by way of TCP.
    package static let unsentByteCountMax = 262_144
    /// What the kernel may hold for one peer besides.
    package static let kernelByteCountMax = 131_072

    /// Datagrams read at one go, and bytes of each.
    private static let datagramBatch = 16
    private static let datagramByteCountMax = 2_048

    /// Opens both ports, of the same number.
    ///
    /// - Parameters:
    ///   - host: a numeric address; "::" is every address of this machine.
    ///   - port: TCP and UDP port; 0 lets the system choose one.
    ///   - unsentByteCountMax, kernelByteCountMax: other than the usual in tests only.
    package init(
        _ hub: Hub, host: String, port: Int, on loop: any EventLoop,
        unsentByteCountMax: Int = HubListener.unsentByteCountMax,
        kernelByteCountMax: Int = HubListener.kernelByteCountMax
    ) async throws(Failure) {
        do {
            control = try await ServerBootstrap(group: loop)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelOption(.socketOption(.so_sndbuf), value: .init(kernelByteCountMax))
                .childChannelOption(
                    .writeBufferWaterMark, value: .init(low: unsentByteCountMax / 4, high: unsentByteCountMax)
                )
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ControlHandler(hub: hub))
                    }
                }
                .bind(host: host, port: port).get()
            media = try await DatagramBootstrap(group: loop)
                // Several pre-rolls at once: a relay sends seconds of sound in one go.
                .channelOption(.socketOption(.so_rcvbuf), value: 1 << 21)
                // Several datagrams a system call, each with room for more than the longest of ours (M3).
                .channelOption(.datagramVectorReadMessageCount, value: Self.datagramBatch)
                .channelOption(
                    .recvAllocator,
                    value: FixedSizeRecvByteBufferAllocator(
                        capacity: Self.datagramBatch * Self.datagramByteCountMax)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(MediaHandler(hub: hub))
                    }
                }
                .bind(host: host, port: control.localAddress?.port ?? port).get()
        } catch {
            throw Failure(description: Self.words(for: error, host: host, port: port))
        }
        await hub.attach(media: media)
    }

    /// The TCP port that relays connect to.
    package var port: Int { control.localAddress?.port ?? 0 }

    /// Closes both ports. Open connections are the hub's to close.
    package func close() async throws {
        try await control.close().get()
        try await media.close().get()
    }

    private static func words(for error: any Error, host: String, port: Int) -> String {
        if let failure = error as? IOError, failure.errnoCode == EADDRINUSE {
            return "port \(port) on \(host) is in use: is another hub running? Choose another with --port"
        }
        if let failure = error as? IOError, failure.errnoCode == EACCES {
            return "port \(port) on \(host) is not allowed for this user: choose one above 1023 with --port"
        }
        return "cannot listen on \(host), port \(port): \(error)"
    }
}

/// One control connection's bytes, handed to the hub on its own event loop.
private final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let hub: Hub
    private var connection: ConnectionID?

    init(hub: Hub) { self.hub = hub }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        connection = hub.assumeIsolated { $0.accept(channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let connection else { return }
        let bytes = unwrapInboundIn(data)
        hub.assumeIsolated { $0.receive(bytes, on: connection) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard let connection, !context.channel.isWritable else { return }
        hub.assumeIsolated { $0.choked(connection) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard let connection else { return }
        hub.assumeIsolated { $0.closed(connection) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Datagrams, handed to the hub on its own event loop.
private final class MediaHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let hub: Hub

    init(hub: Hub) { self.hub = hub }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let (bytes, sender) = (envelope.data, envelope.remoteAddress)
        hub.assumeIsolated { $0.receiveDatagram(bytes, from: sender) }
    }

    // A relay that is gone answers with ICMP; that is no reason to close the socket for all others.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
