/// Columns of text, each as wide as its widest cell.
struct TextTable: Sendable {
    private var rows: [[String]]

    init(columns: [String]) {
        self.rows = [columns]
    }

    /// Adds a row; cells beyond the columns are dropped, missing ones are empty.
    mutating func add(_ cells: [String]) {
        let width = self.rows[0].count
        self.rows.append(Array(cells.prefix(width)) + Array(repeating: "", count: max(0, width - cells.count)))
    }

    /// Returns the lines, the column names first, without spaces at their ends.
    ///
    /// - Parameter indent: spaces before each line.
    func lines(indent: Int = 2) -> [String] {
        let widths = self.rows[0].indices.map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        return self.rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
