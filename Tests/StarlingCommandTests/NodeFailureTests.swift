import Starling
import Testing

@testable import StarlingCommand

struct NodeFailureTests {
    @Test(
        arguments: [
            (.addressInUse, 73), (.directoryLocked, 73), (.corruption, 65), (.configuration, 78), (.unsupported, 78),
            (.storageFull, 74), (.storageFailed, 74), (.system, 74), (.busy, 75), (.alreadyRunning, 70),
        ] as [(NodeError.Code, Int32)])
    func `each kind of failure has an exit code`(code: NodeError.Code, number: Int32) {
        #expect(NodeFailure.exitCode(for: code).rawValue == number)
    }

    @Test func `message and hint become sentences`() {
        let error = NodeError(code: .corruption, message: "n1/log/2 is damaged", hint: "Restore it.")
        #expect(
            NodeFailure.error(error, settings: ServeSettings()).lines == ["starling: n1/log/2 is damaged. Restore it."])
    }

    @Test func `the sockets that listen on a port are found in the system's table`() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0
               1: 0100007F:2328 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0
               2: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0
            """
        #expect(ProcessTable.listeningInodes(in: table, port: 9000) == ["4711"])
        #expect(ProcessTable.listeningInodes(in: "", port: 9000).isEmpty)
        #expect(ProcessTable.listeningInodes(in: "a\nb c d", port: 9000).isEmpty)
    }

    @Test func `the process that locks a file is found in the system's table`() {
        let table = """
            1: FLOCK  ADVISORY  WRITE 26697 fe:00:16221745 0 EOF
            1: -> FLOCK  ADVISORY  WRITE 30000 fe:00:16221745 0 EOF
            2: POSIX  ADVISORY  WRITE 26385 fe:00:77 1073741824 1073742335
            """
        #expect(ProcessTable.lockOwner(ofInode: 16_221_745, in: table) == 26_697)
        #expect(ProcessTable.lockOwner(ofInode: 77, in: table) == nil)
    }
}
