import HubSkills
import LoqaBase
import Testing

/// What Loqa itself is asked, in every language that it has sentences of its own in.
struct OwnSkillTests {
    @Test(arguments: [
        ("de", "was kannst du", "schalte das Licht an"), ("de", "welche Räume gibt es", "bedroom"),
        ("de", "was gibt es im bedroom", "reading lamp"), ("de", "wo bin ich", "kitchen"),
        ("fr", "quelles pièces connais-tu", "bedroom"), ("fr", "où suis-je", "kitchen"),
        ("fr", "qu'y a-t-il dans la bedroom", "reading lamp"), ("es", "qué habitaciones hay", "bedroom"),
        ("es", "dónde estoy", "kitchen"), ("es", "qué hay en la bedroom", "reading lamp"),
        ("nl", "welke kamers zijn er", "bedroom"), ("nl", "waar ben ik", "kitchen"),
        ("nl", "wat is er in de bedroom", "reading lamp"), ("en", "where am I", "This is the kitchen."),
        ("en", "turn off the microphone", "the switch on the device does"),
        ("de", "mach das Mikro aus", "Schalter am Gerät"), ("fr", "coupe le micro", "interrupteur"),
        ("es", "apaga el micrófono", "interruptor"), ("nl", "zet de microfoon uit", "schakelaar"),
    ])
    func `a question about the house or the hub has a real answer`(code: String, text: String, part: String)
        throws
    {
        var talk = try MindTalk(code)
        let reply = talk.say(text)
        #expect(reply.understood == .yes && reply.answer.contains(part), "\(reply.answer)")
        #expect(!reply.changedState)
    }

    @Test(arguments: ["en", "de", "fr", "es", "nl"])
    func `help offers only sentences that are understood`(code: String) throws {
        var talk = try MindTalk(code)
        let words = ["en": "help", "de": "hilfe", "fr": "aide", "es": "ayuda", "nl": "hulp"]
        let help = talk.say(words[code] ?? "").answer
        #expect(help.contains(":") || code == "en", "\(help)")
        guard code != "en", let list = help.split(separator: ":").last else { return }
        let joined = list.dropLast().replacing(" oder ", with: ", ").replacing(" ou ", with: ", ")
            .replacing(" o ", with: ", ").replacing(" of ", with: ", ")
        for example in joined.split(separator: ", ") {
            #expect(talk.say(String(example)).understood != .no, "\(code): \(example)")
        }
    }

    @Test(arguments: [
        ("en", "what do you store", ["not kept", "chat model outside the house", "written to a file"]),
        ("de", "was speicherst du", ["behalte es nicht", "außerhalb des Hauses", "in eine Datei"]),
        ("fr", "qu'est-ce que tu enregistres", ["n'est pas gardé", "hors de la maison", "dans un fichier"]),
        ("es", "qué guardas", ["no se guarda", "fuera de la casa", "en un archivo"]),
        ("nl", "wat bewaar je", ["bewaar ik niet", "buiten het huis", "in een bestand"]),
    ])
    func `privacy is told as the owner set it`(code: String, text: String, parts: [String]) throws {
        var talk = try MindTalk(code)
        let usual = talk.say(text).answer
        #expect(usual.contains(parts[0]) && !usual.contains(parts[1]) && !usual.contains(parts[2]))
        talk.assistant.privacy = Privacy(usesChat: true, leavesHouse: true, writesTrace: true)
        let open = talk.say(text).answer
        #expect(!open.contains(parts[0]) && open.contains(parts[1]) && open.contains(parts[2]))
    }

    @Test(arguments: [
        ("en", "what do you store", "encrypted"), ("de", "was speicherst du", "verschlüsselt"),
        ("fr", "qu'est-ce que tu enregistres", "chiffré"), ("es", "qué guardas", "cifrado"),
        ("nl", "wat bewaar je", "versleuteld"),
    ])
    func `who has wakes by mistake kept has that told`(code: String, text: String, part: String) throws {
        var talk = try MindTalk(code)
        #expect(!talk.say(text).answer.contains(part))
        talk.assistant.privacy = Privacy(keepsFalseWakes: true)
        #expect(talk.say(text).answer.contains(part))
    }

    @Test func `what is forgotten can neither be referred to nor put back`() throws {
        var talk = try MindTalk("en")
        #expect(talk.say("turn on the lights").changes.count == 1)
        #expect(talk.say("forget this conversation").answer == "I have forgotten this conversation.")
        #expect(talk.say("put it back").answer == "There is nothing to put back.")
        #expect(talk.say("and the bedroom").changes.isEmpty)
    }

    @Test func `a conversation goes on in another room, and the last answer is said there`() throws {
        var talk = try MindTalk("en")
        _ = talk.say("turn on the lights")
        let moved = talk.say("I'm going to the bedroom")
        #expect(moved.answer == "We go on in the bedroom.")
        #expect(
            moved.effects == [.announce("The kitchen lights are on.", rooms: [RoomID("bedroom")])])
        let there = talk.say("turn them off again", at: RelayID(2), in: "bedroom")
        #expect(there.changes.map(\.device.value) == ["kitchen/ceiling lights"])
        #expect(talk.say("I'm going to the kitchen").answer == "There is nothing to move.")
        _ = talk.say("I'm going to the bedroom")
        talk.seconds += 300
        #expect(talk.say("put it back", at: RelayID(3), in: "bedroom").changes.isEmpty)
    }

    @Test func `a timer is moved to the room where it shall ring`() throws {
        var talk = try MindTalk("en")
        #expect(talk.say("move the timer to the bedroom").answer == "There is nothing to move.")
        _ = talk.say("set a timer for 5 minutes")
        let moved = talk.say("move my timer to the bedroom")
        #expect(moved.answer == "It will ring in the bedroom." && moved.changedState)
        #expect(talk.assistant.state.timers.map(\.room) == [RoomID("bedroom")])
        #expect(
            talk.say("move the music to the bedroom").answer == "I can't do that: no player is connected.")
    }

    @Test func `timers are set, told, cancelled and refused in the words of the language`() throws {
        var talk = try MindTalk("de")
        #expect(talk.say("stell einen Timer").answer == "Wie lange?")
        #expect(talk.say("5 Minuten").answer == "Der Timer läuft: 5 Minuten.")
        #expect(talk.say("welche Timer laufen").answer == "Der Timer: noch 4 Minuten 58 Sekunden.")
        let stopped = talk.say("stopp")
        #expect(!stopped.answer.isEmpty && !stopped.answer.contains("All right"))
        for (code, list, none) in [
            ("fr", "quels minuteurs sont en marche", "Il n'y a pas de tel minuteur."),
            ("nl", "welke timers lopen er", "Zo'n timer is er niet."),
        ] {
            var other = try MindTalk(code)
            let reply = other.say(list)
            #expect(reply.understood == .no || reply.answer == none, "\(reply.answer)")
        }
    }
}
