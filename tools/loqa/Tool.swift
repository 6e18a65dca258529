import Foundation

/// Another program, run to its end.
enum Tool {
    /// How it ended, and what it wrote.
    struct Result {
        var status: Int32
        var output: Data
        var errors: String
    }

    /// Runs a program of the search path, or by its own, and takes what it writes.
    static func run(_ program: String, _ arguments: [String], input: Data? = nil) throws -> Result {
        let process = process(program, arguments)
        let (input, output, errors) = (input ?? Data(), Pipe(), Pipe())
        let source = Pipe()
        (process.standardInput, process.standardOutput, process.standardError) = (source, output, errors)
        try process.run()
        // Each of them reads or writes while the others do: no pipe fills up.
        let writer = Thread {
            do {
                try source.fileHandleForWriting.write(contentsOf: input)
                try source.fileHandleForWriting.close()
            } catch {
                // A program that reads no further ends with a status of its own.
            }
        }
        writer.start()
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: written,
            errors: String(decoding: complaint, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        )
    }

    /// Runs a program that speaks to the person itself. - Returns: its exit code.
    static func hand(over program: String, _ arguments: [String]) throws -> Int32 {
        let process = process(program, arguments)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A program of Loqa beside this one.
    static func sibling(_ name: String) -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appending(path: name).path
    }

    private static func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : "/usr/bin/env")
        process.arguments = program.contains("/") ? arguments : [program] + arguments
        return process
    }
}
