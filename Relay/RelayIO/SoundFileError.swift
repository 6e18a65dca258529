package import LoqaAudio
package import LoqaSystem

/// A sound file cannot be read or written. The description says which, what is wrong and what to do.
package struct SoundFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Problem: Sendable, Equatable {
        case system(SystemError)
        case wav(WAVError)
        /// Another rate than Loqa's.
        case rate(Int)
        /// Other channels than needed; the need in words.
        case channels(Int, need: String)
        /// Nothing but a header.
        case empty
        /// More sound than a WAV file can hold.
        case tooLong
    }

    package var path: String
    package var problem: Problem

    package init(_ path: String, _ problem: Problem) { (self.path, self.problem) = (path, problem) }

    package var description: String {
        switch problem {
        case .system(let error): "\(error)"
        case .wav(let error): "\(path): \(error)"
        case .rate(let rate):
            "\(path) has \(rate) frames a second, 16000 are needed; \"sox IN -r 16000 OUT\" converts it"
        case .channels(let count, let need):
            "\(path) has \(count) \(count == 1 ? "channel" : "channels"), but \(need)"
        case .empty: "\(path) holds no sound"
        case .tooLong: "\(path) would be longer than a WAV file can be (4 GiB)"
        }
    }
}
