// What happens to a disk between two runs of its process: crashes, copies, restores.
extension SimulatedFileSystem {
    /// The power fails: jobs end without a word, descriptors and locks are gone, and what was pending
    /// is kept, dropped or torn by the generator.
    package func crash() {
        self.faultCounts.crashes += 1
        for queue in [self.commitQueue, self.backgroundQueue] {
            if let step = queue.step {
                self.interrupt(step)
            }
        }
        self.abandonJobs()
        self.closeAll()
        self.tree.crash(&self.random)
        self.tree.visitFiles { $0.crash(&self.random) }
        self.scheduler.feed(0xC0A5)
    }

    /// The process is killed but the machine runs on: jobs may stop in the middle, descriptors and
    /// locks are gone, all that was written is still there.
    package func killProcess() {
        for queue in [self.commitQueue, self.backgroundQueue] {
            if let step = queue.step {
                self.interrupt(step)
            }
        }
        self.abandonJobs()
        self.closeAll()
        self.scheduler.feed(0xC1A5)
    }

    /// Takes a copy of the directory as programs see it.
    package func snapshotImage(of directory: String) -> DirectoryImage {
        let root = DirectoryTree.normal(directory)
        var image = DirectoryImage(entries: [])
        for path in self.tree.paths(under: root) where path != root {
            let relative = String(path.dropFirst(root.isEmpty ? 0 : root.utf8.count + 1))
            switch self.tree[path] {
            case .directory: image.entries.append(DirectoryImage.Entry(path: relative, bytes: nil))
            case .file(let inode):
                image.entries.append(
                    DirectoryImage.Entry(
                        path: relative, bytes: inode.bytes, stamp: inode.stamp, birth: inode.birth))
            case nil: break
            }
        }
        return image
    }

    /// Replaces the directory by what the image holds, durably. The files are new ones, with change
    /// stamps never seen before.
    ///
    /// - Parameter isMachine: whether it is the image of a whole machine's disk: then the files are the same
    ///   ones, and nothing in the directory tells that time has gone back.
    package func restoreImage(_ image: DirectoryImage, to directory: String, isMachine: Bool = false) {
        let root = DirectoryTree.normal(directory)
        self.wipe(directory)
        var parent = ""
        for name in root.split(separator: "/") {
            parent = parent.isEmpty ? String(name) : parent + "/" + name
            self.tree.place(.directory, at: parent)
        }
        for entry in image.entries {
            let path = root.isEmpty ? entry.path : root + "/" + entry.path
            if let bytes = entry.bytes {
                let fresh = self.takeStamp()
                let inode = SimulatedInode(
                    durable: bytes, stamp: isMachine ? entry.stamp : fresh, birth: isMachine ? entry.birth : fresh)
                self.tree.place(.file(inode), at: path)
            } else {
                self.tree.place(.directory, at: path)
            }
        }
    }

    /// Gives files that were restored the stamps that they had: they were never replaced.
    func restoreStamps(of entries: [DirectoryImage.Entry], in directory: String) {
        let root = DirectoryTree.normal(directory)
        for entry in entries {
            guard let bytes = entry.bytes else { continue }
            let inode = SimulatedInode(durable: bytes, stamp: entry.stamp, birth: entry.birth)
            self.tree.place(.file(inode), at: root.isEmpty ? entry.path : root + "/" + entry.path)
        }
    }

    /// Copies a directory as an operator would (`cp -a`, synced).
    package func copyDirectory(_ source: String, to destination: String) {
        self.restoreImage(self.snapshotImage(of: source), to: destination)
    }

    /// Removes a directory and all it holds, durably.
    package func wipe(_ directory: String) {
        self.tree.erase(DirectoryTree.normal(directory))
    }

    /// A file's bytes as programs see them; nil if there is no such file.
    package func contents(of path: String) -> [UInt8]? {
        guard case .file(let inode) = self.tree[DirectoryTree.normal(path)] else { return nil }
        return inode.bytes
    }

    /// A file's bytes as they are on the medium, whatever becomes of its name; nil if there is none.
    package func durableContents(of path: String) -> [UInt8]? {
        guard case .file(let inode) = self.tree[DirectoryTree.normal(path)] else { return nil }
        return inode.durableBytes
    }
}

extension SimulatedFileSystem {
    /// Switches every fault off, and lets a stuck disk go on. What has failed stays failed.
    package func mend() {
        let quick = StorageConditions()
        self.conditions.syncFailureRate = quick.syncFailureRate
        self.conditions.readErrorRate = quick.readErrorRate
        self.conditions.writeErrorRate = quick.writeErrorRate
        self.conditions.slowness = quick.slowness
        self.conditions.capacity = quick.capacity
        self.forgetArmedFailures()
        self.release()
    }
}
