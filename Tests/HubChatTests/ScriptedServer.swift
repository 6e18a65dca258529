import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that takes whole requests and answers each connection with the next bytes of a script,
/// whatever was asked.
final class ScriptedServer: Sendable {
    /// How an answer ends.
    enum End: Sendable { case close, stayOpen }

    private let channel: any Channel
    private let log: Requests

    var port: Int { channel.localAddress?.port ?? 0 }
    /// The requests so far, as they came.
    var requests: [String] { log.all }

    init(_ answers: [[String]], end: End = .close, on group: MultiThreadedEventLoopGroup) async throws {
        let log = Requests(answers)
        self.log = log
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(log, end))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func close() async throws { try await channel.close().get() }

    /// What came, and what is still to be answered.
    final class Requests: Sendable {
        private let state: Mutex<(seen: [String], answers: [[String]])>
        init(_ answers: [[String]]) { state = Mutex(([], answers)) }
        var all: [String] { state.withLock { $0.seen } }
        func answer(to request: String) -> [String] {
            state.withLock { state in
                state.seen.append(request)
                return state.answers.isEmpty ? [] : state.answers.removeFirst()
            }
        }
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let log: Requests
        private let end: End
        private var received = ""

        init(_ log: Requests, _ end: End) { (self.log, self.end) = (log, end) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.hasPrefix("P") else {
                // No HTTP: somebody tries TLS.
                context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.1 400 What?\r\n\r\n")), promise: nil)
                return context.close(promise: nil)
            }
            guard let head = received.range(of: "\r\n\r\n"),
                let field = received.range(of: "Content-Length: "),
                let length = Int(received[field.upperBound...].prefix { $0.isNumber }),
                received[head.upperBound...].utf8.count >= length
            else { return }
            for piece in log.answer(to: received) {
                context.writeAndFlush(NIOAny(ByteBuffer(string: piece)), promise: nil)
            }
            if end == .close { context.close(promise: nil) }
        }
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
