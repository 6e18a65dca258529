import HubDialogue
import LoqaBase
import Testing

/// Single sentences: what they are about, and how sure it must be.
struct CommandTests {
    @Test func `a sentence without a room is about the relay's room, and one with a room about that`() throws
    {
        var talk = try Talk()
        #expect(talk.devices("turn on the lights") == [["light.k"]])
        #expect(talk.devices("turn on the lights in the lounge") == [["light.l"]])
        #expect(talk.devices("turn off the lights upstairs") == [["light.b", "light.bath"]])
        #expect(
            talk.devices("turn off all the lights in the house") == [
                ["light.k", "light.l", "light.b", "light.bath"]
            ])
        #expect(talk.devices("what time is it") == [[]])
    }

    @Test func `without a room only a name that says its place is acted on`() throws {
        var talk = try Talk()
        talk.room = nil
        #expect(talk.say("turn on the fan").commands.isEmpty)
        #expect(talk.devices("turn on the bedroom lamp") == [["light.b"]])
    }

    @Test func `a device of another room is offered, not taken, unless its name says where it is`() throws {
        var talk = try Talk()
        #expect(talk.devices("turn on the fan") == [["fan.k"]])
        #expect(talk.devices("turn on the bedroom lamp") == [["light.b"]])
        let asked = talk.say("turn on the heater")
        #expect(asked.commands.isEmpty && asked.clarity == .asked)
        #expect(asked.closing == "elsewhere kitchen heater living room or bathroom")
        #expect(talk.devices("the one in the bathroom please") == [["switch.h2"]])
        let asks = talk.say("turn on the floor lamp")
        #expect(asks.closing == "elsewhere kitchen floor lamp living room")
        #expect(talk.devices("yes") == [["light.l"]])
    }

    @Test func `the wake phrase is stripped as it was heard`() throws {
        var talk = try Talk()
        for opening in ["hey loqa", "Hey, Loca!", "hey logah", "loqa", "hay lowka"] {
            #expect(talk.devices("\(opening) turn on the lights") == [["light.k"]], "\(opening)")
        }
    }

    @Test func `a name that sounds like one of the home is taken with "I think you said", or asked about`()
        throws
    {
        var talk = try Talk()
        let likely = talk.say("turn on the coffey macker")
        #expect(
            likely.clarity == .likely
                && likely.commands.map(\.devices).map { $0.map(\.id) } == [["switch.coffee"]])
        #expect(likely.preface == "thinkYouSaid turn on the coffee maker")
        let unsure = talk.say("turn on the coughing maker")
        #expect(unsure.clarity == .asked && unsure.commands.isEmpty)
        #expect(unsure.closing == "didYouMean turn on the coffee maker")
        #expect(talk.devices("yes") == [["switch.coffee"]])
        #expect(talk.say("turn off the zeppelin in the kitchen").closing == "unknownName zeppelin")
        let unknown = talk.say("turn on the zeppelin please")
        #expect(unknown.closing == "unknownName zeppelin" && unknown.commands.isEmpty)
    }

    @Test func `several names that sound alike are asked about, the nearest first, and chosen by name`()
        throws
    {
        let home = DialogueHome(
            floors: [], areas: [.init(id: "kitchen", names: ["kitchen"])],
            entities: [
                .init(id: "light", names: ["kitchen light"], domain: "light", area: "kitchen"),
                .init(id: "fan", names: ["kitchen fan"], domain: "fan", area: "kitchen"),
                .init(id: "lock", names: ["kitchen lock"], domain: "lock", area: "kitchen"),
                .init(id: "radio", names: ["radio"], domain: "media_player", area: "kitchen"),
            ])
        var talk = try Talk(home)
        let asked = talk.say("turn off the kitchen lan")
        #expect(asked.commands.isEmpty && asked.clarity == .asked && asked.listensUntil != nil)
        #expect(asked.closing.hasPrefix("didYouMean kitchen fan") && asked.closing.contains(" or "))
        #expect(!asked.closing.contains("radio"))
        #expect(talk.devices("the kitchen light") == [["light"]])
        _ = talk.say("turn off the kitchen lan")
        #expect(talk.devices("the fan") == [["fan"]])
        _ = talk.say("turn off the kitchen lan")
        #expect(talk.say("yes").commands.isEmpty)
        // Other names of one and the same thing are no question.
        let twice = DialogueHome(
            floors: [], areas: [.init(id: "kitchen", names: ["kitchen"])],
            entities: [
                .init(
                    id: "light", names: ["kitchen light", "kitchen lights"], domain: "light", area: "kitchen")
            ])
        var other = try Talk(twice)
        #expect(other.devices("turn off the kitchen lite") == [["light"]])
    }

    @Test func `an unknown name is told of in the words of the language's pack, by what it should name`()
        throws
    {
        var phrases = TestHome.allPhrases
        phrases["unknownName"] = "What is {{ name }}?"
        let errors = [
            "no_entity": "Kein Gerät {{ entity }}", "no_area": "Kein Bereich {{ area }}",
            "no_floor": "{% if %}", "no_domain": "x",
        ]
        let book = try Phrasebook(
            phrases: phrases, conjunctions: [], joiners: [], fillers: [], errors: errors)
        #expect(book.unknown("Zeppelin", slot: "name") == "Kein Gerät Zeppelin")
        #expect(book.unknown("Zeppelin", slot: "area") == "Kein Bereich Zeppelin")
        #expect(book.unknown("Zeppelin", slot: "floor") == "What is Zeppelin?")
        var talk = try Talk()
        #expect(talk.say("turn on the lights in the zeppelin").closing == "unknownName zeppelin")
    }

    @Test func `confidence decides between acting, repeating, asking and admitting`() throws {
        var talk = try Talk()
        #expect(talk.say("turn on the lights", confidence: 0.95).clarity == .clear)
        let likely = talk.say("turn on the lights", confidence: 0.85)
        #expect(
            likely.clarity == .likely && likely.preface == "thinkYouSaid turn on the lights"
                && likely.commands.count == 1)
        let unsure = talk.say("turn on the lights", confidence: 0.75)
        #expect(
            unsure.clarity == .asked && unsure.commands.isEmpty
                && unsure.closing == "didYouMean turn on the lights")
        #expect(talk.devices("yes", confidence: 0.75).isEmpty)
        for confidence in [0.5, .nan, -.infinity] {
            let nothing = talk.say("turn on the lights", confidence: confidence)
            #expect(nothing.clarity == .nothing && nothing.commands.isEmpty)
        }
    }

    @Test(arguments: [
        "unlock the front door", "lock the front door", "open the blinds", "set the temperature to 25",
    ])
    func `locks, covers and heating are never moved on a guess`(text: String) throws {
        var talk = try Talk()
        for confidence in stride(from: Tuning.unsureConfidence, to: Tuning.clearConfidence, by: 0.05) {
            let step = talk.say(text, confidence: confidence)
            #expect(step.commands.isEmpty && step.clarity == .asked && step.closing == "confirm \(text)")
            #expect(talk.say("no").commands.isEmpty)
        }
        #expect(talk.say(text, confidence: 0.85).commands.isEmpty)
        #expect(talk.say("yes").commands.count == 1)
        #expect(talk.say(text, confidence: 0.95).commands.count == 1)
        let misheard = talk.say("unlock the frond tour")
        #expect(misheard.commands.isEmpty && misheard.closing == "confirm unlock the front door")
    }

    @Test func `another text of the recogniser is taken if the first is no sentence`() throws {
        var dialogue = try TestHome.dialogue()
        let step = dialogue.hear(
            Heard("turning the fights", alternatives: ["turn on the lights"]), in: "a", room: "kitchen",
            at: .origin)
        #expect(step.clarity == .likely && step.commands.count == 1)
    }
}
