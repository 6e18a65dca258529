import Glibc
import LoqaSystem
package import LoqaWake

/// Finds wake words in files: a manifest, a bare model, or a folder of manifests.
package enum WakeModels {
    /// Words that a relay listens for at once.
    package static let wordCountMax = 8
    /// Cut-off and window of a model that comes without a manifest.
    private static let bareCutoff: Float = 0.9
    private static let listByteCountMax = 4_096
    private static let clipByteCountMax = 200_000
    private static let bareWindowCount = 5

    /// The words of a path.
    ///
    /// - Throws: ``WakeModelError``, for the first word that cannot be taken.
    package static func words(
        at path: String, sensitivity: WakeManifest.Sensitivity = .normal
    ) throws(WakeModelError) -> [WakeWord] {
        guard let manifests = try manifests(of: path) else {
            return [try word(at: path, sensitivity: sensitivity)]
        }
        guard !manifests.isEmpty else { throw WakeModelError(path, .none) }
        guard manifests.count <= wordCountMax else { throw WakeModelError(path, .tooMany(manifests.count)) }
        var words: [WakeWord] = []
        for name in manifests { words.append(try word(at: "\(path)/\(name)", sensitivity: sensitivity)) }
        return words
    }

    /// The words that a list names, one a line: a sensitivity and, beside the list, the folder of a word. So a relay tells its
    /// wake engine what the hub has chosen.
    package static func words(listedIn path: String) throws(WakeModelError) -> [WakeWord] {
        let text = String(decoding: try bytes(of: path, most: listByteCountMax), as: UTF8.self)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let lines = text.split(separator: "\n")
        guard (1...wordCountMax).contains(lines.count) else {
            throw WakeModelError(path, .tooMany(lines.count))
        }
        var words: [WakeWord] = []
        for line in lines {
            let parts = line.split(separator: " ").map(String.init)
            guard parts.count == 2, let sensitivity = WakeManifest.Sensitivity(rawValue: parts[0]),
                WakeFolder.isName(parts[1])
            else {
                throw WakeModelError(
                    path, .manifest("\"\(line.prefix(80))\" is no sensitivity (low, normal, high) and folder")
                )
            }
            words.append(
                try word(
                    at: try manifest(in: folder + parts[1]), sensitivity: sensitivity, isJudgedAgain: true))
        }
        return words
    }

    /// The only manifest of a folder.
    package static func manifest(in folder: String) throws(WakeModelError) -> String {
        let manifests = try manifests(of: folder) ?? []
        guard manifests.count == 1 else { throw WakeModelError(folder, .none) }
        return "\(folder)/\(manifests[0])"
    }

    /// The second stage of a manifest's word, with which a hub judges once more what a relay heard; nil if it has none.
    package static func judge(
        at path: String, sensitivity: WakeManifest.Sensitivity
    ) throws(WakeModelError) -> WakeJudge? {
        let manifest = try WakeManifest(try bytes(of: path, most: WakeManifest.byteCountMax), path: path)
        guard let second = manifest.second else { return nil }
        return WakeJudge(
            WakeWord(
                phrase: manifest.phrase, role: .wake, networks: try networks(second.networks, path),
                score: .logit, threshold: second.thresholds[sensitivity] ?? 0,
                windowCount: second.windowCount))
    }

    /// The files of a word, with its manifest first, as a hub hands them out.
    ///
    /// - Throws: for a file that is missing or too long, or a word that cannot run.
    package static func bundle(at path: String) throws -> WakeBundle {
        _ = try word(at: path)
        let manifest = try WakeManifest(try bytes(of: path, most: WakeManifest.byteCountMax), path: path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var files = [WakeBundle.File(name: name, bytes: try bytes(of: path, most: WakeManifest.byteCountMax))]
        var seen: Set<String> = []
        for network in manifest.networks where seen.insert(network.model).inserted {
            files.append(
                WakeBundle.File(
                    name: network.model,
                    bytes: try bytes(of: folder + network.model, most: ModelLimits.fileByteCountMax)))
        }
        let clip = folder + WakeFolder.clipName
        if access(clip, R_OK) == 0 {
            files.append(
                WakeBundle.File(name: WakeFolder.clipName, bytes: try bytes(of: clip, most: clipByteCountMax))
            )
        }
        return try WakeBundle(files)
    }

    /// The word of a manifest, or of a bare .tflite, whose file name is then its phrase.
    ///
    /// - Parameter isJudgedAgain: a hub judges each firing with the word's second stage, if it has one.
    package static func word(
        at path: String, sensitivity: WakeManifest.Sensitivity = .normal, isJudgedAgain: Bool = false
    ) throws(WakeModelError) -> WakeWord {
        guard path.hasSuffix(".json") else {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return WakeWord(
                phrase: name.hasSuffix(".tflite") ? String(name.dropLast(7)) : name, role: .wake,
                network: try network(at: path), cutoff: bareCutoff, windowCount: bareWindowCount)
        }
        let manifest = try WakeManifest(try bytes(of: path, most: WakeManifest.byteCountMax), path: path)
        return WakeWord(
            phrase: manifest.phrase, role: manifest.role, networks: try networks(manifest.networks, path),
            score: manifest.score,
            threshold: (isJudgedAgain ? manifest.relayThresholds : manifest.thresholds)[sensitivity]
                ?? bareCutoff, windowCount: manifest.windowCount)
    }

    /// The networks that a manifest names, which lie beside it.
    private static func networks(
        _ parts: [WakeManifest.Network], _ path: String
    ) throws(WakeModelError) -> [WakeNetwork] {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var networks: [WakeNetwork] = []
        for part in parts {
            networks.append(
                WakeNetwork(
                    try network(at: folder + part.model), features: part.features, weight: part.weight))
            guard networks[0].network.featureCount == networks.last?.network.featureCount else {
                throw WakeModelError(
                    path, .manifest("its networks answer after different numbers of features"))
            }
        }
        return networks
    }

    private static func network(at path: String) throws(WakeModelError) -> StreamingNetwork {
        let bytes = try bytes(of: path, most: ModelLimits.fileByteCountMax)
        do throws(ModelError) {
            return try StreamingNetwork(model: bytes)
        } catch {
            throw WakeModelError(path, .model(error))
        }
    }

    private static func bytes(of path: String, most: Int) throws(WakeModelError) -> [UInt8] {
        do throws(SystemError) {
            return try contents(of: path, byteCountMax: most)
        } catch {
            throw WakeModelError(path, .system(error))
        }
    }

    /// Names of the manifests in a folder, in order; nil if the path is none.
    private static func manifests(of path: String) throws(WakeModelError) -> [String]? {
        do throws(SystemError) {
            let entries = try folderEntries(of: path, countMax: 1_000)
            return entries.map(\.name)
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") && $0 != "report.json" }.sorted()
        } catch {
            if error.code == ENOTDIR { return nil }
            throw WakeModelError(path, .system(error))
        }
    }
}
