/// A batch of frames that is being appended.
struct FrameGroup {
    /// Where in the stretch the batch frame begins.
    var header: Int
    /// Where in the stretch its frames begin.
    var start: Int
    /// Bytes that were reserved for its frames.
    var byteCount: Int
    var frameCount = 0
}
