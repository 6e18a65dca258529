package import HubDialogue
package import HubLanguage

/// Loqa's own sentences and phrases: a folder for each language with YAML files in the shape of a pack. The file
/// `dialogue.yaml` also has `phrases`, `conjunctions`, `joiners` and `fillers`, see ``HubDialogue/Phrasebook``.
package struct OwnSentences: Sendable {
    private let folder: String
    private let language: String
    private let files: [PackNode]

    /// Reads `folder`/`language`/*.yaml.
    ///
    /// - Throws: ``PackError`` if there are none, or with file, line and column of what is no YAML.
    package init(folder: String, language: String) throws(PackError) {
        (self.folder, self.language) = (folder, language)
        let names = try PackFolder.names(in: "\(folder)/\(language)").filter { $0.hasSuffix(".yaml") }
        guard !names.isEmpty else {
            throw .file(
                "\(folder)/\(language): has no sentences; there are some for \(try Self.languages(in: folder))"
            )
        }
        var files: [PackNode] = []
        for name in names { files.append(try Self.node("\(folder)/\(language)/\(name)")) }
        self.files = files
    }

    /// Codes of the languages in `folder`, sorted.
    package static func languages(in folder: String) throws(PackError) -> [String] {
        var languages: [String] = []
        for name in try PackFolder.names(in: folder) where name != "tests" {
            if try PackFolder.names(in: "\(folder)/\(name)").contains("dialogue.yaml") {
                languages.append(name)
            }
        }
        return languages
    }

    /// Reads one YAML file.
    package static func node(_ path: String) throws(PackError) -> PackNode {
        guard let text = String(validating: try PackFolder.bytes(path), as: UTF8.self) else {
            throw .file("\(path): is not UTF-8; save it as UTF-8")
        }
        do throws(LanguageError) {
            return try PackNode.yaml(text, file: path)
        } catch {
            throw .language(error)
        }
    }

    /// Adds the sentences to those of a pack, without precedence over them.
    ///
    /// - Throws: ``PackError`` with file, line and column of what is wrong.
    package func add(to source: inout LanguageSource) throws(PackError) {
        do throws(LanguageError) {
            for file in files { try PackReader.add(file, to: &source) }
        } catch {
            throw .language(error)
        }
    }

    /// What the dialogue says in this language.
    ///
    /// - Parameter errors: the error responses of the language's pack.
    /// - Throws: ``PackError`` if a phrase is missing or broken.
    package func phrasebook(errors: [String: String] = [:]) throws(PackError) -> Phrasebook {
        do throws(LanguageError) {
            var phrases: [String: String] = [:]
            var words: [String: [String]] = [:]
            for file in files {
                for (name, text) in try file["phrases"]?.pairs("'phrases'") ?? [] {
                    phrases[name] = try text.string("phrase \(name)")
                }
                for list in ["conjunctions", "joiners", "fillers"] {
                    for word in try file[list]?.items("'\(list)'") ?? [] {
                        words[list, default: []].append(try word.string("a word"))
                    }
                }
            }
            return try book(phrases, words, errors)
        } catch {
            throw .language(error)
        }
    }

    private func book(
        _ phrases: [String: String], _ words: [String: [String]], _ errors: [String: String]
    ) throws(LanguageError) -> Phrasebook {
        do throws(PhrasebookError) {
            return try Phrasebook(
                phrases: phrases, conjunctions: words["conjunctions"] ?? [], joiners: words["joiners"] ?? [],
                fillers: words["fillers"] ?? [], errors: errors)
        } catch {
            let place = SourcePlace(file: "\(folder)/\(language)/dialogue.yaml", line: 1, column: 1)
            throw LanguageError(place, error.description)
        }
    }
}
