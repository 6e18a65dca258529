import Glibc
import LoqaModels
import LoqaSystem
import LoqaWake
import Testing

struct WakeModelsTests {
    private static let manifest = """
        {"type": "micro", "wake_word": "Okay Test", "model": "test.tflite", "author": "somebody", "version": 2,
         "micro": {"probability_cutoff": 0.85, "sliding_window_size": 5, "feature_step_size": 10,
                   "tensor_arena_size": 37000}}
        """

    @Test func `a manifest is read as far as it is known`() throws {
        let manifest = try WakeManifest(Array(Self.manifest.utf8), path: "a.json")
        #expect(manifest.phrase == "Okay Test")
        #expect(
            manifest.networks == [WakeManifest.Network(model: "test.tflite", features: .micro, weight: 1)])
        #expect(manifest.thresholds == [.low: 0.85, .normal: 0.85, .high: 0.85])
        #expect(manifest.score == .probability)
        #expect(manifest.windowCount == 5)
        #expect(manifest.role == .wake)
    }

    @Test func `a word of several networks has weights, a window and three thresholds of logits`() throws {
        let own = """
            "version": 2, "loqa": {"window": 4, "thresholds": {"low": 7.5, "normal": 5, "high": -3},
              "networks": [{"model": "a.tflite", "features": "micro"},
                           {"model": "b.tflite", "features": "log-mel", "weight": 1.25}]}
            """
        let text = Self.manifest.replacing("\"version\": 2", with: own)
        let manifest = try WakeManifest(Array(text.utf8), path: "a.json")
        #expect(manifest.score == .logit)
        #expect(manifest.windowCount == 4)
        #expect(manifest.thresholds == [.low: 7.5, .normal: 5, .high: -3])
        #expect(manifest.networks.map(\.features) == [.micro, .logMel])
        #expect(manifest.networks.map(\.weight) == [1, 1.25])
        let wrong = text.replacing("log-mel", with: "cepstrum")
        do {
            _ = try WakeManifest(Array(wrong.utf8), path: "a.json")
            Issue.record("unknown features were taken")
        } catch {
            #expect(error.description.contains("loqa.networks[1].features"))
        }
    }

    @Test func `the word stop alone is a stop word, unless its manifest says otherwise`() throws {
        let stop = Self.manifest.replacing("Okay Test", with: "Stop")
        #expect(try WakeManifest(Array(stop.utf8), path: "a.json").role == .stop)
        let wake = stop.replacing("\"version\": 2", with: "\"role\": \"wake\"")
        #expect(try WakeManifest(Array(wake.utf8), path: "a.json").role == .wake)
    }

    @Test(arguments: [
        ("\"micro\", \"wake", "\"macro\", \"wake", "type"), ("Okay Test", "", "wake_word"),
        ("test.tflite", "../test.tflite", "model"), ("0.85", "1.85", "probability_cutoff"),
        ("size\": 5", "size\": 0", "sliding_window_size"),
        ("step_size\": 10", "step_size\": 20", "feature_step_size"),
        ("\"version\": 2", "\"role\": \"sleep\"", "role"), ("}}", "}", "JSON"),
    ])
    func `a wrong field is named, with the file`(was: String, now: String, name: String) {
        let text = Self.manifest.replacing(was, with: now)
        do {
            _ = try WakeManifest(Array(text.utf8), path: "a.json")
            Issue.record("\(name) was not refused")
        } catch {
            #expect(error.description.contains(name))
            #expect(error.description.hasPrefix("a.json: "))
        }
    }

    @Test func `a path that is not there, an empty folder and a model that is none are told apart`() throws {
        let folder = try #require(temporaryFolder())
        defer { remove(folder) }
        #expect(throws: WakeModelError.self) { try WakeModels.words(at: "\(folder)/none") }
        do {
            _ = try WakeModels.words(at: folder)
            Issue.record("an empty folder was taken")
        } catch {
            #expect(error.problem == .none)
        }
        let path = "\(folder)/noise.tflite"
        let file = try #require(fopen(path, "w"))
        fputs("this is no model at all", file)
        fclose(file)
        defer { remove(path) }
        do {
            _ = try WakeModels.words(at: path)
            Issue.record("text was taken for a model")
        } catch {
            #expect(error.problem == .model(.notAModel))
            #expect(error.description.contains(path))
        }
    }

    private func temporaryFolder() -> String? {
        var template = Array("/tmp/loqa-models-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) }
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(old) {
                result += new
                rest = rest.dropFirst(old.count)
            } else if let next = rest.popFirst() {
                result.append(next)
            }
        }
        return result
    }
}
