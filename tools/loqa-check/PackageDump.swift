import Foundation

/// A module as Package.swift declares it, and its layer as ARCHITECTURE.md states it.
struct Module: Equatable {
    enum Kind: String { case regular, executable, test, system, plugin, macro, binary }
    var name: String
    var kind: Kind
    /// The folder, from the top folder.
    var path: String
    /// Names of the modules and products it declares as dependencies, sorted.
    var imports: [String]
    /// 0 to 4; nil if ARCHITECTURE.md has no row for it.
    var layer: Int?

    var isTest: Bool { path.hasPrefix("Tests/") }
    var topFolder: String { path.split(separator: "/").first.map(String.init) ?? "" }
}

/// Reads what `swift package dump-package` prints.
enum PackageDump {
    enum Problem: Error, CustomStringConvertible {
        case unexpected(String)
        var description: String {
            switch self {
            case .unexpected(let what): "the output of swift package dump-package \(what)"
            }
        }
    }

    static func modules(_ data: Data) throws -> [Module] {
        guard let package = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let targets = package["targets"] as? [[String: Any]]
        else { throw Problem.unexpected("has no targets") }
        return try targets.map { target in
            guard let name = target["name"] as? String,
                let kind = (target["type"] as? String).flatMap(Module.Kind.init),
                let path = target["path"] as? String
            else { throw Problem.unexpected("has a target without name, known type or path") }
            let dependencies = target["dependencies"] as? [[String: Any]] ?? []
            let imports = dependencies.compactMap { dependency in
                (dependency.values.first as? [Any])?.first as? String
            }
            return Module(name: name, kind: kind, path: path, imports: imports.sorted())
        }
    }
}
