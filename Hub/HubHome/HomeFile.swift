import Foundation
package import HubSkills
import HubUnderstanding
import Yams

/// The file that describes a home: one YAML document, read strictly.
///
///     house: Our house
///     rooms:
///       - name: kitchen
///         floor: downstairs            # optional
///         aliases: [cooking room]      # optional
///         devices:
///           - name: ceiling lights
///             kind: light              # light, switch, cover, climate or sensor
///             dimmable: true           # lights; also color: true
///             initial: {on: true, brightness: 80}
///
/// Unknown keys, wrong types, doubled and ambiguous names are refused, all of them at once.
package enum HomeFile {
    /// Bytes of a home file.
    package static let byteCountMax = 256 * 1_024
    package static let roomCountMax = 64
    /// Devices in the whole home.
    package static let deviceCountMax = 512
    package static let aliasCountMax = 8
    /// Words in one name.
    package static let nameWordCountMax = 6

    /// Reads the file at `path`.
    ///
    /// - Throws: ``HomeFileError`` with every problem found.
    package static func load(path: String) throws(HomeFileError) -> Home {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // One byte more than allowed shows a file that is too long without reading all of it.
            data = try handle.read(upToCount: byteCountMax + 1) ?? Data()
        } catch {
            let message = "cannot be read (\(error.localizedDescription)); check the path and its permissions"
            throw HomeFileError(file: path, problems: [.init(line: 0, message: message)])
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw HomeFileError(
                file: path, problems: [.init(line: 0, message: "is not UTF-8; save it as UTF-8")])
        }
        return try read(text, file: path)
    }

    /// Reads `text`, which errors call `file`.
    ///
    /// - Throws: ``HomeFileError`` with every problem found.
    package static func read(_ text: String, file: String) throws(HomeFileError) -> Home {
        guard text.utf8.count <= byteCountMax else {
            let message = "is longer than \(byteCountMax / 1_024) KiB; a home file describes one home"
            throw HomeFileError(file: file, problems: [.init(line: 0, message: message)])
        }
        var reader = HomeReader()
        let home: Home?
        do {
            if let node = try Yams.compose(yaml: text) {
                home = reader.home(node)
            } else {
                home = nil
                reader.report(nil, "is empty; write 'house:' and 'rooms:'")
            }
        } catch {
            home = nil
            reader.report(error)
        }
        guard let home, reader.problems.isEmpty else {
            let sorted = reader.problems.enumerated().sorted {
                ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
            }
            throw HomeFileError(file: file, problems: sorted.map(\.element))
        }
        return home
    }
}
