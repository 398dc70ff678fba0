/// The fuzzers' program: sets libFuzzer upon one target.
///
/// The first argument names the target; the others are libFuzzer's.
@main
enum FuzzProgram {
    /// What libFuzzer calls; set once, before it begins, and read by its one thread.
    nonisolated(unsafe) private static var target = FuzzTarget.resp

    /// libFuzzer's own beginning, for programs that have one of their own.
    @_silgen_name("LLVMFuzzerRunDriver")
    private static func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    static func main() {
        let names = FuzzTarget.allCases.map(\.rawValue)
        guard CommandLine.argc > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
            print("usage: Fuzz TARGET [options of libFuzzer]; targets: \(names.joined(separator: " "))")
            return
        }
        unsafe self.target = target
        // The target's name takes the place of the program's.
        var count = CommandLine.argc - 1
        var arguments = unsafe CommandLine.unsafeArgv + 1
        _ = unsafe self.runDriver(&count, &arguments) { bytes, length in
            let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: length))
            do {
                try unsafe FuzzProgram.target.run(input)
            } catch {
                // libFuzzer keeps the input of a process that is stopped by a trap.
                fatalError("the target has found something: \(error)")
            }
            return 0
        }
    }
}
