/// What a run of the proxy is given and keeps.
struct ProxyOptions: Sendable {
    /// Where it listens for relays, TCP and UDP. Port 0 takes a free one.
    var listen: Endpoint
    /// The hub, TCP and UDP.
    var hub: Endpoint
    /// All that is drawn at random comes out of it.
    var seed: UInt64 = 1
    /// Whether the hub sees a loopback client under the client's own loopback address.
    var keepsSource = false

    /// What a socket towards the hub is bound to, for a client.
    func source(for client: Endpoint) -> Endpoint? {
        guard keepsSource, client.isLoopback, hub.isLoopback, client.family == hub.family else { return nil }
        return client.withoutPort
    }
}
