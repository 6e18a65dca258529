import Foundation
import HubAdmin
import Testing

@testable import loqa

struct WakeFilesTests {
    @Test func `a manifest names its networks, and none that lead elsewhere`() throws {
        let plain = Array("{\"model\": \"a.tflite\"}".utf8)
        #expect(try WakeFiles.networks(of: plain, named: "a.json") == ["a.tflite"])
        let pair = """
            {"model": "a.tflite", "loqa": {"networks": [{"model": "a.tflite"}, {"model": "b.tflite"}],
             "second": {"networks": [{"model": "b.tflite"}, {"model": "c.tflite"}]}}}
            """
        #expect(
            try WakeFiles.networks(of: Array(pair.utf8), named: "a.json") == [
                "a.tflite", "b.tflite", "c.tflite",
            ])
        for bad in ["{}", "[]", "{\"model\": \"../a\"}", "{\"model\": \".a\"}", "no"] {
            #expect(throws: WakeFiles.Problem.self) {
                try WakeFiles.networks(of: Array(bad.utf8), named: "a")
            }
        }
        #expect(Tables.wakeEvent(Samples.wakeEvent).contains("let fall: not the word, margin -1.3"))
        #expect(WakeFiles.wordName(of: "hey loqa.json") == "hey_loqa")
        #expect(
            try WakeCommand.Test.found(
                Data("{\"file\": \"a\"}\n{\"file\": \"a\", \"near_miss\": true}\n".utf8), ["a", "b"])
                == [.init(file: "a", heard: 1, near: 1), .init(file: "b", heard: 0, near: 0)])
    }
}
