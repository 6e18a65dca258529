import Glibc
import LoqaSystem
package import RelayWake

/// Finds wake words in files: a manifest, a bare model, or a folder of manifests.
package enum WakeModels {
    /// Words that a relay listens for at once.
    package static let wordCountMax = 8
    /// Cut-off and window of a model that comes without a manifest.
    private static let bareCutoff: Float = 0.9
    private static let bareWindowCount = 5

    /// The words of a path.
    ///
    /// - Throws: ``WakeModelError``, for the first word that cannot be taken.
    package static func words(
        at path: String, sensitivity: WakeManifest.Sensitivity = .normal
    ) throws(WakeModelError) -> [WakeWord] {
        guard let names = try entries(of: path) else { return [try word(at: path, sensitivity: sensitivity)] }
        let manifests = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
        guard !manifests.isEmpty else { throw WakeModelError(path, .none) }
        guard manifests.count <= wordCountMax else { throw WakeModelError(path, .tooMany(manifests.count)) }
        var words: [WakeWord] = []
        for name in manifests { words.append(try word(at: "\(path)/\(name)", sensitivity: sensitivity)) }
        return words
    }

    /// The word of a manifest, or of a bare .tflite, whose file name is then its phrase.
    package static func word(
        at path: String, sensitivity: WakeManifest.Sensitivity = .normal
    ) throws(WakeModelError) -> WakeWord {
        guard path.hasSuffix(".json") else {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return WakeWord(
                phrase: name.hasSuffix(".tflite") ? String(name.dropLast(7)) : name, role: .wake,
                network: try network(at: path), cutoff: bareCutoff, windowCount: bareWindowCount)
        }
        let manifest = try WakeManifest(try bytes(of: path, most: WakeManifest.byteCountMax), path: path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var networks: [WakeNetwork] = []
        for part in manifest.networks {
            networks.append(
                WakeNetwork(
                    try network(at: folder + part.model), features: part.features, weight: part.weight))
            guard networks[0].network.featureCount == networks.last?.network.featureCount else {
                throw WakeModelError(
                    path, .manifest("its networks answer after different numbers of features"))
            }
        }
        return WakeWord(
            phrase: manifest.phrase, role: manifest.role, networks: networks, score: manifest.score,
            threshold: manifest.thresholds[sensitivity] ?? bareCutoff, windowCount: manifest.windowCount)
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

    /// Names in a folder; nil if the path is none.
    private static func entries(of path: String) throws(WakeModelError) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOTDIR { return nil }
            throw WakeModelError(path, .system(SystemError("read \(path)")))
        }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < 1_000, let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
