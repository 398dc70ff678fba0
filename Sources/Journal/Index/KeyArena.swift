/// Memory for the bytes of keys: pages cut into blocks of 8-byte steps, with a list of free blocks per size.
///
/// One allocation a key would cost 16 bytes more a key and a call into the allocator each time. Pages are only
/// given back when the arena goes; freed blocks are used again for keys of the same size class.
@safe
struct KeyArena: ~Copyable {
    private static let pageLength = 64 * 1024
    /// Longer keys have an allocation of their own.
    private static let blockLengthMaximum = 512

    private var pages: [UnsafeMutableRawPointer]
    private var pageUsed = KeyArena.pageLength
    /// For each size class the address of its first free block, 0 for none; each block starts with the next one's.
    private var free: [UInt] = Array(repeating: 0, count: KeyArena.blockLengthMaximum / 8 + 1)
    private(set) var allocatedBytes = 0

    init() {
        unsafe self.pages = []
    }

    deinit {
        for index in unsafe self.pages.indices { unsafe self.pages[index].deallocate() }
    }

    /// Whether the memory of keys of this length goes with the arena; otherwise it MUST be freed key by key.
    static func isPooled(_ length: Int) -> Bool {
        length <= self.blockLengthMaximum
    }

    /// Returns memory that holds a copy of the key, which MUST NOT be empty.
    mutating func store(_ key: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        let block = unsafe self.allocate(key.count)
        unsafe UnsafeMutableRawBufferPointer(start: block, count: key.count).copyMemory(from: key)
        return unsafe block
    }

    /// Takes back what ``store(_:)`` returned for a key of this length.
    mutating func free(_ block: UnsafeMutableRawPointer, length: Int) {
        guard Self.isPooled(length) else {
            unsafe block.deallocate()
            self.allocatedBytes -= length
            return
        }
        let sizeClass = (length + 7) / 8
        unsafe block.storeBytes(of: self.free[sizeClass], as: UInt.self)
        self.free[sizeClass] = UInt(bitPattern: block)
    }

    private mutating func allocate(_ length: Int) -> UnsafeMutableRawPointer {
        guard Self.isPooled(length) else {
            self.allocatedBytes += length
            return UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 8)
        }
        let sizeClass = (length + 7) / 8
        if let block = unsafe UnsafeMutableRawPointer(bitPattern: self.free[sizeClass]) {
            self.free[sizeClass] = unsafe block.load(as: UInt.self)
            return unsafe block
        }
        let blockLength = sizeClass * 8
        if self.pageUsed + blockLength > Self.pageLength {
            unsafe self.pages.append(.allocate(byteCount: Self.pageLength, alignment: 8))
            self.allocatedBytes += Self.pageLength
            self.pageUsed = 0
        }
        defer { self.pageUsed += blockLength }
        return unsafe self.pages[self.pages.count - 1] + self.pageUsed
    }
}
