import HouseSim
import LoqaBase

@main struct Main {
    static func main() {
        for seed in 0..<UInt64(20) {
            let result = House(HousePlan(seed: seed)).run()
            print(seed, result.counts.map { "\($0.name) \($0.count)" }.joined(separator: ", "), result.violation.map { "\($0)" } ?? "")
        }
    }
}
