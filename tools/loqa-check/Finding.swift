/// One thing that the checks object to.
struct Finding: Equatable, Comparable, CustomStringConvertible {
    /// Path from the top folder.
    var path: String
    /// From 1; zero when the finding is about the whole file.
    var line: Int
    var what: String
    /// What to write in its place.
    var instead: String

    var description: String { "\(path):\(line): \(what)\n    instead: \(instead)" }

    static func < (left: Finding, right: Finding) -> Bool {
        (left.path, left.line, left.what) < (right.path, right.line, right.what)
    }
}
