import Foundation
import HubAnswers
import HubDialogue
import HubLanguage
import HubPacks
import HubSkills
import LoqaBase
import Testing

/// An assistant with the sentences of a language: what the built-in ones do not know, and other languages.
struct MindTests {
    private static let folder = URL(filePath: #filePath).appending(path: "../../../Hub/sentences")
        .standardized.path

    /// A few sentences of a pack, of our own.
    private static let pack = """
        language: LANG
        intents:
          HassTurnOn:
            data:
              - sentences: ["switch <the> lights in here on", "schalte das Licht an"]
                slots: {domain: light}
                requires_context: {area: {slot: true}}
                response: lights
                metadata: {slot_combination: domain_only}
              - sentences: ["ignite [the] {name}", "schalte <der> {name} an"]
                response: one
                metadata: {slot_combination: name_only}
              - sentences: ["schalte das Licht im {area} an", "ignite {area} lights"]
                slots: {domain: light}
                response: lights
                metadata: {slot_combination: area_domain}
          HassTurnOff:
            data:
              - sentences: ["extinguish [the] {name}", "schalte <der> {name} aus"]
                response: one
                metadata: {slot_combination: name_only}
              - sentences: ["alle Lichter aus"]
                slots: {domain: light}
                metadata: {slot_combination: domain_all}
          HassClimateSetTemperature:
            data:
              - sentences: ["stell {name} auf {degrees:temperature} Grad"]
                metadata: {slot_combination: name_temperature}
          HassGetCurrentTime:
            data:
              - sentences: ["wie spät ist es"]
          HassBroadcast:
            data:
              - sentences: ["sag Hallo"]
                slots: {message: Hallo}
        lists:
          degrees: {range: {from: 5, to: 30}}
        expansion_rules:
          the: "[the]"
          der: "[der|die|das|den]"
        responses:
          intents:
            HassTurnOn:
              lights: "Licht an"
              one: "{{ slots.name }} ist an"
            HassTurnOff:
              default: "Aus"
              one: "{{ slots.name }} ist aus"
            HassGetCurrentTime:
              default: "{{ '{0:02d}'.format(slots.time.hour) }} Uhr {{ slots.time.minute }}"
        """

    /// An assistant with the sentences of `code`.
    static func assistant(_ code: String) throws -> Assistant {
        let own = try OwnSentences(folder: folder, language: code)
        var source = try PackReader.source(
            try PackNode.yaml(pack.replacingOccurrences(of: "LANG", with: code), file: "test"))
        try own.add(to: &source)
        let language = try LanguageLoader.load(WordBlock(try LanguageCompiler.compile(source)))
        let home = DemoHome.home.dialogueHome
        let reader = LanguageReader(Understander(language, home: home.vocabulary(for: language)))
        let mind = Mind(
            language: code, reader: reader, home: home, answers: AnswerBook(language.responses),
            phrases: try own.phrasebook(), wakePhrases: ["hey computer"])
        return try Assistant(
            home: DemoHome.home, state: HouseState(), wakePhrases: ["hey computer"], now: DemoHome.moment(),
            mind: mind)
    }

    @Test func `what the built-in sentences did can be referred to, repeated and put back`() throws {
        var talk = try MindTalk("en")
        #expect(talk.say("turn on the lights").answer == "The kitchen lights are on.")
        let there = talk.say("and the bedroom")
        #expect(there.changes.map(\.device.value) == ["bedroom/ceiling lights", "bedroom/reading lamp"])
        let off = talk.say("turn them off again")
        #expect(off.changes.map(\.device.value) == ["bedroom/ceiling lights", "bedroom/reading lamp"])
        #expect(off.changes.allSatisfy { $0.to.isOn == false })
        #expect(talk.say("put it back").changes.map { $0.to.isOn } == [true, true])
        #expect(talk.say("put it back").answer == "I put it back.")
        #expect(
            talk.say("put it back").changes.map { "\($0.device.value) \($0.to.isOn ?? true)" } == [
                "kitchen/ceiling lights false"
            ])
        #expect(talk.say("put it back").answer == "There is nothing to put back.")
    }

    @Test func `sentences of a pack are carried out by the built-in skills, in the room`() throws {
        var talk = try MindTalk("en")
        let reply = talk.say("hey computer ignite kitchen lights")
        #expect(reply.changes.map(\.device.value) == ["kitchen/ceiling lights"])
        #expect(reply.intent == .house(.turnOn))
        #expect(reply.answer == "The kitchen ceiling lights are on.")
        let asked = talk.say("ignite the floor lamp")
        #expect(asked.understood == .asked && asked.changes.isEmpty && asked.expectsReply)
        #expect(talk.say("yes").changes.map(\.device.value) == ["living room/floor lamp"])
        #expect(talk.say("turn on the frobnicator").changes.isEmpty)
    }

    @Test(arguments: [
        ("en", "Shall I open blinds?"), ("de", "Soll ich blinds öffnen?"), ("fr", "Dois-je ouvrir blinds ?"),
        ("es", "¿Debo abrir blinds?"), ("nl", "Zal ik blinds openen?"),
    ])
    func `a chat model acts in the talker's room, and asks before what could do harm`(
        code: String, question: String
    ) throws {
        var talk = try MindTalk(code)
        func name(_ intent: String, _ name: String) -> Reading {
            Reading(intent, combination: Command.chatCombination, slots: [.init("name", .text(name))])
        }
        let (texts, reply) = talk.carryOut([
            name("HassTurnOn", "coffee maker"), name("HassTurnOn", "blinds"),
            name("HassTurnOn", "ceiling lights"),
        ])
        #expect(reply.changes.map(\.device.value) == ["kitchen/coffee maker"])
        #expect(texts.count == 2 && reply.answer.hasSuffix(question) && reply.expectsReply)
        let agreed = talk.say(
            code == "en" ? "yes" : ["de": "ja", "fr": "oui", "es": "sí", "nl": "ja"][code] ?? "")
        #expect(agreed.changes.map(\.device.value) == ["kitchen/blinds"])
        let (_, elsewhere) = talk.carryOut([name("HassTurnOn", "floor lamp")])
        #expect(elsewhere.changes.isEmpty && elsewhere.expectsReply)
    }

    @Test func `only what is understood by nothing else, and heard surely, is for a chat model`() throws {
        var talk = try MindTalk("en")
        let open = talk.say("hey computer why is the sky blue")
        let text = "hey computer why is the sky blue"
        #expect(talk.assistant.wordsForChat(text, scorePerFrame: nil, after: open) == "why is the sky blue")
        #expect(talk.assistant.wordsForChat(text, scorePerFrame: -400, after: open) == nil)
        #expect(
            talk.assistant.wordsForChat(text, scorePerFrame: nil, confidence: 0.4, after: open) == nil)
        #expect(talk.assistant.wordsForChat("hey computer", scorePerFrame: nil, after: open) == nil)
        let known = talk.say("turn on the lights")
        #expect(talk.assistant.wordsForChat("turn on the lights", scorePerFrame: nil, after: known) == nil)
    }

    @Test func `several commands get one answer`() throws {
        var talk = try MindTalk("en")
        let reply = talk.say("ignite the coffee maker and ignite living room lights")
        #expect(reply.changes.count == 3)
        #expect(reply.answer.hasPrefix("The kitchen coffee maker is on. "))
    }

    @Test func `another language is understood and answered in its own words`() throws {
        var talk = try MindTalk("de")
        let on = talk.say("schalte das Licht an")
        #expect(on.changes.map(\.device.value) == ["kitchen/ceiling lights"] && on.answer == "Licht an.")
        let off = talk.say("schalte es wieder aus")
        #expect(off.changes.map { $0.to.isOn } == [false])
        #expect(talk.say("mach es rückgängig").answer == "Ich habe es rückgängig gemacht.")
        #expect(
            talk.say("schalte den coffee maker an und alle Lichter aus").answer == "coffee maker ist an. Aus."
        )
        #expect(talk.say("wie spät ist es").answer == "19 Uhr 20.")
        #expect(talk.say("turn on the lights").changes.isEmpty)
        let hello = talk.say("sag Hallo")
        #expect(hello.answer == "Ich sage es in den anderen Räumen.")
        #expect(hello.effects == [.announce("Hallo", rooms: [])])
    }

    @Test func `a timer without a length is asked about and set`() throws {
        var talk = try MindTalk("de")
        #expect(talk.say("stell einen Timer").answer == "Wie lange?")
        let reply = talk.say("5 Minuten")
        #expect(reply.changedState && talk.assistant.state.timers.map(\.length) == [.seconds(300)])
    }
}
