import LoqaBase

/// All scenes of a theme on one sheet, as a drawing (SVG 1.1): a row for each scene, four moments in each row.
package enum RingSheet {
    /// After the scene began, ms.
    static let times = [150, 550, 1_050, 2_050]
    private static let width = 620
    private static let rowHeight = 104
    private static let radius: Float = 36

    /// The drawing's text. Azimuths turn as on paper: 0 degrees to the right, growing against the clock.
    package static func drawing(theme: RingTheme, lamps: RingLamps) -> String {
        let height = RingScene.allCases.count * rowHeight + 40
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            font-family="sans-serif" font-size="14">
            <rect width="\(width)" height="\(height)" fill="#14161a"/>

            """
        for (column, time) in times.enumerated() {
            text += label("\(time) ms", x: 200 + column * 115, y: 26, anchor: "middle", fill: "#8a919c")
        }
        for (row, scene) in RingScene.allCases.enumerated() {
            let middle = 40 + row * rowHeight + rowHeight / 2
            text += label(scene.rawValue, x: 20, y: middle + 5, anchor: "start", fill: "#e8eaee")
            for (column, time) in times.enumerated() {
                text += ring(moment(scene), after: time, theme, lamps, x: 200 + column * 115, y: middle)
            }
        }
        return text + "</svg>\n"
    }

    /// What is shown of a scene: a talker at 60 degrees, some level, most of a share, a code.
    package static func moment(_ scene: RingScene) -> RingMoment {
        RingMoment(scene, talker: 60, level: 0.4, share: 0.7, digits: [2, 4])
    }

    private static func ring(
        _ moment: RingMoment, after time: Int, _ theme: RingTheme, _ lamps: RingLamps, x: Int, y: Int
    ) -> String {
        var painter = RingPainter(theme: theme, lamps: lamps)
        _ = painter.paint(moment, at: .origin)
        let lights = painter.paint(moment, at: .origin + .milliseconds(time))
        var text = "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"46\" fill=\"#23262c\"/>\n"
        for (light, azimuth) in zip(lights, lamps.azimuths) {
            let (cosine, sine) = turn(azimuth)
            let (across, down) = (Float(x) + radius * cosine, Float(y) - radius * sine)
            let colour = light == .zero ? RingColour(0x30, 0x34, 0x3b) : RingColour(light)
            text +=
                "<circle cx=\"\(tenths(across))\" cy=\"\(tenths(down))\" r=\"7\" fill=\"\(colour.text)\"/>\n"
        }
        return text
    }

    private static func label(_ text: String, x: Int, y: Int, anchor: String, fill: String) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">\(text)</text>\n"
    }

    private static func tenths(_ value: Float) -> String {
        let whole = Int((value * 10).rounded())
        return "\(whole / 10).\(whole % 10)"
    }

    /// Cosine and sine of degrees, right to a thousandth: a drawing needs no more.
    private static func turn(_ degrees: Float) -> (cosine: Float, sine: Float) {
        func cosine(_ degrees: Float) -> Float {
            let turned = degrees - (degrees / 360).rounded(.down) * 360
            let angle = min(turned, 360 - turned) * Float(Double.pi / 180)
            // Around a right angle, where the series converges fast.
            let x = Float(Double.pi / 2) - angle
            let square = x * x
            return x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42)))
        }
        return (cosine(degrees), cosine(degrees - 90))
    }
}
