import ArgumentParser
import HouseSim
import LoqaBase

/// Lives through simulated houses, and says what did not hold in which.
@main
struct SimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loqa-sim",
        abstract:
            "Lives through whole houses of the real machines, one for each seed, and says what did not hold.")

    @Option(help: "How many houses.") var seeds = 200
    @Option(help: "The first seed.") var from: UInt64 = 0
    @Option(help: "Length of each story, in seconds of the house; 40 or more.") var seconds = 75
    @Option(help: "Processes at work; by default as many as there are cores.") var jobs: Int?
    @Option(name: .customLong("break"), help: ArgumentHelp("A fault to put into the hosts on purpose."))
    var fault: Break?
    @Option(help: "Lives through this one house and tells its story.") var seed: UInt64?
    @Flag(help: "With --seed: tells all of the story, not its end.") var story = false
    @Flag(help: "Go on after a failure.") var keepGoing = false
    @Option(help: .hidden) var workerStride: Int?

    func validate() throws {
        guard seconds >= 40 else {
            throw ValidationError("a story takes 40 seconds or more: its last 30 are calm")
        }
        guard seeds > 0, jobs ?? 1 > 0 else { throw ValidationError("--seeds and --jobs are 1 or more") }
    }

    func run() throws {
        if let seed {
            try tell(seed)
        } else if let workerStride {
            work(workerStride)
        } else {
            let foreman = Foreman(self)
            guard try foreman.run() else { throw ExitCode.failure }
        }
    }

    func plan(_ seed: UInt64) -> HousePlan { HousePlan(seed: seed, length: .seconds(seconds)) }

    /// The command that lives through a house again.
    func replay(_ seed: UInt64) -> String {
        var words = ["tools/sim", "--seed", "\(seed)", "--story"]
        if seconds != 75 { words += ["--seconds", "\(seconds)"] }
        if let fault { words += ["--break", fault.rawValue] }
        return words.joined(separator: " ")
    }

    private func tell(_ seed: UInt64) throws {
        let plan = plan(seed)
        let result = House(plan, breaks: fault, storyLineCount: story ? 1_000_000 : 40).run()
        print(plan)
        print("\nWhat happened\(story ? "" : " last"):\n\(result.story)\n")
        print(result.counts.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
        print("fingerprint \(result.fingerprint)")
        guard let violation = result.violation else { return print("Everything held.") }
        print("NOT HELD: \(violation)\nAgain: \(replay(seed))")
        throw ExitCode.failure
    }

    /// One process among several: every so many seeds are its own. Says what it does a line at a time.
    private func work(_ stride: Int) {
        for index in Swift.stride(from: 0, to: seeds, by: stride) {
            let seed = from + UInt64(index)
            Foreman.say("begin \(seed)")
            let result = House(plan(seed), breaks: fault).run()
            guard let violation = result.violation else {
                Foreman.say(
                    "held \(seed) \(result.count("events")) \(result.count("turns")) \(result.count("answered"))"
                )
                continue
            }
            Foreman.say("failed \(seed) \(violation)")
        }
    }
}

extension Break: ExpressibleByArgument {}
