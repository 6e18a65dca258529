/// Where one microphone stands, in metres from the centre of its array: x and y in the plane of the board, z up.
package struct Position: Sendable, Hashable {
    /// Metres along the board's x axis, which azimuths are counted from.
    package var x: Float
    /// Metres along its y axis, at 90 degrees.
    package var y: Float
    /// Metres above the board.
    package var z: Float

    package init(x: Float, y: Float, z: Float = 0) { (self.x, self.y, self.z) = (x, y, z) }

    /// The distance to another position in metres.
    package func distance(to other: Position) -> Float {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        return (dx * dx + dy * dy + dz * dz).squareRoot()
    }
}

/// Why positions do not make an array. The descriptions are meant for the person who wrote the board's file.
package enum ArrayGeometryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No microphone, or more than ``ArrayGeometry/microphoneCountMax``.
    case microphoneCountOutOfRange(Int)
    /// A coordinate of this microphone is no number or beyond ``ArrayGeometry/extentMetresMax``.
    case positionOutOfRange(microphone: Int)
    /// Two microphones closer than ``ArrayGeometry/spacingMetresMin``.
    case tooClose(Int, Int)

    package var description: String {
        switch self {
        case .microphoneCountOutOfRange(let count):
            "\(count) microphone positions; an array has 1 to \(ArrayGeometry.microphoneCountMax)"
        case .positionOutOfRange(let microphone):
            "the position of microphone \(microphone) is beyond \(ArrayGeometry.extentMetresMax) m; give metres"
        case .tooClose(let first, let second):
            "microphones \(first) and \(second) stand closer than \(ArrayGeometry.spacingMetresMin) m"
        }
    }
}

/// The microphones of one board. Azimuths are degrees counter-clockwise from its x axis, seen from above.
package struct ArrayGeometry: Sendable, Hashable {
    /// Microphones of an array at most.
    package static let microphoneCountMax = 8
    /// Metres that a microphone may stand from the centre, along each axis.
    package static let extentMetresMax: Float = 0.5
    /// Metres that two microphones are apart at least.
    package static let spacingMetresMin: Float = 0.005

    /// One for each channel, in the order of the channels; the first is the reference.
    package let positions: [Position]

    /// - Parameter positions: 1...8, in metres, each within 0.5 m of the centre.
    /// - Throws: ``ArrayGeometryError``.
    package init(positions: [Position]) throws(ArrayGeometryError) {
        guard (1...Self.microphoneCountMax).contains(positions.count) else {
            throw .microphoneCountOutOfRange(positions.count)
        }
        for (index, position) in positions.enumerated() {
            let furthest = max(position.x.magnitude, position.y.magnitude, position.z.magnitude)
            guard furthest <= Self.extentMetresMax, (position.x + position.y + position.z).isFinite else {
                throw .positionOutOfRange(microphone: index)
            }
            for other in 0..<index where position.distance(to: positions[other]) < Self.spacingMetresMin {
                throw .tooClose(other, index)
            }
        }
        self.positions = positions
    }

    /// Microphones, 1...8.
    package var count: Int { positions.count }

    /// Whether all microphones stand on one line, so that front and back cannot be told apart.
    ///
    /// The azimuth of such an array is the angle to the line from its first to its last microphone, 0...180.
    package var isLine: Bool {
        guard count > 2 else { return true }
        let (first, last) = (positions[0], positions[count - 1])
        let (dx, dy) = (last.x - first.x, last.y - first.y)
        let length = (dx * dx + dy * dy).squareRoot()
        return positions.allSatisfy { position in
            let across = (position.x - first.x) * dy - (position.y - first.y) * dx
            return across.magnitude <= 0.002 * length
        }
    }
}
