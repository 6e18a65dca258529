/// Reads FlatBuffers (the wire format of google/flatbuffers) from bytes that nobody vouches for: every access is checked.
struct FlatBuffer {
    let bytes: [UInt8]

    /// A table's position in the buffer.
    typealias Table = Int

    var root: Table { get throws(ModelError) { try follow(at: 0) } }

    func byte(at position: Int) throws(ModelError) -> UInt8 {
        guard bytes.indices.contains(position) else { throw .truncated(atByte: position) }
        return bytes[position]
    }

    func uint16(at position: Int) throws(ModelError) -> Int {
        Int(try byte(at: position)) | Int(try byte(at: position + 1)) << 8
    }

    func uint32(at position: Int) throws(ModelError) -> Int {
        try uint16(at: position) | uint16(at: position + 2) << 16
    }

    func int32(at position: Int) throws(ModelError) -> Int {
        Int(Int32(truncatingIfNeeded: try uint32(at: position)))
    }

    func int64(at position: Int) throws(ModelError) -> Int {
        Int(truncatingIfNeeded: UInt64(try uint32(at: position)) | UInt64(try uint32(at: position + 4)) << 32)
    }

    func float(at position: Int) throws(ModelError) -> Float {
        Float(bitPattern: UInt32(try uint32(at: position)))
    }

    /// Where the offset at `position` leads.
    private func follow(at position: Int) throws(ModelError) -> Int {
        position + (try uint32(at: position))
    }

    /// Where the field stands in the table; `nil` when it was left out.
    private func field(_ index: Int, of table: Table) throws(ModelError) -> Int? {
        let description = table - (try int32(at: table))
        guard description >= 0 else { throw .truncated(atByte: table) }
        guard 4 + 2 * index < (try uint16(at: description)) else { return nil }
        let offset = try uint16(at: description + 4 + 2 * index)
        return offset == 0 ? nil : table + offset
    }

    func int8(_ index: Int, of table: Table) throws(ModelError) -> Int {
        guard let position = try field(index, of: table) else { return 0 }
        return Int(Int8(bitPattern: try byte(at: position)))
    }

    func int32(_ index: Int, of table: Table) throws(ModelError) -> Int {
        guard let position = try field(index, of: table) else { return 0 }
        return try int32(at: position)
    }

    func table(_ index: Int, of table: Table) throws(ModelError) -> Table? {
        guard let position = try field(index, of: table) else { return nil }
        return try follow(at: position)
    }

    /// First byte and count of a vector's elements, which lie within the file; `nil` when it was left out.
    func vector(_ index: Int, of table: Table, elementByteCount: Int) throws(ModelError) -> (
        start: Int, count: Int
    )? {
        guard let position = try field(index, of: table) else { return nil }
        let start = try follow(at: position)
        let count = try uint32(at: start)
        guard count * elementByteCount <= bytes.count - start - 4 else { throw .truncated(atByte: start) }
        return (start + 4, count)
    }

    func int32Vector(_ index: Int, of table: Table) throws(ModelError) -> [Int] {
        guard let (start, count) = try vector(index, of: table, elementByteCount: 4) else { return [] }
        try check(count, "elements of a list")
        var values: [Int] = []
        for item in 0..<count { values.append(try int32(at: start + 4 * item)) }
        return values
    }

    func int64Vector(_ index: Int, of table: Table) throws(ModelError) -> [Int] {
        guard let (start, count) = try vector(index, of: table, elementByteCount: 8) else { return [] }
        try check(count, "elements of a list")
        var values: [Int] = []
        for item in 0..<count { values.append(try int64(at: start + 8 * item)) }
        return values
    }

    func floatVector(_ index: Int, of table: Table) throws(ModelError) -> [Float] {
        guard let (start, count) = try vector(index, of: table, elementByteCount: 4) else { return [] }
        try check(count, "elements of a list")
        var values: [Float] = []
        for item in 0..<count { values.append(try float(at: start + 4 * item)) }
        return values
    }

    func tables(_ index: Int, of table: Table) throws(ModelError) -> [Table] {
        guard let (start, count) = try vector(index, of: table, elementByteCount: 4) else { return [] }
        try check(count, "entries of a list")
        var values: [Table] = []
        for item in 0..<count { values.append(try follow(at: start + 4 * item)) }
        return values
    }

    func string(_ index: Int, of table: Table) throws(ModelError) -> String {
        guard let (start, count) = try vector(index, of: table, elementByteCount: 1) else { return "" }
        try check(count, "bytes of a name")
        return String(decoding: bytes[start..<start + count], as: UTF8.self)
    }

    private func check(_ count: Int, _ what: String) throws(ModelError) {
        guard count <= ModelLimits.itemCountMax else { throw .tooLarge("\(count) \(what)") }
    }
}
