import LoqaBase
import LoqaTestKit
import LoqaWire
import RelayCore
import Testing

/// The words of the hub's choice, and the models that are fetched for them.
struct WakeChooserTests {
    private let one = [UInt8](repeating: 1, count: 32)
    private let two = [UInt8](repeating: 2, count: 32)

    @Test func `W1: words count together, once all of a choice are there`() {
        var chooser = WakeChooser(kept: [one, two])
        #expect(chooser.received(choice(1, 0, of: 2, one)) == [])
        #expect(
            chooser.received(choice(1, 1, of: 2, two)) == [.use([word(one), word(two)], revision: 1)])
        // An old or repeated revision, and a word out of order, change nothing.
        #expect(chooser.received(choice(1, 0, of: 1, one)) == [])
        #expect(chooser.received(choice(2, 1, of: 2, one)) == [])
        #expect(chooser.refusedCount == 2)
        #expect(chooser.received(choice(3, 0, of: 0, one)) == [.use([], revision: 3)])
        chooser.linkUp()
        #expect(chooser.received(choice(1, 0, of: 1, one)) == [.use([word(one)], revision: 1)])
    }

    @Test func `W2: a model that is missing is asked for piece by piece`() {
        var chooser = WakeChooser(kept: [one])
        #expect(chooser.received(choice(1, 0, of: 2, one)) == [])
        #expect(chooser.received(choice(1, 1, of: 2, two)) == [wanted(two, 0)])
        #expect(chooser.received(part(one, 3, 0, [7])) == [])
        #expect(chooser.received(part(two, 3, 1, [7])) == [])
        #expect(chooser.received(part(two, 3, 0, [7, 8])) == [wanted(two, 2)])
        #expect(chooser.received(part(two, 3, 2, [9, 9])) == [])
        #expect(chooser.received(part(two, 3, 2, [9])) == [.store(model: two, bundle: [7, 8, 9])])
        #expect(chooser.stored(two, isGood: true) == [.use([word(one), word(two)], revision: 1)])
        #expect(chooser.refusedCount == 3)
    }

    @Test func `W3: a model that cannot be used leaves the relay at what it listens for`() {
        var chooser = WakeChooser(kept: [])
        _ = chooser.received(choice(1, 0, of: 1, two))
        _ = chooser.received(part(two, 1, 0, [7]))
        #expect(chooser.stored(two, isGood: false) == [])
        #expect(chooser.received(choice(2, 0, of: 1, two)) == [wanted(two, 0)])
    }

    @Test(arguments: UInt64(0)..<100)
    func `whatever comes, memory is bounded and a good choice is used in the end`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var chooser = WakeChooser(kept: [one])
        for revision in 1...200 as ClosedRange<UInt32> {
            let model = Bool.random(using: &random) ? one : two
            _ = chooser.received(
                choice(
                    UInt32.random(in: 1...revision, using: &random), UInt8.random(in: 0...1, using: &random),
                    of: 2, model))
            _ = chooser.received(
                part(
                    model, UInt32.random(in: 1...9, using: &random), UInt32.random(in: 0...3, using: &random),
                    [1, 2]))
        }
        #expect(chooser.received(choice(900, 0, of: 1, one)) == [.use([word(one)], revision: 900)])
    }

    private func choice(_ revision: UInt32, _ index: UInt8, of count: UInt8, _ model: [UInt8])
        -> WakeWordChoice
    {
        WakeWordChoice(revision: revision, index: index, count: count, model: model, sensitivity: .normal)
    }

    private func part(_ model: [UInt8], _ count: UInt32, _ offset: UInt32, _ bytes: [UInt8]) -> WakePart {
        WakePart(model: model, byteCount: count, offset: offset, part: bytes)
    }

    private func word(_ model: [UInt8]) -> WakeChooser.Word { .init(model: model, sensitivity: .normal) }

    private func wanted(_ model: [UInt8], _ offset: UInt32) -> WakeChooser.Action {
        .send(.wakePartWanted(WakePartWanted(model: model, offset: offset)))
    }
}
