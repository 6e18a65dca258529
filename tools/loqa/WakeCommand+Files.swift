import ArgumentParser
import Foundation
import HubAdmin

extension WakeCommand {
    struct Add: AdminCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a wake word on the hub's shelf, from a manifest or a web address.",
            discussion: """
                The source is a manifest (.json) with its networks (.tflite) beside it, a folder with one manifest, or an \
                https address of a manifest whose network lies beside it. From an address the checksum of the network is \
                asked for, because whoever can change the file decides what wakes your house.
                """)
        @Argument(help: "Manifest, folder, or https address of a manifest.") var source: String
        @Option(help: "What to call it (default: the manifest's name).") var name: String?
        @Option(help: "SHA-256 that the network of an address must have: 64 hexadecimal digits.") var sha256:
            String?
        @OptionGroup var admin: AdminOptions

        func perform(_ client: AdminClient) throws {
            let files: [WakeFiles.File]
            do {
                files =
                    source.hasPrefix("https://")
                    ? try WakeFiles.fetched(from: source, sha256: sha256) : try WakeFiles.read(source)
            } catch let problem as WakeFiles.Problem {
                Output.note("loqa: \(problem)")
                throw ExitCode(65)
            }
            let word = try client.add(files, as: name ?? WakeFiles.wordName(of: files[0].name))
            try show(word) {
                "\"\(word.phrase)\" is on the shelf as \(word.name). Give it to relays with: loqa wake use \(word.name)"
            }
        }
    }
}

extension AdminClient {
    /// Hands a word's files to the hub, in pieces that fit into a line.
    func add(_ files: [WakeFiles.File], as name: String) throws(AdminClientError) -> AdminWakeWord {
        let pieceByteCount = 32_768
        for file in files {
            for start in stride(from: 0, to: max(file.bytes.count, 1), by: pieceByteCount) {
                let piece = file.bytes[start..<min(start + pieceByteCount, file.bytes.count)]
                let request = AdminRequest.wakePiece(
                    word: name, file: file.name, offset: start, data: Data(piece).base64EncodedString())
                guard case .wakePiece(let count) = try ask(request), count == start + piece.count else {
                    throw .unexpected
                }
            }
        }
        return try wakeWord(.wakeAdd(word: name))
    }
}

/// The files of a wake word, the manifest first, from a disk or the web.
enum WakeFiles {
    /// One file.
    struct File: Equatable {
        var name: String
        var bytes: [UInt8]
    }

    /// Why there are none. The description says what to do.
    struct Problem: Error, CustomStringConvertible, Equatable {
        var description: String
    }

    private static let manifestByteCountMax = 16_384
    private static let fileByteCountMax = 2 * 1_048_576
    private static let seconds = 30

    /// Reads a manifest, or the only one of a folder, and what it names.
    static func read(_ path: String) throws -> [File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Problem(description: "\(path) does not exist")
        }
        var manifest = URL(fileURLWithPath: path)
        if isFolder.boolValue {
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") && $0 != "report.json" }.sorted()
            guard let name = names.first, names.count == 1 else {
                throw Problem(description: "\(path) holds \(names.count) manifests (.json), not one: name it")
            }
            manifest.append(path: name)
        }
        let bytes = try contents(of: manifest, most: manifestByteCountMax)
        let folder = manifest.deletingLastPathComponent()
        var files = [File(name: manifest.lastPathComponent, bytes: bytes)]
        for name in try networks(of: bytes, named: manifest.path) {
            files.append(
                File(
                    name: name, bytes: try contents(of: folder.appending(path: name), most: fileByteCountMax))
            )
        }
        let clip = folder.appending(path: "clip.wav")
        if FileManager.default.fileExists(atPath: clip.path) {
            files.append(File(name: "clip.wav", bytes: try contents(of: clip, most: fileByteCountMax)))
        }
        return files
    }

    /// Fetches a manifest and the networks that it names, which lie beside it.
    static func fetched(from address: String, sha256: String?) throws -> [File] {
        guard let url = URL(string: address), url.scheme == "https" else {
            throw Problem(description: "\(address) is no https address")
        }
        let bytes = try fetch(url, most: manifestByteCountMax)
        let names = try networks(of: bytes, named: address)
        var files = [File(name: url.lastPathComponent, bytes: bytes)]
        for name in names {
            let part = url.deletingLastPathComponent().appending(path: name)
            files.append(File(name: name, bytes: try fetch(part, most: fileByteCountMax)))
        }
        let sums = try files.dropFirst().map { (name: $0.name, sum: try checksum(of: $0.bytes)) }
        let told = sums.map { "  \($0.name) \($0.sum)" }.joined(separator: "\n")
        guard let sha256 else {
            throw Problem(
                description:
                    "compare the checksum with what the model's maker tells, and give it with --sha256:\n\(told)"
            )
        }
        guard sums.allSatisfy({ $0.sum == sha256.lowercased() }) else {
            throw Problem(description: "the network has another checksum than \(sha256):\n\(told)")
        }
        return files
    }

    /// A word's name from its manifest's: letters, digits, "-" and "_".
    static func wordName(of file: String) -> String {
        let stem = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
        let name = stem.map {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_"
        }
        return name.isEmpty ? "word" : String(name.prefix(64))
    }

    /// Names of the networks in a manifest, each once.
    static func networks(of manifest: [UInt8], named path: String) throws -> [String] {
        struct Manifest: Decodable {
            struct Stage: Decodable {
                struct Network: Decodable { var model: String }
                struct Second: Decodable { var networks: [Network] }
                var networks: [Network]
                var second: Second?
            }
            var model: String?
            var loqa: Stage?
        }
        let decoded: Manifest
        do { decoded = try JSONDecoder().decode(Manifest.self, from: Data(manifest)) } catch {
            throw Problem(description: "\(path) is no manifest of a wake word")
        }
        var names = decoded.loqa?.networks.map(\.model) ?? [decoded.model].compactMap(\.self)
        names += decoded.loqa?.second?.networks.map(\.model) ?? []
        var seen: Set<String> = []
        names = names.filter { seen.insert($0).inserted }
        guard !names.isEmpty, names.allSatisfy({ !$0.contains("/") && !$0.hasPrefix(".") }) else {
            throw Problem(description: "\(path) names no network beside it")
        }
        return names
    }

    private static func contents(of url: URL, most: Int) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: url.path) else {
            throw Problem(description: "cannot read \(url.path)")
        }
        guard data.count <= most else {
            throw Problem(description: "\(url.path) has \(data.count) bytes; at most \(most) are possible")
        }
        return Array(data)
    }

    /// Through curl, which knows the system's certificates and proxies.
    private static func fetch(_ url: URL, most: Int) throws -> [UInt8] {
        let result = try Tool.run(
            "curl",
            [
                "--silent", "--show-error", "--fail", "--location", "--proto", "=https", "--proto-redir",
                "=https",
                "--max-time", "\(seconds)", "--max-filesize", "\(most)", url.absoluteString,
            ])
        guard result.status == 0, result.output.count <= most else {
            throw Problem(
                description: "\(url.absoluteString) could not be fetched: \(result.errors.prefix(200))")
        }
        return Array(result.output)
    }

    private static func checksum(of bytes: [UInt8]) throws -> String {
        let result = try Tool.run("sha256sum", ["-"], input: Data(bytes))
        let sum = String(decoding: result.output.prefix(64), as: UTF8.self)
        guard result.status == 0, sum.count == 64 else {
            throw Problem(description: "sha256sum does not work")
        }
        return sum
    }
}
