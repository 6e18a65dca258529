import HubDialogue
import LoqaTestKit
import Testing

/// Which names are taken for each other.
struct SoundTests {
    @Test(arguments: [
        ("en", "kitchen", "chicken", "garage"), ("en", "night light", "knight lite", "nightstand"),
        ("en", "phone", "fone", "bone"), ("de", "Küche", "Kuche", "Flur"),
        ("de", "Schlafzimmer", "schlaf zimmer", "Wohnzimmer"),
        ("de", "Fernseher", "Vernseher", "Lampe"), ("fr", "bureau", "buro", "salon"),
        ("fr", "cuisine", "quisine", "piscine"),
        ("es", "baño", "vano", "cocina"), ("es", "jardín", "xardin", "garaje"),
        ("nl", "keuken", "kuiken", "kelder"),
        ("nl", "woonkamer", "wonkamer", "badkamer"), ("ru", "кухня", "кухна", "гараж"),
        ("el", "κουζίνα", "κουζίνα", "μπάνιο"),
        ("pl", "łazienka", "uazienka", "kuchnia"), ("ja", "台所", "台所", "寝室"),
    ])
    func `what sounds alike is nearer than what does not`(
        language: String, name: String, like: String, other: String
    ) {
        let distance = SoundDistance(language: language)
        #expect(distance.between(name, like) < distance.between(name, other), "\(name) \(like) \(other)")
        #expect(distance.between(name, like) <= Tuning.nameDistanceMax, "\(distance.between(name, like))")
    }

    @Test(arguments: ["en", "de", "fr", "es", "nl", "ru", "el", "zz"])
    func `the distance is a bounded, symmetric measure that is zero for the same`(language: String) {
        var random = SeededGenerator(seed: 5)
        let distance = SoundDistance(language: language)
        let letters = Array("abcdefghijklmnopqrstuvwxyzäéßñçжλ '-日")
        for _ in 0..<300 {
            let words = (0..<2).map { _ in
                String(
                    (0..<Int.random(in: 0...90, using: &random)).compactMap { _ in
                        letters.randomElement(using: &random)
                    })
            }
            let there = distance.between(words[0], words[1])
            #expect((0...1).contains(there) && there == distance.between(words[1], words[0]))
            #expect(distance.between(words[0], words[0]) == 0)
        }
    }

    @Test func `the nearest are few, near and in order`() {
        let distance = SoundDistance(language: "en")
        let names = ["coffee maker", "toffee maker", "kettle", "coffee table", "lamp"]
        let found = distance.nearest("coffey maker", among: names, within: 0.4, count: 2)
        #expect(found.map(\.name) == ["coffee maker", "toffee maker"])
        #expect(distance.nearest("zeppelin", among: names, within: 0.3, count: 3).isEmpty)
    }
}
