import CFlite
import SpeechFrames

/// Speaks one text after another with flite's voice slt, each sentence as it is worked out.
final class Speaker {
    /// Texts that may wait; the hub sends one at a time.
    private static let waitingCountMax = 4

    private struct Request {
        var id: UInt32
        var text: String
    }

    private var pipe = HubPipe()
    private var waiting: [Request] = []
    private var current: UInt32?
    private var isCancelled = false
    private var cutter = SoundCutter()
    private var problem: PipeError?
    private let voice: UnsafeMutablePointer<cst_voice>

    enum Failure: Error, CustomStringConvertible {
        case noVoice
        var description: String { "flite's voice slt cannot be loaded" }
    }

    init() throws(Failure) {
        flite_init()
        guard let voice = register_cmu_us_slt(nil), let streaming = loqa_flite_stream(voice) else {
            throw .noVoice
        }
        self.voice = voice
        streaming.pointee.min_buffsize = Int32(SoundCutter.pieceSampleCount / 2)
        streaming.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        streaming.pointee.asc = { wave, start, count, _, streaming in
            guard let wave, let owner = streaming?.pointee.userdata else { return CST_AUDIO_STREAM_STOP }
            let speaker = Unmanaged<Speaker>.fromOpaque(owner).takeUnretainedValue()
            let samples = UnsafeBufferPointer(
                start: wave.pointee.samples.advanced(by: Int(start)), count: Int(count))
            return speaker.goesOn(samples) ? CST_AUDIO_STREAM_CONT : CST_AUDIO_STREAM_STOP
        }
        // The first sentence after a start takes three times as long as later ones: let it be nobody's.
        if let wave = flite_text_to_wave("ready", voice) { delete_wave(wave) }
    }

    /// Serves the hub until it ends the conversation, which is thrown.
    func run() throws(PipeError) {
        try pipe.send(.ready(engine: "flite slt"))
        while true {
            if waiting.isEmpty { try take(try pipe.next()) } else { try speak(waiting.removeFirst()) }
        }
    }

    private func take(_ frame: SpeechFrame) throws(PipeError) {
        switch frame {
        case .speak(let id, let text):
            guard waiting.count < Self.waitingCountMax else {
                return try pipe.send(.failed(id: id, reason: "too many texts wait"))
            }
            waiting.append(Request(id: id, text: text))
        case .cancel(let id):
            if id == current { isCancelled = true }
            if let place = waiting.firstIndex(where: { $0.id == id }) {
                waiting.remove(at: place)
                try pipe.send(.spoken(id: id))
            }
        case .loadGrammar(let id, _, _), .recognise(let id, _):
            try pipe.send(.failed(id: id, reason: "this engine only speaks"))
        case .ready, .grammarLoaded, .hypothesis, .noHypothesis, .sound, .spoken, .failed: break
        }
    }

    private func speak(_ request: Request) throws(PipeError) {
        (current, isCancelled, cutter) = (request.id, false, SoundCutter())
        defer { current = nil }
        for sentence in SentenceCutter.sentences(of: request.text) {
            let wave = flite_text_to_wave(sentence, voice)
            if let wave { delete_wave(wave) }
            if let problem { throw problem }
            if isCancelled { return try pipe.send(.spoken(id: request.id)) }
            guard wave != nil else {
                return try pipe.send(.failed(id: request.id, reason: "flite cannot speak this text"))
            }
        }
        if let rest = cutter.finish() { try pipe.send(.sound(id: request.id, samples: rest)) }
        try pipe.send(.spoken(id: request.id))
    }

    /// Sends the sound that flite has just made, and looks whether the hub wants more.
    private func goesOn(_ samples: UnsafeBufferPointer<Int16>) -> Bool {
        guard let current else { return true }
        do throws(PipeError) {
            for piece in cutter.take(samples) { try pipe.send(.sound(id: current, samples: piece)) }
            while let frame = try pipe.poll() { try take(frame) }
            return !isCancelled
        } catch {
            problem = error
            return false
        }
    }
}
