import Foundation
import Interpreter
import Testing

@testable import mqsh

@Suite("parts of the command") struct PartsTests {
  @Test("history entries come back from their lines")
  func historyLines() {
    for entry in ["1 + 1", "a\nb\n", "\\n", "\\\\n\n", "\"\\(x)\"", "é\u{1F600}"] {
      #expect(!History.encode(entry).contains("\n"))
      #expect(History.decode(History.encode(entry)) == entry)
    }
  }

  @Test("of equal entries the last is loaded")
  func historyDoubles() throws {
    let folder = try Folder()
    let history = History(path: folder.path + "/deep/er/history")
    for entry in ["a", "b", "a", "c\nd"] { #expect(history.append(entry) == nil) }
    #expect(history.load() == ["b", "a", "c\nd"])
    #expect(History(path: folder.path + "/none").load().isEmpty)
    #expect(History(path: nil).append("x") == nil)
  }

  @Test("the history lies where the environment says")
  func historyPath() {
    #expect(History.defaultPath(environment: ["MQSH_HISTORY": "h"]) == "h")
    #expect(History.defaultPath(environment: ["MQSH_HISTORY": "", "HOME": "/h"]) == nil)
    let both = ["XDG_STATE_HOME": "/s", "HOME": "/h"]
    #expect(History.defaultPath(environment: both) == "/s/mqsh/history")
    let relative = ["XDG_STATE_HOME": "s", "HOME": "/h"]
    #expect(History.defaultPath(environment: relative) == "/h/.local/state/mqsh/history")
    #expect(History.defaultPath(environment: [:]) == nil)
  }

  @Test("the start file lies where the environment says")
  func startFilePath() {
    let both = ["XDG_CONFIG_HOME": "/c", "HOME": "/h"]
    #expect(StartFile.defaultPath(environment: both) == "/c/mqsh/init.mq")
    let relative = ["XDG_CONFIG_HOME": "c", "HOME": "/h"]
    #expect(StartFile.defaultPath(environment: relative) == "/h/.config/mqsh/init.mq")
    #expect(StartFile.defaultPath(environment: [:]) == nil)
  }

  @Test("the pager is the user's, or one that is there, or none")
  func pager() {
    #expect(Pager(environment: ["PAGER": "less -S"]) != nil)
    #expect(Pager(environment: ["PAGER": " ", "PATH": "/usr/bin:/bin"]) == nil)
    #expect(Pager(environment: ["PATH": "/nowhere"]) == nil)
  }
}
