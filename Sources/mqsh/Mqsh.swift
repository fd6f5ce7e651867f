import Foundation
import Interpreter

@main
struct Mqsh {
  static func main() {
    let path = CommandLine.arguments[1]
    let data = [UInt8](FileManager.default.contents(atPath: path)!)
    let out = SessionOutput(
      write: { FileHandle.standardOutput.write(Data($0.utf8)) },
      talk: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
    let session = Session(.init(output: out))
    exit(session.run(data, name: path).exitCode)
  }
}
