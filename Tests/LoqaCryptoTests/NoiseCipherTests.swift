import LoqaTestKit
import Testing

@testable import LoqaCrypto

struct NoiseCipherTests {
    @Test func `a change of any byte of a record closes the cipher`() throws {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        var sender = NoiseCipher(key: key)
        let record = try sender.seal([1, 2, 3, 4, 5])
        for index in record.indices {
            for change in [UInt8(1), 0x80] {
                var changed = record
                changed[index] ^= change
                var receiver = NoiseCipher(key: key)
                #expect(throws: NoiseError.authenticationFailed) { try receiver.open(changed) }
                #expect(throws: NoiseError.closed) { try receiver.open(record) }
                #expect(throws: NoiseError.closed) { try receiver.seal([]) }
            }
        }
    }

    @Test func `records open once and in order`() throws {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        var (sender, receiver) = (NoiseCipher(key: key), NoiseCipher(key: key))
        let records = [try sender.seal([0]), try sender.seal([1])]
        var skipping = receiver
        #expect(throws: NoiseError.authenticationFailed) { try skipping.open(records[1]) }
        #expect(try receiver.open(records[0]) == [0])
        var repeating = receiver
        #expect(throws: NoiseError.authenticationFailed) { try repeating.open(records[0]) }
        #expect(try receiver.open(records[1]) == [1])
    }

    @Test(arguments: [0, 1, 15, 65_536, 70_000])
    func `a record of a length that none has closes the cipher`(byteCount: Int) throws {
        var receiver = NoiseCipher(key: SecretKey([UInt8](repeating: 1, count: 32)))
        let record = [UInt8](repeating: 0, count: byteCount)
        #expect(throws: NoiseError.wrongLength(byteCount)) { try receiver.open(record) }
        #expect(throws: NoiseError.closed) { try receiver.open(record) }
    }

    @Test func `empty and longest plaintexts travel, a longer one is refused and the cipher goes on`() throws
    {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        var (sender, receiver) = (NoiseCipher(key: key), NoiseCipher(key: key))
        let longest = [UInt8](repeating: 5, count: NoiseCipher.plaintextByteCountMax)
        #expect(throws: NoiseError.wrongLength(65_520)) { try sender.seal(longest + [1]) }
        for plaintext in [[], longest, [1]] {
            let record = try sender.seal(plaintext)
            #expect(record.count == plaintext.count + NoiseCipher.tagByteCount)
            #expect(try receiver.open(record) == plaintext)
        }
    }

    @Test func `both sides change the key at the same record, to what the specification says`() throws {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        var (sender, receiver) = (
            NoiseCipher(key: key, rekeyInterval: 4), NoiseCipher(key: key, rekeyInterval: 4)
        )
        var unchanged = NoiseCipher(key: key)
        // REKEY(k): the first 32 bytes of ENCRYPT(k, 2^64 - 1, nothing, zeros); the numbers go on.
        let zeros = [UInt8](repeating: 0, count: 32)
        let nextKey = SecretKey(
            ChaChaPoly.seal(zeros, key: key, nonce: .max, authenticating: []).prefix(32))
        for number in 0..<UInt64(13) {
            let record = try sender.seal([7])
            #expect(try receiver.open(record) == [7])
            let isFirstKey = try record == unchanged.seal([7])
            #expect(isFirstKey == (number < 4))
            if (4..<8).contains(number) {
                #expect(record == ChaChaPoly.seal([7], key: nextKey, nonce: number, authenticating: []))
            }
        }
    }

    @Test func `without being told the key changes after 65,536 records`() throws {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        #expect(NoiseCipher.rekeyInterval == 65_536)
        var sender = NoiseCipher(key: key, nonce: 65_534)
        for number in [UInt64(65_534), 65_535, 65_536] {
            let plain = ChaChaPoly.seal([], key: key, nonce: number, authenticating: [])
            #expect(try sender.seal([]) == plain || number == 65_536)
        }
        var late = NoiseCipher(key: key, nonce: 65_535)
        _ = try late.seal([])
        #expect(try late.seal([]) != ChaChaPoly.seal([], key: key, nonce: 65_536, authenticating: []))
    }

    @Test func `the last number is refused on both sides`() throws {
        let key = SecretKey([UInt8](repeating: 1, count: 32))
        var (sender, receiver) = (
            NoiseCipher(key: key, nonce: .max - 1), NoiseCipher(key: key, nonce: .max - 1)
        )
        let record = try sender.seal([1])
        #expect(try receiver.open(record) == [1])
        #expect(throws: NoiseError.nonceExhausted) { try sender.seal([1]) }
        #expect(throws: NoiseError.nonceExhausted) { try receiver.open(record) }
    }

    @Test(arguments: UInt64(0)..<200)
    func `random records are refused`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var receiver = NoiseCipher(key: random.secretKey())
        let record = random.bytes(Int.random(in: 0...300, using: &random))
        let failure = error { () throws(NoiseError) in _ = try receiver.open(record) }
        #expect(failure == (record.count < 16 ? .wrongLength(record.count) : .authenticationFailed))
    }
}
