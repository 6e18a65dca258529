/// The 16-bit sample nearest to one of -1...1: what lies beyond is cut, what is no number is silence. Any thread.
package func pcm16(_ sample: Float) -> Int16 {
    let scaled = (sample * 32_768).rounded()
    return scaled.isNaN ? 0 : Int16(min(max(scaled, -32_768), 32_767))
}
