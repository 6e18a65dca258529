import Foundation
import LoqaBase
import LoqaSystem
import Testing

@testable import loqa_impair

/// Waits for a descriptor, ten seconds at most.
private func waitFor(_ descriptor: Int32, _ events: Int32 = Int32(POLLIN)) throws {
    var ready = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    try #require(poll(&ready, 1, 10_000) == 1, "nothing came in ten seconds")
}

/// One end of a TCP connection.
final class TestConnection {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        #expect(Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count)
    }

    /// Sends until nobody takes any more for 300 ms.
    func push(_ bytes: [UInt8]) -> Int {
        var count = 0
        while count < bytes.count {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, 300) == 1 else { break }
            let sent = bytes[count...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { break }
            count += sent
        }
        return count
    }

    func receiveBytes(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            try waitFor(descriptor)
            let received = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
            guard received >= 0 else { throw SystemError("receive") }
            if received == 0 { break }
            bytes += buffer[..<received]
        }
        return bytes
    }

    func receive(_ count: Int) throws -> String { String(decoding: try receiveBytes(count), as: UTF8.self) }

    func end() { shutdown(descriptor, Int32(SHUT_WR)) }
}

/// A hub's two sockets.
final class TestHub {
    let address: Endpoint
    private var stream: Int32
    private var datagram: Int32

    init() throws {
        let any = try #require(Endpoint("127.0.0.1:0"))
        stream = try Socket.open(Socket.stream, family: any.family, boundTo: any)
        address = try Socket.address(of: stream)
        datagram = try Socket.open(Socket.datagram, family: any.family, boundTo: address)
        #expect(listen(stream, 8) == 0)
    }

    deinit { close() }

    func close() {
        for descriptor in [stream, datagram] where descriptor >= 0 { Glibc.close(descriptor) }
        (stream, datagram) = (-1, -1)
    }

    func accept() throws -> TestConnection {
        try waitFor(stream)
        return TestConnection(Glibc.accept(stream, nil, nil))
    }

    func receivePacket() throws -> (String, Endpoint) {
        try waitFor(datagram)
        var buffer = [UInt8](repeating: 0, count: 2_000)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let count = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(datagram, &buffer, buffer.count, 0, $0, &length)
            }
        }
        return (
            String(decoding: buffer.prefix(max(0, count)), as: UTF8.self),
            Endpoint(storage: storage, length: length)
        )
    }

    func sendPacket(_ text: String, to address: Endpoint) throws {
        let count = address.withSocketAddress { sendto(datagram, text, text.utf8.count, 0, $0, $1) }
        #expect(count == text.utf8.count)
    }
}

/// A relay's two sockets, connected to the proxy.
final class TestClient {
    let connection: TestConnection
    private let datagram: Int32

    init(proxy: RunningProxy, from source: String = "127.0.0.1:0") throws {
        let source = Endpoint(source)
        let stream = try Socket.open(Socket.stream, family: proxy.address.family, boundTo: source)
        connection = TestConnection(stream)
        datagram = try Socket.open(Socket.datagram, family: proxy.address.family, boundTo: source)
        for descriptor in [stream, datagram] {
            let result = proxy.address.withSocketAddress { connect(descriptor, $0, $1) }
            #expect(result == 0 || errno == EINPROGRESS)
        }
        try waitFor(stream, Int32(POLLOUT))
    }

    deinit { close(datagram) }

    func send(_ text: String) throws { try connection.send(text) }

    func sendPacket(_ text: String) throws {
        #expect(Glibc.send(datagram, text, text.utf8.count, 0) == text.utf8.count)
    }

    func receivePacket() throws -> String {
        try waitFor(datagram)
        var buffer = [UInt8](repeating: 0, count: 2_000)
        let count = recv(datagram, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

/// The program, as a child that ends with its input.
final class RunningProxy {
    let address: Endpoint
    private let child: ChildProcess
    private var unread = ""

    init(hub: TestHub, _ arguments: [String] = []) throws {
        child = try ChildProcess(
            try programPath("loqa-impair"),
            arguments: ["127.0.0.1:0", "\(hub.address)", "--ends-with-input"] + arguments)
        var unread = ""
        let ready = try Self.readObject(child.output, &unread)
        address = try #require((ready["listen"] as? String).flatMap { Endpoint($0) })
        self.unread = unread
    }

    func order(_ line: String) throws {
        let text = line + "\n"
        #expect(write(child.input, text, text.utf8.count) == text.utf8.count)
    }

    func signal(_ number: Int32) { kill(child.identifier, number) }

    /// Asks for statistics until they are as wished.
    func statistics(_ isAsWished: ([String: Any]) -> Bool) throws -> [String: Any] {
        for _ in 0..<2_000 {
            try order("stats")
            let object = try Self.readObject(child.output, &unread)
            if isAsWished(object) { return object }
        }
        Issue.record("the statistics never came to what was expected")
        return [:]
    }

    /// Ends the program and gives its last words.
    func end() throws -> [String: Any] {
        signal(SIGTERM)
        let last = try Self.readObject(child.output, &unread)
        #expect(child.ending() == .exited(0))
        return last
    }

    private static func readObject(_ descriptor: Int32, _ unread: inout String) throws -> [String: Any] {
        while !unread.contains("\n") {
            try waitFor(descriptor)
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = read(descriptor, &buffer, buffer.count)
            try #require(count > 0, "the proxy ended")
            unread += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let line = unread.prefix { $0 != "\n" }
        unread.removeFirst(line.count + 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

extension ChildProcess {
    /// Waits for the end, ten seconds at most.
    func ending() -> Ending? {
        for _ in 0..<10_000 {
            if let ending = poll() { return ending }
            Glibc.poll(nil, 0, 1)
        }
        return nil
    }
}
