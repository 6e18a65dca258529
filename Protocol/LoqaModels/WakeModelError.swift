package import LoqaSystem
package import LoqaWake

/// A wake word cannot be taken into service. The description names the file, what is wrong and what to do.
package struct WakeModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Sendable, Equatable {
        case system(SystemError)
        case model(ModelError)
        /// Not JSON, or a field that cannot be; the text says which.
        case manifest(String)
        /// More words than a relay listens for.
        case tooMany(Int)
        /// A folder without a manifest.
        case none
    }

    /// The file or folder, as it was named.
    package var path: String
    package var problem: Problem

    init(_ path: String, _ problem: Problem) { (self.path, self.problem) = (path, problem) }

    package var description: String {
        switch problem {
        case .system(let error): error.description
        case .model(let error): "\(path): \(error)"
        case .manifest(let text): "\(path): \(text)"
        case .tooMany(let count):
            "\(path): \(count) wake words; a relay listens for at most \(WakeModels.wordCountMax), so remove some"
        case .none:
            "\(path): no wake word here; put a microWakeWord manifest (.json) and its model (.tflite) into it"
        }
    }
}
