import CZlib

/// Why compressed bytes cannot be read.
package enum GunzipError: Error, Equatable, CustomStringConvertible {
    case notCompressed
    case damaged
    case tooLong(byteCountMax: Int)

    package var description: String {
        switch self {
        case .notCompressed: "is no gzip file"
        case .damaged: "is damaged, or ends early"
        case .tooLong(let max): "unpacks to more than \(max) bytes"
        }
    }
}

/// Unpacks gzip (RFC 1952).
package enum Gunzip {
    /// The bytes that `packed` holds, at most `byteCountMax`.
    ///
    /// - Throws: ``GunzipError``.
    package static func unpack(_ packed: [UInt8], byteCountMax: Int) throws(GunzipError) -> [UInt8] {
        guard packed.starts(with: [0x1F, 0x8B]) else { throw .notCompressed }
        var stream = z_stream()
        guard loqa_gunzip_start(&stream) == Z_OK else { throw .damaged }
        defer { inflateEnd(&stream) }
        var input = packed
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let status = input.withUnsafeMutableBufferPointer { input -> Int32 in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            var status = Z_OK
            while status == Z_OK, output.count <= byteCountMax {
                let left = chunk.withUnsafeMutableBufferPointer { chunk -> Int in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(chunk.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return Int(stream.avail_out)
                }
                output += chunk[..<(chunk.count - left)]
            }
            return status
        }
        guard output.count <= byteCountMax else { throw .tooLong(byteCountMax: byteCountMax) }
        guard status == Z_STREAM_END else { throw .damaged }
        return output
    }
}
