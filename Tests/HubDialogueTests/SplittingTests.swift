import HubDialogue
import Testing

/// Several commands in one sentence.
struct SplittingTests {
    @Test(arguments: [
        ("turn on the fan and play some jazz", [["fan.k"], ["media_player.k"]]),
        ("turn off the ceiling lamp and the fan", [["light.k"], ["fan.k"]]),
        ("kitchen and bedroom lights off", [["light.k"], ["light.b"]]),
        ("turn off the kitchen and bedroom lights", [["light.k"], ["light.b"]]),
        (
            "turn off the lights in the kitchen, the lounge and the bedroom",
            [["light.k"], ["light.l"], ["light.b"]]
        ),
        ("turn on the fan and off the ceiling lamp", [["fan.k"], ["light.k"]]),
        ("turn on the lights then what time is it", [["light.k"], []]),
        ("turn off the ceiling lamp and fan", [["light.k"], ["fan.k"]]),
        ("lights on turn off the fan", [["light.k"], ["fan.k"]]),
    ])
    func `a sentence is cut where both sides are commands, in order`(text: String, devices: [[String]]) throws
    {
        var talk = try Talk()
        #expect(talk.devices(text) == devices, "\(text)")
    }

    @Test(arguments: ["play rock and roll", "add bread and butter to the list", "play turn and the fan"])
    func `"and" inside a title cuts nothing`(text: String) throws {
        var talk = try Talk()
        #expect(talk.say(text).commands.map(\.text) == [text])
    }

    @Test func `free words that hold a command of their own give it back`() throws {
        var talk = try Talk()
        #expect(
            talk.say("play some jazz and turn on the fan").commands.map(\.text) == [
                "play some jazz", "turn on the fan",
            ])
    }

    @Test func `a part that fails is said and the others happen; one answer for all`() throws {
        var talk = try Talk()
        let step = talk.say("turn on the lights and turn on the heater")
        #expect(step.commands.map { $0.devices.map(\.id) } == [["light.k"]])
        #expect(step.closing == "failed elsewhere kitchen heater living room or bathroom")
        #expect(
            step.speech(["The lights are on"])
                == "The lights are on. failed elsewhere kitchen heater living room or bathroom.")
        #expect(talk.devices("the bathroom") == [["switch.h2"]])
    }

    @Test func `no part of a sentence with something dangerous is done on a guess`() throws {
        var talk = try Talk()
        let step = talk.say("turn on the lights and unlock the front door", confidence: 0.85)
        #expect(step.commands.isEmpty && step.clarity == .asked)
        #expect(talk.say("yes").commands.count == 2)
    }

    @Test func `a very long sentence ends in time`() throws {
        var talk = try Talk()
        let many = Array(repeating: "turn on the fan", count: 40).joined(separator: " and ")
        #expect(talk.say(many).commands.count <= Tuning.commandCountMax)
        #expect(talk.say(String(repeating: "and the ", count: 2_000)).commands.isEmpty)
    }
}
