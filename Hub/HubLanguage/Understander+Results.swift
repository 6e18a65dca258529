/// The end of a path: does its block accept the context, is it better than what was found, what does it say.
extension Understander {
    mutating func end(_ branch: Branch, ending: UInt32) {
        for index in language.templateSets.range(of: ending) {
            let number = Int(language.templateSets.number(index))
            let template = language.templates[number]
            guard kinds & template.kind.bit != 0 else { continue }
            if results.count == resultCountMax {
                let last = results[results.count - 1]
                guard isBetter((number, branch), than: (last.template, last.branch)) else { continue }
            }
            guard accepts(template.block, branch) else { continue }
            keep(Candidate(template: number, branch: branch, form: form, captures: chain(branch.capture)))
        }
    }

    private mutating func keep(_ candidate: Candidate) {
        let own = (candidate.template, candidate.branch)
        if let same = results.firstIndex(where: { $0.template == candidate.template }) {
            guard isBetter(own, than: (results[same].template, results[same].branch)) else { return }
            results.remove(at: same)
        }
        let place = results.firstIndex { isBetter(own, than: ($0.template, $0.branch)) } ?? results.count
        results.insert(candidate, at: place)
        if results.count > resultCountMax { results.removeLast() }
    }

    /// The documented order: own sentences, a device's name and a long one, few wildcards, many literal characters,
    /// little in wildcards, the intent's name, the order of the pack.
    private func isBetter(_ one: (template: Int, branch: Branch), than two: (template: Int, branch: Branch))
        -> Bool
    {
        let (templateOne, templateTwo) = (language.templates[one.template], language.templates[two.template])
        if templateOne.isPreferred != templateTwo.isPreferred { return templateOne.isPreferred }
        let (first, second) = (one.branch, two.branch)
        if first.nameCount != second.nameCount { return first.nameCount > second.nameCount }
        if first.wildcardCount != second.wildcardCount { return first.wildcardCount < second.wildcardCount }
        if first.literalCount != second.literalCount { return first.literalCount > second.literalCount }
        if first.wildcardLength != second.wildcardLength {
            return first.wildcardLength < second.wildcardLength
        }
        if templateOne.intentRank != templateTwo.intentRank {
            return templateOne.intentRank < templateTwo.intentRank
        }
        return one.template < two.template
    }

    private func chain(_ last: Int32) -> [Capture] {
        var result: [Capture] = []
        var index = last
        while index >= 0 {
            result.append(captures[Int(index)])
            index = captures[Int(index)].previous
        }
        result.reverse()
        return result
    }

    // MARK: Context

    private mutating func accepts(_ number: Int, _ branch: Branch) -> Bool {
        let block = language.blocks[number]
        for index in Int(block.start)..<Int(block.end) {
            let rule = language.rules[index]
            let value = contextValue(rule.key, branch)
            let holds = value.map { isAllowed($0, by: rule) } ?? false
            if holds != (index >= Int(block.requiresStart)) { return false }
        }
        return !block.hasKeywords || containsKeyword(of: number)
    }

    private func isAllowed(_ value: Int32, by rule: Language.FlatRule) -> Bool {
        if rule.start == rule.end { return true }
        for index in Int(rule.start)..<Int(rule.end) where language.allowed[index] == value { return true }
        return false
    }

    /// What the path knows under `key`: its last value that says so, else the caller.
    private func contextValue(_ key: Int32, _ branch: Branch) -> Int32? {
        var index = branch.capture
        while index >= 0 {
            let capture = captures[Int(index)]
            switch capture.content {
            case .value(let number):
                if let value = language.valueContexts.value(of: Int(number), under: key) { return value }
            case .home(let number):
                if let value = home.contexts.value(of: Int(number), under: key) { return value }
            case .number, .words: break
            }
            index = capture.previous
        }
        for index in callerContext.indices where callerContext[index].key == key {
            return callerContext[index].value
        }
        return nil
    }

    private mutating func containsKeyword(of number: Int) -> Bool {
        let text = UnsafeBufferPointer(start: text, count: textCount)
        let words = sentenceWords ?? Set(text.split(separator: 0x20).map { Array($0) })
        sentenceWords = words
        return language.parts.blocks[number].keywords.contains { words.contains($0) }
    }

    private func value(of content: ListHits.Content) -> Language.Value? {
        switch content {
        case .value(let number): language.parts.values[Int(number)]
        case .home(let number): home.values[Int(number)]
        case .number, .words: nil
        }
    }

    // MARK: Result

    func understanding(
        _ candidate: Candidate, _ text: SentenceText, _ context: [String: SlotValue]
    ) -> Understanding {
        let template = language.templates[candidate.template]
        let block = language.parts.blocks[template.block]
        var slots: [Understanding.Slot] = []
        var captured: [Understanding.Slot] = []
        var merged = context
        for capture in candidate.captures {
            let use = language.parts.uses[Int(capture.use)]
            let slot = slot(capture, use, text)
            if use.isCapture {
                captured.append(slot)
            } else {
                // Said twice, the last one counts.
                slots.removeAll { $0.name == slot.name }
                slots.append(slot)
            }
            for pair in value(of: capture.content)?.context ?? [] {
                merged[language.parts.contextKeys[pair.key]] = pair.value
            }
        }
        for (name, value) in block.slots where !slots.contains(where: { $0.name == name }) {
            slots.append(.init(name: name, value: value, text: "", source: .implied))
        }
        for rule in block.requires {
            guard let name = rule.slot, let value = merged[language.parts.contextKeys[rule.key]] else {
                continue
            }
            if slots.contains(where: { $0.name == name }) { continue }
            slots.append(.init(name: name, value: value, text: "", source: .context))
        }
        let branch = candidate.branch
        return Understanding(
            intent: block.intent, response: block.response, combination: block.combination, slots: slots,
            captures: captured, context: merged, template: language.parts.texts.text(template.text),
            place: SourcePlace(
                file: language.parts.texts.text(template.file), line: template.line, column: 1),
            score: .init(
                isPreferred: block.isPreferred, nameCount: Int(branch.nameCount),
                wildcardCount: Int(branch.wildcardCount), literalCount: Int(branch.literalCount),
                wildcardLength: Int(branch.wildcardLength)))
    }

    private func slot(_ capture: Capture, _ use: Language.Use, _ text: SentenceText) -> Understanding.Slot {
        let heard = Self.string(text.heard[Int(capture.start)..<Int(capture.end)])
        let value: SlotValue
        switch capture.content {
        case .words: value = .text(heard)
        case .value(let number): value = language.parts.values[Int(number)].value ?? .text(heard)
        case .home(let number): value = home.values[Int(number)].value ?? .text(heard)
        case .number(let tenths): value = number(Int(tenths), of: use.list)
        }
        let isWildcard = if case .words = capture.content { true } else { false }
        return .init(name: use.slot, value: value, text: heard, source: isWildcard ? .wildcard : .said)
    }

    private func number(_ tenths: Int, of list: Int) -> SlotValue {
        guard case .range(let range) = language.lists[list] else { return .integer(tenths / 10) }
        let value = Double(tenths) / 10 * range.multiplier
        return value.rounded(.towardZero) == value ? .integer(Int(value)) : .number(value)
    }

    private static func string(_ scalars: ArraySlice<UInt32>) -> String {
        var view = String.UnicodeScalarView()
        for value in scalars { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
        while view.last == " " { view.removeLast() }
        return String(view)
    }
}
