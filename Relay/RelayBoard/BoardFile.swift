import LoqaSystem

/// Finds and reads the files of boards.
package enum BoardFile {
    /// Where the board of this name or path is looked for, in order.
    ///
    /// A text with a slash, or that ends in ".json", is a path: of a file, or of a folder with a board.json. Any other
    /// is the name of a board among those that are installed beside the programs, or below the current folder.
    package static func candidates(_ nameOrPath: String, programFolder: String) -> [String] {
        if nameOrPath.hasSuffix(".json") { return [nameOrPath] }
        if nameOrPath.contains("/") { return ["\(nameOrPath)/board.json"] }
        return [
            "\(programFolder)/boards", "\(programFolder)/../share/loqa/boards", "boards",
        ].map { "\($0)/\(nameOrPath)/board.json" }
    }

    /// Reads the board of a name or path; see ``candidates(_:programFolder:)``.
    ///
    /// - Throws: ``BoardError``: where it was looked for, or what is wrong with it.
    package static func read(_ nameOrPath: String) throws(BoardError) -> Board {
        let paths: [String]
        do throws(SystemError) {
            paths = candidates(nameOrPath, programFolder: try programFolder())
        } catch {
            throw BoardError(nameOrPath, [error.description])
        }
        var missing: [String] = []
        for path in paths {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try contents(of: path, byteCountMax: BoardReader.byteCountMax)
            } catch {
                missing.append(error.description)
                continue
            }
            return try BoardReader.board(bytes, path: path)
        }
        throw BoardError(nameOrPath, missing)
    }
}
