import Glibc
import HubLanguage
import HubPacks

/// Languages ready to use: compiled from packs, or mapped from files compiled before.
struct LanguagePacks {
    /// A language and what it took to have it.
    struct Loaded {
        let language: Language
        /// 0 where nothing was compiled.
        var compileMilliseconds = 0.0
        var loadMilliseconds = 0.0
    }

    private let packs: PackFolder
    private let compiled: String?
    private let sentences: [String]

    /// - Parameters:
    ///   - compiled: folder of compiled languages; a missing one is made there.
    ///   - sentences: files of own sentences.
    init(folder: String, compiled: String?, sentences: [String] = []) throws {
        packs = try PackFolder(folder)
        self.sentences = sentences
        self.compiled = compiled
        if let compiled, mkdir(compiled, 0o755) != 0, errno != EEXIST {
            throw PackError.file("\(compiled): cannot be made (\(String(cString: strerror(errno))))")
        }
    }

    func languages() throws -> [String] { try packs.languages() }

    func language(_ code: String) throws -> Loaded {
        guard let compiled else {
            let start = ThreadClock.microseconds()
            let words = try compile(code)
            let middle = ThreadClock.microseconds()
            let language = try LanguageLoader.load(WordBlock(words))
            return Loaded(
                language: language, compileMilliseconds: (middle - start) / 1_000,
                loadMilliseconds: (ThreadClock.microseconds() - middle) / 1_000)
        }
        let path = "\(compiled)/\(code)\(CompiledFile.suffix)"
        var compileMilliseconds = 0.0
        if access(path, R_OK) != 0 { compileMilliseconds = try compile(code, to: path) }
        let start = ThreadClock.microseconds()
        let language = try CompiledFile.load(path)
        return Loaded(
            language: language, compileMilliseconds: compileMilliseconds,
            loadMilliseconds: (ThreadClock.microseconds() - start) / 1_000)
    }

    /// Compiles a language to `path` and tells the milliseconds of CPU.
    func compile(_ code: String, to path: String) throws -> Double {
        let start = ThreadClock.microseconds()
        let words = try compile(code)
        let milliseconds = (ThreadClock.microseconds() - start) / 1_000
        try CompiledFile.write(words, to: path)
        return milliseconds
    }

    private func compile(_ code: String) throws -> [UInt32] {
        do {
            var source = try packs.source(code)
            for file in sentences { try PackFolder.add(file, to: &source) }
            return try LanguageCompiler.compile(source)
        } catch let error as LanguageError {
            throw PackError.language(error)
        }
    }
}

/// CPU time of this thread.
enum ThreadClock {
    static func microseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
