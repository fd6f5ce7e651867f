/// What keys do at the prompt beside what readline has for them.
enum EditorCommand {
  /// Return: runs the entry, or goes on in a new line when it is not complete.
  case accept
  /// Alt-Return: a new line.
  case newline
  /// To the line above, or to an older entry.
  case up
  /// To the line below, or to a newer entry.
  case down
  /// To the start of the line, and from there to that of the entry.
  case lineStart
  /// To the end of the line, and from there to that of the entry.
  case lineEnd
  /// Kills to the end of the line, and at the end the newline.
  case killLine
  /// Kills to the start of the line, and at the start the newline.
  case discardLine
  case clearScreen
  case complete
  /// What the terminal marks as pasted.
  case paste
  /// Before a closing bracket is inserted: takes back the indentation that it ends.
  case closeBracket
  /// Drops the entry.
  case interrupt
}
