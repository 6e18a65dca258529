import ArgumentParser
import Glibc
import LoqaSystem

/// The impairment proxy.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-impair",
        abstract: "Stands between relays and a hub and spoils the network, repeatably.",
        discussion: """
            Listens for TCP and UDP on one address and carries both to the hub's. As relays send their sound to the UDP \
            port that the hub names, give the proxy another address and the hub's port.

            Examples:
              20 % loss and 40 ms both ways:
                loqa-impair 127.0.0.2:7580 127.0.0.1:7580 \\
                  --set "udp loss 20" --set "udp delay 40"
              Bad Wi-Fi in bursts, upwards only, and the same again with the same seed:
                loqa-impair 127.0.0.2:7580 127.0.0.1:7580 \\
                  --seed 7 --set "udp up burst 2 25"
              A network without UDP, which opens after ten seconds:
                loqa-impair 127.0.0.2:7580 127.0.0.1:7580 \\
                  --block-udp --set "after 10000 udp open"
              Connections that break every five seconds:
                loqa-impair 127.0.0.2:7580 127.0.0.1:7580 --set "cut every 5"

            Orders, for --set, for standard input while it runs (one a line), and for the control file, which is read \
            again on SIGHUP:
            \(DirectiveReader.words.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

            Prints a line of JSON when it is ready and one with statistics when it ends, and on SIGUSR1. Each client \
            has a path of its own; the same seed and the same packets have the same fates.

            Exit codes: 0 ended as asked, 64 wrong arguments, 69 the addresses could not be used.
            """)

    @Argument(help: "Where relays reach the proxy, for instance 127.0.0.2:7580. Port 0 takes a free one.")
    var listen: String
    @Argument(help: "The hub, for instance 127.0.0.1:7580.") var hub: String
    @Option(help: "For all that is drawn at random.") var seed: UInt64 = 1
    @Option(name: .customLong("set"), help: "An order, as below. May be given several times.")
    var orders: [String] = []
    @Flag(help: "The same as --set \"udp block\".") var blockUdp = false
    @Option(help: "A file of orders, at most 64 KiB, read again on SIGHUP.") var controlFile: String?
    @Flag(help: "End when standard input ends, as the child of another program.") var endsWithInput = false
    @Flag(help: "Let the hub see loopback clients under their own loopback addresses.") var keepSource = false

    func run() throws {
        guard let listenAddress = Endpoint(listen) else {
            throw ValidationError("\(listen) is no ADDRESS:PORT")
        }
        guard let hubAddress = Endpoint(hub), hubAddress.port != 0 else {
            throw ValidationError("\(hub) is no ADDRESS:PORT")
        }
        var directives: [Directive] = blockUdp ? [.datagrams(Direction.allCases, .isBlocked(true))] : []
        do throws(DirectiveError) {
            for order in orders {
                if let directive = try DirectiveReader.read(order) { directives.append(directive) }
            }
        } catch {
            throw ValidationError("\(error)")
        }
        Self.allowManyDescriptors()
        do throws(SystemError) {
            let proxy = try Proxy(
                ProxyOptions(
                    listen: listenAddress, hub: hubAddress, seed: seed, keepsSource: keepSource),
                input: OrderInput(descriptor: STDIN_FILENO, endsProgram: endsWithInput),
                controlFile: controlFile)
            for directive in directives { proxy.obey(directive) }
            try proxy.run()
        } catch {
            Console.complain("\(error)")
            throw ExitCode(69)
        }
    }

    /// Three descriptors a client: the usual limit of 1,024 would be too low for a whole house of simulated relays.
    private static func allowManyDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 8_192))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
