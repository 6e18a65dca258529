import ArgumentParser
import Foundation
import HubAdmin

/// How the links of the relays are.
struct LinkCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Shows loss, jitter, delay, clock and keys of each relay's link.",
        discussion: """
            RTT, JITTER and CLOCK (the error bound) are in milliseconds, LOSS in percent; a pair is from relay to hub / from \
            hub to relay. KEYS counts the key changes, BAD what was refused as replayed or forged. A relay's name shows all \
            there is to know of it.
            """)
    @Argument(help: "One relay, in full.") var relay: String?
    @Flag(help: "Show it again each second: in place on a terminal, a line each with --json.") var watch =
        false
    @OptionGroup var admin: AdminOptions

    func perform(_ client: AdminClient) throws {
        guard watch, admin.json || Output.terminalSize() != nil else { return try showOnce(client) }
        var lineCount = 0
        while true {
            let text: String
            do throws(AdminClientError) {
                let links = try fetch(client)
                text = admin.json ? try json(links) : describe(links)
            } catch {
                // A hub that restarts comes back; one that refuses us does not change its mind.
                switch error {
                case .notRunning, .timedOut, .closed: text = admin.json ? "[]" : "\(error)"
                case .noPermission, .pathTooLong, .unreadable, .unexpected, .system, .failure: throw error
                }
            }
            if admin.json {
                Output.text(text)
            } else {
                lineCount = redraw(text, over: lineCount)
            }
            fflush(nil)  // A pipe would hold the line back.
            Thread.sleep(forTimeInterval: 1)
        }
    }

    private func showOnce(_ client: AdminClient) throws {
        let links = try fetch(client)
        guard relay == nil || !links.isEmpty else {
            throw AdminClientError.failure(.init(code: .refused, message: absence))
        }
        try show(links) { describe(links) }
    }

    private func fetch(_ client: AdminClient) throws(AdminClientError) -> [AdminLink] {
        let all: [AdminLink] = try client.list({ .links(from: $0) }) { response in
            if case .links(let page) = response { page } else { nil }
        }
        guard let relay else { return all }
        return all.filter { $0.relay == relay }
    }

    private var absence: String { "no relay called \"\(relay ?? "")\" is connected" }

    private func json(_ links: [AdminLink]) throws(AdminClientError) -> String {
        do { return try Output.json(links, isPretty: false) } catch { throw .unreadable("\(error)") }
    }

    private func describe(_ links: [AdminLink]) -> String {
        if relay != nil { return links.first.map(Tables.link) ?? absence }
        return Tables.links(links, width: Output.tableWidth)
    }

    /// Draws over what stands there. - Returns: the lines drawn.
    private func redraw(_ text: String, over lineCount: Int) -> Int {
        let rows = Output.terminalSize()?.rows ?? 24
        var lines = Output.clean(text).split(separator: "\n", omittingEmptySubsequences: false)
        if lines.count > rows - 2 {
            let hidden = lines.count - (rows - 3)
            lines = lines.prefix(max(rows - 3, 1)) + ["... and \(hidden) more lines"]
        }
        let up = lineCount > 0 ? "\u{1B}[\(lineCount)A" : ""
        print("\(up)\r\u{1B}[J\(lines.joined(separator: "\n"))")
        return lines.count
    }
}
