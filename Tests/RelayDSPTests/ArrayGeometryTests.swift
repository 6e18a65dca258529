import RelayDSP
import Testing

struct ArrayGeometryTests {
    @Test(arguments: [0, 9])
    func `an array has one to eight microphones`(count: Int) {
        #expect(throws: ArrayGeometryError.microphoneCountOutOfRange(count)) {
            try ArrayGeometry(positions: (0..<count).map { Position(x: Float($0) * 0.02, y: 0) })
        }
    }

    @Test(arguments: [Float.nan, .infinity, 0.6, -30])
    func `a position that is no number or given in another unit is refused by name`(x: Float) {
        #expect(throws: ArrayGeometryError.positionOutOfRange(microphone: 1)) {
            try ArrayGeometry(positions: [Position(x: 0, y: 0), Position(x: x, y: 0)])
        }
    }

    @Test func `two microphones in one place are refused`() {
        #expect(throws: ArrayGeometryError.tooClose(0, 2)) {
            try ArrayGeometry(positions: [
                Position(x: 0, y: 0), Position(x: 0.05, y: 0), Position(x: 0.001, y: 0),
            ])
        }
    }

    @Test func `a line is told from a circle`() throws {
        let line = try ArrayGeometry(positions: (0..<4).map { Position(x: Float($0) * 0.03, y: 0.01) })
        let circle = try ArrayGeometry(positions: [
            Position(x: -0.03, y: 0), Position(x: 0, y: -0.03), Position(x: 0.03, y: 0),
        ])
        #expect(line.isLine)
        #expect(!circle.isLine)
    }
}
