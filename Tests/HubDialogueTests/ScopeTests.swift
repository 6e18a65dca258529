import HubAnswers
import HubDialogue
import LoqaBase
import LoqaTestKit
import Testing

/// The promise that matters most: a command reaches nothing outside the place it is about.
struct ScopeTests {
    /// Whether a command in `room` may touch `device` when nothing but `name` says where.
    private func mayTouch(
        _ device: DialogueHome.Entity, named name: String, in room: String?, _ home: DialogueHome
    ) -> Bool {
        guard let area = device.area else { return true }
        if area == room { return true }
        let names = home.area(area)?.names ?? []
        return names.contains { " \(name.lowercased()) ".contains(" \($0.lowercased()) ") }
    }

    @Test(arguments: UInt64(0)..<40)
    func `whatever slots a reading has, its devices are inside the scope that they say`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let home = MadeUpHome.home(using: &random)
            let resolver = TargetResolver(home: home, language: "en")
            for _ in 0..<20 {
                let room = Bool.random(using: &random) ? home.areas.randomElement(using: &random)?.id : nil
                let reading = MadeUpHome.reading(in: home, room: room, using: &random)
                guard case .devices(let devices, let scope) = resolver.target(of: reading, in: room) else {
                    continue
                }
                #expect(!devices.isEmpty)
                if let area = reading.slot("area"), area.source != .context {
                    let meant = home.area(area.words)?.id
                    #expect(meant != nil && devices.allSatisfy { $0.area == meant }, "\(reading)")
                } else if let floor = reading.slot("floor") {
                    let meant = home.floor(floor.words)?.id
                    #expect(
                        devices.allSatisfy {
                            $0.area.flatMap { home.area($0)?.floor } == meant && meant != nil
                        },
                        "\(reading)")
                } else if !reading.combination.hasSuffix("_all") {
                    let name = reading.slot("name")?.words ?? ""
                    #expect(
                        devices.allSatisfy { mayTouch($0, named: name, in: room, home) },
                        "\(reading) in \(room ?? "")")
                }
                #expect(devices.allSatisfy { scope.contains($0, in: home) || $0.area == nil })
            }
        }
    }

    @Test(arguments: UInt64(100)..<112)
    func `whatever is said in a row, a command keeps to its scope, and danger needs clear words`(seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3 {
            let home = MadeUpHome.home(using: &random)
            var dialogue = try TestHome.dialogue(home)
            let room = home.areas.randomElement(using: &random)?.id
            var now = HubInstant.origin
            for _ in 0..<25 {
                now = now + .seconds(Int.random(in: 1...20, using: &random))
                let text = MadeUpHome.sentence(in: home, using: &random)
                let confidence: Double? =
                    Bool.random(using: &random) ? nil : Double.random(in: 0...1, using: &random)
                let wasAsked = dialogue.awaited(in: "r", at: now) != nil
                let step = dialogue.hear(Heard(text, confidence: confidence), in: "r", room: room, at: now)
                for command in step.commands {
                    check(command, home)
                    let guarded = ["cover", "lock", "climate"]
                    let isGuarded = command.devices.contains { guarded.contains($0.domain) }
                    if isGuarded, !wasAsked {
                        #expect((confidence ?? 1) >= Tuning.clearConfidence, "\(text)")
                    }
                    dialogue.performed(command.id, in: "r", restores: [], at: now)
                }
            }
        }
    }

    private func check(_ command: Command, _ home: DialogueHome) {
        guard let scope = command.scope else { return #expect(command.devices.isEmpty) }
        #expect(command.devices.allSatisfy { scope.contains($0, in: home) || $0.area == nil }, "\(command)")
        if scope == .home, command.reading.slot("name") == nil {
            #expect(
                command.reading.combination == "domain_all" || command.reading.intent == "HassGetState",
                "\(command)")
        }
    }

    @Test(arguments: UInt64(200)..<220)
    func `a first sentence that names no place changes nothing outside the room`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let home = MadeUpHome.home(using: &random)
            let room = home.areas.randomElement(using: &random)?.id
            var dialogue = try TestHome.dialogue(home)
            let text = MadeUpHome.sentence(in: home, using: &random)
            let step = dialogue.hear(Heard(text), in: "r", room: room, at: .origin)
            let places = home.areas.flatMap(\.names) + home.floors.flatMap(\.names) + ["all the lights"]
            guard !places.contains(where: { step.commands.map(\.text).joined().contains($0) }) else {
                continue
            }
            for command in step.commands where command.reading.intent != "HassGetState" {
                #expect(
                    command.devices.allSatisfy { $0.area == room || $0.area == nil },
                    "\(text) in \(room ?? "none")")
            }
        }
    }
}
