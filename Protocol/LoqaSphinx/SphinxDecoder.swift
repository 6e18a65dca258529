import CLinux
import CPocketSphinx
import Glibc

/// One pocketsphinx decoder: spots a phrase in running sound, or reads whole utterances by a network of words.
///
/// Sound is 16 kHz mono; frames are 10 ms. For one thread at a time. Between utterances the decoder keeps what it has
/// learned of the channel (its cepstral mean), so a decoder serves one microphone best.
package final class SphinxDecoder {
    /// What the decoder looks for.
    package enum Search: Sendable {
        /// A phrase in running sound. A smaller threshold (1e-20) misses less and errs more than a larger (1e-10).
        case phrase(String, threshold: Double)
        /// Sentences of a network of words; ``loadNetwork(_:pronunciations:)`` comes before the first utterance.
        case grammar
        /// Any phones in any order: what speech scores that no grammar binds.
        case phones
    }

    /// A word of a hypothesis, in frames since its utterance began, the last one included.
    package struct Segment: Sendable, Equatable {
        /// As the dictionary writes it.
        package var word: String
        /// Its first frame of 10 ms.
        package var firstFrame: Int
        /// Its last frame, not before the first.
        package var lastFrame: Int
        /// What the sound scores as this word.
        package var acousticScore: Int
    }

    /// Samples in a frame.
    package static let frameSampleCount = 160

    private let decoder: OpaquePointer
    private var knownWords: Set<String>
    private let countsFromUtterance: Bool

    /// - Parameter pronunciations: words to know from the start, with their ARPAbet variants.
    /// - Throws: `.unknownWords` if a word of the phrase has no pronunciation, `.refused`.
    package init(
        _ model: SphinxModel, _ search: Search, pronunciations: [String: [String]] = [:]
    ) throws(SphinxError) {
        var options = ["loqa", "-hmm", model.acousticFolder, "-samprate", "16000"]
        switch search {
        case .phrase(let phrase, let threshold):
            countsFromUtterance = true
            let missing = phrase.split(separator: " ").map(String.init).filter { pronunciations[$0] == nil }
            guard missing.isEmpty else { throw .unknownWords(missing) }
            options += ["-keyphrase", phrase, "-kws_threshold", "\(threshold)"]
            // Removal moves the places of words by up to a second; a gate in front does its work. The best match of
            // 100 ms, not the first, is told: it ends within 100 ms of the phrase in 88 of 100 (of 80 ms: 81, of 60: 71).
            options += ["-remove_silence", "no", "-kws_delay", "10"]
        case .grammar:
            countsFromUtterance = false
            // Wide beams and no removal of silence: measured to read far better in noise, for twice the time.
            options += ["-remove_silence", "no", "-beam", "1e-60", "-wbeam", "1e-40", "-pbeam", "1e-60"]
            // Bounds the time for a frame whatever the noise: a third less on the average, and the same words.
            options += ["-maxhmmpf", "1500"]
        case .phones:
            countsFromUtterance = false
            options += ["-allphone", model.phoneModelPath, "-allphone_ci", "yes", "-lw", "2.0"]
            options += ["-remove_silence", "no", "-beam", "1e-20", "-pbeam", "1e-10"]
        }
        err_set_logfp(nil)
        // A dictionary must not be empty, and must be a file: one in memory, reached through /proc.
        let words = pronunciations.isEmpty ? ["yes": ["Y EH S"]] : pronunciations
        let descriptor = try Self.memoryFile(SphinxModel.dictionary(words))
        defer { close(descriptor) }
        options += ["-dict", "/proc/self/fd/\(descriptor)"]
        knownWords = Set(words.keys)
        decoder = try Self.start(options)
    }

    deinit { ps_free(decoder) }

    /// Reads by another network from the next utterance on.
    ///
    /// A JSGF grammar would do as well, but the library writes each use of a rule out in full: a home's grammar of 18 kB
    /// took 240 MB and three times real time.
    ///
    /// - Parameters:
    ///   - network: in the library's FSG text form.
    ///   - pronunciations: of all its words; those known already may be left out.
    /// - Throws: `.badGrammar`; then the old network stays.
    package func loadNetwork(_ network: String, pronunciations: [String: [String]]) throws(SphinxError) {
        for (word, variants) in pronunciations where knownWords.insert(word).inserted {
            for (index, phones) in variants.enumerated() {
                let name = index == 0 ? word : "\(word)(\(index + 1))"
                if ps_add_word(decoder, name, phones, 0) < 0 { throw .unknownWords([word]) }
            }
        }
        let descriptor = try Self.memoryFile(network)
        defer { close(descriptor) }
        let weight = Float(cmd_ln_float_r(ps_get_config(decoder), "-lw"))
        guard
            let read = fsg_model_readfile("/proc/self/fd/\(descriptor)", ps_get_logmath(decoder), weight)
        else { throw .badGrammar }
        // The decoder keeps a reference of its own.
        defer { fsg_model_free(read) }
        // Both searches share the name: setting it again replaces the network.
        guard ps_set_fsg(decoder, "home", read) == 0, ps_set_search(decoder, "home") == 0 else {
            throw .badGrammar
        }
    }

    /// Begins an utterance. What the decoder learned of the channel stays: to forget it costs words in noise.
    package func start() throws(SphinxError) {
        // A phrase is placed by frames since the stream began, and each utterance's end loses some: make each utterance
        // a stream. Words of a network are placed by the utterance anyway, and its noise is better not forgotten.
        if countsFromUtterance { ps_start_stream(decoder) }
        guard ps_start_utt(decoder) == 0 else { throw .refused("begin an utterance") }
    }

    /// Takes sound. `isWhole` says that this is the whole utterance, which is then normalised as one.
    package func process(_ samples: Span<Int16>, isWhole: Bool = false) throws(SphinxError) {
        let result = samples.withUnsafeBufferPointer { buffer in
            ps_process_raw(decoder, buffer.baseAddress, buffer.count, 0, isWhole ? 1 : 0)
        }
        guard result >= 0 else { throw .refused("take sound") }
    }

    /// Ends the utterance.
    package func end() throws(SphinxError) {
        guard ps_end_utt(decoder) == 0 else { throw .refused("end an utterance") }
    }

    /// What was heard so far, with the score of its path; `nil` if nothing fits.
    package var hypothesis: (text: String, score: Int)? {
        var score: Int32 = 0
        guard let text = ps_get_hyp(decoder, &score) else { return nil }
        let words = String(cString: text).split(separator: " ").joined(separator: " ")
        return words.isEmpty ? nil : (words, Int(score))
    }

    /// The words of the hypothesis with their places, silences and noises left out.
    package var segments: [Segment] {
        // "<sil>", "[NOISE]" and "(NULL)", a step without a word, are none; "the(2)" is another way to say "the".
        allSegments.compactMap { segment in
            let base = segment.word.prefix { $0 != "(" }
            guard !base.isEmpty, !segment.word.hasPrefix("<"), !segment.word.hasPrefix("[") else {
                return nil
            }
            var word = segment
            word.word = String(base)
            return word
        }
    }

    /// Everything the hypothesis is made of, silences, noises and steps without a word as well; phones, if they are what
    /// is looked for.
    package var allSegments: [Segment] {
        var found: [Segment] = []
        var next = ps_seg_iter(decoder)
        while let segment = next {
            var (first, last): (Int32, Int32) = (0, 0)
            ps_seg_frames(segment, &first, &last)
            var (acoustic, language, backoff): (Int32, Int32, Int32) = (0, 0, 0)
            ps_seg_prob(segment, &acoustic, &language, &backoff)
            found.append(
                Segment(
                    word: String(cString: ps_seg_word(segment)), firstFrame: Int(first), lastFrame: Int(last),
                    acousticScore: Int(acoustic)))
            next = ps_seg_next(segment)
        }
        return found
    }

    private static func start(_ options: [String]) throws(SphinxError) -> OpaquePointer {
        var arguments = options.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        guard let configuration = cmd_ln_parse_r(nil, ps_args(), Int32(arguments.count), &arguments, 1) else {
            throw .refused("take its options")
        }
        // The decoder keeps a reference of its own.
        defer { cmd_ln_free_r(configuration) }
        guard let decoder = ps_init(configuration) else { throw .refused("start") }
        return decoder
    }

    private static func memoryFile(_ text: String) throws(SphinxError) -> Int32 {
        let descriptor = loqa_memory_file("loqa-dictionary")
        guard descriptor >= 0 else { throw .refused("take a dictionary: no memory file") }
        var text = text
        let isWritten = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten else {
            close(descriptor)
            throw .refused("take a dictionary: the memory file is full")
        }
        return descriptor
    }
}
