import HouseSim
import LoqaBase

@main struct Main {
    static func main() {
        let a = CommandLine.arguments
        let from = UInt64(a[1])!, count = UInt64(a[2])!
        let story = a.count > 3
        var kinds: [String: Int] = [:]
        for seed in from..<from + count {
            let result = House(HousePlan(seed: seed), storyLineCount: story ? 300 : 40).run()
            if count <= 30 { print(seed, result.counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")) }
            if let v = result.violation { print(seed, v); kinds[v.invariant.rawValue, default: 0] += 1 }
            if story { print(HousePlan(seed: seed)); print(result.story) }
        }
        print(kinds)
    }
}
