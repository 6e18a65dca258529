import Glibc
import LoqaSystem
import RelayAudio
package import RelayDSP

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
            var board = try BoardReader.board(bytes, path: path)
            board.frontEnd.maskModel = try maskModel(besides: path)
            return board
        }
        throw BoardError(nameOrPath, missing)
    }

    /// Name of the mask network that all boards of a folder share; it stands beside their folders.
    package static let maskName = "speech.mask"

    /// Reads the mask network that goes with the board.json of this path; nil if there is none.
    ///
    /// - Throws: ``BoardError`` if there is one that cannot be used.
    package static func maskModel(besides boardPath: String) throws(BoardError) -> MaskModel? {
        let folder = boardPath.lastIndex(of: "/").map { String(boardPath[..<$0]) } ?? "."
        let path = "\(folder)/../\(maskName)"
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try contents(of: path, byteCountMax: MaskModel.byteCountMax)
        } catch {
            if error.code == ENOENT || error.code == ENOTDIR { return nil }
            throw BoardError(path, [error.description])
        }
        do throws(MaskModelError) {
            return try MaskModel(bytes)
        } catch {
            throw BoardError(path, ["\(error)"])
        }
    }
}
