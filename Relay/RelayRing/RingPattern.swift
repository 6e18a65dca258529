/// How a scene looks: layers of light over each other, the brightest of which is seen in every lamp.
package struct RingPattern: Sendable, Hashable {
    /// Layers of one pattern at most.
    package static let layerCountMax = 8

    /// In any order, at most ``layerCountMax``.
    package var layers: [RingLayer]
    /// Time in which the scene before turns into this one, ms, 0...2,000.
    package var fadeMilliseconds: Int

    package init(_ layers: [RingLayer], fade fadeMilliseconds: Int = 200) {
        (self.layers, self.fadeMilliseconds) = (layers, fadeMilliseconds)
    }
}

/// One light of a pattern.
package struct RingLayer: Sendable, Hashable {
    /// Which lamps are lit.
    package enum Shape: Sendable, Hashable {
        /// All of them.
        case all
        /// So many degrees around the place, 1...360, with soft ends.
        case arc(degrees: Float)
        /// From the front clockwise, as far as the moment's share.
        case gauge
        /// To both sides of the place, as far as the moment's level.
        case level
        /// All, by turns: each digit of the moment as so many flashes.
        case digits
    }

    /// Where an arc or a level is.
    package enum Place: String, Sendable, Hashable, CaseIterable {
        case front
        /// Where the voice comes from; the front while that is not known.
        case talker
    }

    /// How it changes with time. Times in ms, 40...60,000.
    package enum Motion: Sendable, Hashable {
        case still
        /// Once around the ring.
        case turn(milliseconds: Int)
        /// Down to a share of its strength and up again.
        case breathe(milliseconds: Int, lowest: Float)
        case blink(onMilliseconds: Int, offMilliseconds: Int)
    }

    package var shape: Shape
    package var place: Place
    package var motion: Motion
    /// Its colour.
    package var tint: RingTint
    /// 0...1.
    package var strength: Float

    package init(
        _ shape: Shape, _ tint: RingTint, at place: Place = .front, _ motion: Motion = .still,
        strength: Float = 1
    ) {
        (self.shape, self.tint, self.place, self.motion) = (shape, tint, place, motion)
        self.strength = strength
    }
}

/// A colour of a layer: the theme's for a role, or one of its own.
package enum RingTint: Sendable, Hashable {
    case role(RingRole)
    case colour(RingColour)
}

/// What a colour stands for. A theme says which it is.
package enum RingRole: String, Sendable, Hashable, CaseIterable {
    case accent
    /// Beside the accent, for a second meaning.
    case second
    case muted
    case warning
    case fault
}
