// Tables: how every list is shown to people.
#pragma once

#include <string>
#include <vector>

namespace certmark::cli {

/// Column is one of a table's.
struct Column {
  enum class Cut { kNever, kWhereNarrow };  ///< names that somebody will copy are never cut
  std::string heading;
  Cut cut = Cut::kNever;
};
inline Column Cuttable(std::string heading) {
  return {std::move(heading), Column::Cut::kWhereNarrow};
}

/// Table is rows of cells below headings.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Row adds one; its cells are made printable. REQUIRES: a cell for each column.
  void Row(std::vector<std::string> cells);

  /// Lines are the headings and the rows, none where there is no row; a column without any text is left out. Where they
  /// are wider than `columns` of a terminal, cells are cut, the widest first; with 0, which is no terminal, none is.
  std::vector<std::string> Lines(std::size_t columns) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace certmark::cli
