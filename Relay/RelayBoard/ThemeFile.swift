import LoqaSystem
package import RelayRing

/// Reads the files of themes.
package enum ThemeFile {
    /// The theme in a file.
    ///
    /// - Throws: ``BoardError`` if it cannot be read, or with all that is wrong with it.
    package static func read(_ path: String) throws(BoardError) -> RingTheme {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try contents(of: path, byteCountMax: ThemeReader.byteCountMax)
        } catch {
            throw BoardError(path, [error.description])
        }
        return try ThemeReader.theme(bytes, path: path)
    }
}
