/// Reads an exported word network (Sphinx FSG): draws sentences from it.
struct NetworkSampler {
    private var arcs: [Int: [(to: Int, word: String)]] = [:]
    private var end = 0
    private(set) var words: Set<String> = []
    /// The sum of the probabilities of each state's ways on.
    private(set) var sums: [Int: Double] = [:]

    init(_ fsg: String) {
        for line in fsg.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            if fields[0] == "FINAL_STATE" { end = Int(fields[1]) ?? 0 }
            guard fields[0] == "TRANSITION", let from = Int(fields[1]), let to = Int(fields[2]) else {
                continue
            }
            let word = fields.count > 4 ? fields[4] : ""
            if !word.isEmpty { words.insert(word) }
            arcs[from, default: []].append((to, word))
            sums[from, default: 0] += Double(fields[3]) ?? .nan
        }
    }

    func sentence(using random: inout some RandomNumberGenerator) -> [String] {
        var state = 0
        var words: [String] = []
        while state != end, let arc = arcs[state]?.randomElement(using: &random) {
            if !arc.word.isEmpty { words.append(arc.word) }
            state = arc.to
        }
        return words
    }
}
