import LoqaCrypto
import LoqaTestKit
import Testing

struct AdoptionTests {
    @Test(arguments: LinkVectors.all.adoption)
    func `commitment and code have the golden values`(vector: LinkVectors.Adoption) {
        let (hash, nonce) = ([UInt8](hex: vector.hash), [UInt8](hex: vector.relayNonce))
        let commitment = Adoption.commitment(hash: hash, nonce: nonce)
        #expect(commitment.hex == vector.commitment)
        #expect(Adoption.matches(commitment: commitment, hash: hash, nonce: nonce))
        let code = Adoption.code(hash: hash, relayNonce: nonce, hubNonce: [UInt8](hex: vector.hubNonce))
        #expect(code == vector.code)
    }

    @Test func `a commitment fits one nonce in one handshake only`() {
        var random = SeededGenerator(seed: 1)
        let (hash, nonce) = (random.bytes(32), random.bytes(16))
        let commitment = Adoption.commitment(hash: hash, nonce: nonce)
        for index in 0..<16 {
            var other = nonce
            other[index] ^= 1
            #expect(!Adoption.matches(commitment: commitment, hash: hash, nonce: other))
        }
        for index in 0..<32 {
            var (otherHash, otherCommitment) = (hash, commitment)
            otherHash[index] ^= 1
            otherCommitment[index] ^= 0x80
            #expect(!Adoption.matches(commitment: commitment, hash: otherHash, nonce: nonce))
            #expect(!Adoption.matches(commitment: otherCommitment, hash: hash, nonce: nonce))
        }
        for count in 0...32 where count != 16 {
            // Hash and nonce are laid end to end, so a nonce of another length must not fit.
            let all = hash + nonce
            let cut = all.count - count
            let (short, long) = (Array(all.prefix(cut)), Array(all.suffix(count)))
            #expect(!Adoption.matches(commitment: commitment, hash: short, nonce: long))
        }
    }

    @Test func `somebody in between gets the same code on both sides as rarely as chance says`() {
        var random = SeededGenerator(seed: 2)
        let trials = 20_000
        var digits = Set<Character>()
        var matches = 0
        for _ in 0..<trials {
            let (relayNonce, hubNonce) = (random.bytes(16), random.bytes(16))
            let relaySees = Adoption.code(hash: random.bytes(32), relayNonce: relayNonce, hubNonce: hubNonce)
            let hubSees = Adoption.code(hash: random.bytes(32), relayNonce: relayNonce, hubNonce: hubNonce)
            #expect(relaySees.count == 6 && hubSees.count == 6)
            digits.formUnion(relaySees)
            if relaySees == hubSees { matches += 1 }
        }
        #expect(matches <= 2 && digits == Set("0123456789"))
    }
}
