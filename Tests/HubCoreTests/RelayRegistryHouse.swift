import HubCore
import LoqaCrypto
import Testing

/// An empty registry of a house with two rooms.
func emptyHouse() throws -> RelayRegistry { try RelayRegistry(rooms: ["kitchen", "bedroom"]) }

func relayKey(_ number: UInt8) -> PublicKey { wideKey(Int(number) << 16) }

/// A key of a number of up to 24 bits.
func wideKey(_ number: Int) -> PublicKey {
    let start = [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    guard let key = PublicKey(start + [UInt8](repeating: 7, count: 29)) else {
        preconditionFailure("32 bytes")
    }
    return key
}

func inviteSecret(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 16) }

func inviteID(_ number: UInt8) -> InviteID {
    guard let id = InviteID([UInt8](repeating: number, count: 8)) else { preconditionFailure("8 bytes") }
    return id
}

func digits(_ value: UInt32) -> AdoptionCode {
    guard let code = AdoptionCode(value) else { preconditionFailure("six digits") }
    return code
}

func entry(_ number: UInt8, _ name: String, _ room: String, _ state: RelayRegistry.Entry.State = .active)
    -> RelayRegistry.Entry
{
    .init(key: relayKey(number), name: name, room: room, enrolledAt: 1_800_000_000, state: state)
}

extension RelayRegistry {
    /// Makes an invite that must be granted.
    mutating func invited(
        _ number: UInt8, room: String, name: String? = nil, validFor: Int64 = 3_600,
        now: Int64 = 1_800_000_000
    ) throws -> InviteID {
        let verdict = invite(
            id: inviteID(number), secret: inviteSecret(number), room: room, name: name, validFor: validFor,
            now: now)
        guard case .done(let invite) = verdict else { throw Refused(verdict: "\(verdict)") }
        return invite.id
    }

    mutating func adopted(_ number: UInt8, name: String? = nil, room: String? = nil, code value: UInt32)
        -> AdoptionVerdict
    {
        adopt(
            relayKey(number), name: name, room: room, code: digits(value), address: "192.0.2.1:5000",
            now: 1_800_000_000)
    }

    /// Brings a relay in by adoption.
    mutating func enrol(_ number: UInt8, name: String, room: String) throws {
        leavePending(relayKey(number))
        _ = adopted(number, code: 999_999)
        let verdict = approve(digits(999_999), room: room, name: name, now: 1_800_000_000)
        guard case .done = verdict else { throw Refused(verdict: "\(verdict)") }
    }
}

/// What a test took for granted was refused.
struct Refused: Error {
    var verdict: String
}
