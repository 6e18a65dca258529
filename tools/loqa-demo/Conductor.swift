/// Plays one turn at a time in a house, and waits for its end before the next.
struct Conductor {
    /// How long each part of a turn may take. Longer than the hub's and the relay's own deadlines, so that it is they that
    /// end a turn that goes wrong.
    enum Patience {
        static let wake = Duration.seconds(4)
        static let understanding = Duration.seconds(15)
        static let answer = Duration.seconds(30)
        /// Two quiet moments before the next sentence: a room is never as quick as a script.
        static let between = Duration.milliseconds(600)
    }

    let house: House

    /// Says the wake phrase and a sentence in a room and gathers what came of it. A turn that goes wrong is not an error:
    /// the record shows how far it came.
    func say(_ sentence: String, with talker: Talker, in room: House.Room) throws -> TurnRecord {
        let sound = try talker.sound(wakingWith: sentence)
        var record = TurnRecord(relay: room.relay, room: room.room, said: sentence)
        house.onEvent = { record.note($0) }
        defer { house.onEvent = nil }
        room.board?.say(sound)
        guard try house.run(atMost: sound.duration + Patience.wake, until: { record.number != nil }) else {
            return record
        }
        try house.run(atMost: sound.duration + Patience.understanding) {
            record.isClosed || record.voiceFirst != nil
        }
        try house.run(atMost: Patience.answer) { record.isClosed && room.isIdle }
        // The board tells the end of a sound only after 300 ms without any; and a question opens the microphone again.
        try house.run(atMost: Patience.between)
        try house.run(atMost: Patience.answer) { room.isIdle }
        return record
    }

    /// Gathers one turn of a person at a real microphone.
    func listen(in room: House.Room) throws -> TurnRecord {
        var record = TurnRecord(relay: room.relay, room: room.room, said: nil)
        house.onEvent = { record.note($0) }
        defer { house.onEvent = nil }
        while try !house.run(atMost: .seconds(3_600), until: { record.isClosed }) {}
        try house.run(atMost: Patience.answer) { room.isIdle }
        return record
    }

    /// Waits until a timer rings in a room.
    func waitForRing(in room: House.Room, atMost duration: Duration) throws -> Bool {
        let seen = house.events.count
        let rang = try house.run(atMost: duration) {
            house.events.dropFirst(seen).contains { $0.relay == room.relay && $0.name == "ring.started" }
        }
        if rang { try house.run(atMost: .seconds(2)) }
        return rang
    }
}
