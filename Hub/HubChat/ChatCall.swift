import Glibc
import HubFallback
import LoqaBase
import LoqaSystem
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS

/// One request on its way: moves the bytes of a ``HubFallback/ChatExchange`` and keeps its time. On one event loop.
actor ChatCall {
    private let loop: any EventLoop
    private let settings: ChatClient.Settings
    private let body: String
    private let promise: EventLoopPromise<ChatReply>
    private var exchange: ChatExchange
    private var channel: (any Channel)?
    private var alarm: Scheduled<Void>?
    private var isOver = false
    private let now: @Sendable () -> HubInstant

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(
        _ settings: ChatClient.Settings, _ body: String, until end: HubInstant, on loop: any EventLoop,
        promise: EventLoopPromise<ChatReply>, now: @escaping @Sendable () -> HubInstant
    ) {
        self.now = now
        (self.settings, self.body, self.loop, self.promise) = (settings, body, loop, promise)
        exchange = ChatExchange(at: now(), until: end)
    }

    /// Finds the server, then connects.
    func start(_ encryption: NIOSSLContext?) {
        arm()
        let (host, port) = (settings.server.host, settings.server.port)
        // A look-up blocks, so it has a thread of its own.
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            try SocketAddress.makeAddressResolvingHost(host, port: port)
        }.whenComplete { [self] result in
            assumeIsolated { call in
                switch result {
                case .success(let address): call.connect(to: address, encryption)
                case .failure: call.change { $0.lost("\(host) has no address") }
                }
            }
        }
    }

    /// Nobody waits for the answer any more.
    func cancel() { change { $0.give(up: .cancelled) } }

    private func connect(to address: SocketAddress, _ encryption: NIOSSLContext?) {
        guard !isOver else { return }
        guard settings.mayLeaveHouse || HouseAddress.isInside(Self.bytes(of: address)) else {
            return change { $0.give(up: .outside(address.ipAddress ?? settings.server.host)) }
        }
        let (name, isEncrypted) = (settings.server.host, settings.server.isEncrypted)
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(ChatExchange.Tuning.connectTime.nanoseconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let encryption {
                        // A numeric address is no name that a certificate could be asked for in the hello.
                        let serverName = address.ipAddress == name ? nil : name
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: encryption, serverHostname: serverName))
                    }
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(ChatHandler(self, isEncrypted: isEncrypted))
                }
            }
            .connect(to: address).whenComplete { [self] result in
                assumeIsolated { call in
                    switch result {
                    case .success(let channel):
                        call.channel = channel
                        if call.isOver { channel.close(promise: nil) }
                    case .failure(let error): call.change { $0.lost(Self.words(for: error)) }
                    }
                }
            }
    }

    /// The connection stands, and who is at its other end is known.
    func connected(_ channel: any Channel) {
        self.channel = channel
        guard !isOver else { return channel.close(promise: nil) }
        let now = now()
        change { $0.connected(at: now) }
        var fields = HTTPHeaders([
            ("Host", settings.server.authority), ("Content-Type", "application/json"),
            ("Accept", "text/event-stream, application/json"), ("Connection", "close"),
            ("Content-Length", "\(body.utf8.count)"), ("User-Agent", "loqa-hub"),
        ])
        if let key = settings.key { fields.add(name: "Authorization", value: "Bearer \(key.text)") }
        let head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: settings.server.path, headers: fields)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    func received(_ part: HTTPClientResponsePart) {
        let now = now()
        switch part {
        case .head(let head):
            change {
                $0.head(
                    status: Int(head.status.code), contentType: head.headers.first(name: "Content-Type"),
                    retryAfter: head.headers.first(name: "Retry-After"), at: now)
            }
        case .body(let bytes): change { $0.body(bytes.readableBytesView, at: now) }
        case .end: change { $0.ended() }
        }
    }

    /// The connection is gone, or broken.
    func lost(_ problem: String) { change { $0.lost(problem) } }

    // MARK: Time and end

    private func change(_ event: (inout ChatExchange) -> Void) {
        guard !isOver else { return }
        event(&exchange)
        guard let outcome = exchange.outcome else { return arm() }
        isOver = true
        alarm?.cancel()
        channel?.close(promise: nil)
        promise.completeWith(outcome.mapError { $0 as any Error })
    }

    private func tick() {
        let now = now()
        change { $0.tick(at: now) }
    }

    private func arm() {
        alarm?.cancel()
        guard let deadline = exchange.deadline else { return }
        let delay = max(.zero, deadline - now())
        alarm = loop.scheduleTask(in: .nanoseconds(delay.nanoseconds)) { [self] in
            assumeIsolated { call in call.tick() }
        }
    }

    /// 4 or 16 bytes; none for an address that is no Internet address.
    static func bytes(of address: SocketAddress) -> [UInt8] {
        guard let text = address.ipAddress else { return [] }
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: family == AF_INET6 ? 16 : 4)
        return inet_pton(family, text, &bytes) == 1 ? bytes : []
    }

    static func words(for error: any Error) -> String {
        if let failure = error as? IOError {
            return failure.errnoCode == ECONNREFUSED
                ? "nothing listens there" : String(cString: strerror(failure.errnoCode))
        }
        if let failure = error as? NIOSSLError { return "its certificate or its TLS is not good: \(failure)" }
        return "\(error)"
    }
}

/// Hands what happens on a connection to its call.
private final class ChatHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let call: ChatCall
    private let isEncrypted: Bool

    init(_ call: ChatCall, isEncrypted: Bool) { (self.call, self.isEncrypted) = (call, isEncrypted) }

    func channelActive(context: ChannelHandlerContext) {
        guard !isEncrypted else { return }
        let channel = context.channel
        call.assumeIsolated { $0.connected(channel) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isEncrypted, case .handshakeCompleted? = event as? TLSUserEvent {
            let channel = context.channel
            call.assumeIsolated { $0.connected(channel) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        call.assumeIsolated { $0.received(part) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        call.assumeIsolated { $0.lost("it closed the connection") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        call.assumeIsolated { $0.lost(ChatCall.words(for: error)) }
        context.close(promise: nil)
    }
}
