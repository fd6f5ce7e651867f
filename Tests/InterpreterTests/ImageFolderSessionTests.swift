import Foundation
import QuantRuntime
import Testing

@testable import Interpreter

/// Scripts on folders of images; a golden script could not name the folder.
@Suite("Image folders in scripts")
struct ImageFolderSessionTests {
  private struct Vectors: Decodable {
    struct Entry: Decodable { let file: Data }
    let decoding: [Entry]
  }

  private let files: [Data]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/images.json")
    files = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file)).decoding
      .map(\.file)
  }

  /// Runs a script with the path of a folder of eight training and four test images as `folder`; one
  /// of each is cut off.
  private func run(_ script: String) throws -> Recorder {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mqsh-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for number in 0..<12 {
      let split = number < 8 ? "train" : "val"
      let target = folder.appendingPathComponent("\(split)/class \(number % 2)")
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      let data = number % 8 == 3 ? files[number].prefix(50) : files[number]
      try data.write(to: target.appendingPathComponent("\(number).jpg"))
    }
    let recorder = Recorder()
    let session = Session(.init(output: recorder.output))
    _ = session.run(
      Array("let folder = \"\(folder.path)\"\n\(script)".utf8), name: "t.mq")
    return recorder
  }

  @Test("a folder is trained and scored on, and the images left out are named")
  func skipping() throws {
    let recorder = try run(
      """
      let data = dataset(folder, augment: imagenet_augment(size: 16), on_error: "skip")
      print(data.shape, data.class_names, data.train, data.test)
      let net = model("resnet20", for: data) |> train(data, steps: 2, batch: 4, lr: constant(peak: 0.01))
      print(evaluate(net, data, batch: 2).count)
      """)
    #expect(recorder.data == "[3, 16, 16] [\"class 0\", \"class 1\"] 8 4\n3\n")
    #expect(recorder.talk.contains("left out 1 image: '"))
    #expect(recorder.talk.contains("left out 2 images: '"))
    #expect(recorder.talk.contains("train/class 1/3.jpg'"))
    #expect(recorder.talk.contains("val/class 1/11.jpg'"))
  }

  @Test("a bad image stops a script with its name and a way out")
  func stopping() throws {
    let recorder = try run(
      """
      let data = dataset(folder, image_size: 16)
      evaluate(model("resnet20", for: data), data)
      """)
    #expect(recorder.talk.contains("error[image.corrupt]: '"))
    #expect(recorder.talk.contains("val/class 1/11.jpg' cannot be decoded"))
    #expect(recorder.talk.contains("'on_error: \"skip\"' leaves such images out"))
  }

  @Test("a set without training images can be tested on, but not trained on")
  func testOnly() throws {
    let recorder = try run(
      """
      let data = dataset(folder + "/train", image_size: 16, on_error: "skip")
      let net = model("resnet20", for: data)
      print(data.train, data.test, evaluate(net, data).count)
      train(net, data, steps: 1, batch: 2, lr: constant(peak: 0.01))
      """)
    #expect(recorder.data == "0 8 7\n")
    #expect(recorder.talk.contains("error[train."))
  }

  @Test(
    "folders and lists that do not fit have codes of their own",
    arguments: [
      ("dataset(folder + \"/val/class 1\")", "data.no_images"),
      ("dataset(folder, validation: 0.1)", "data.option"),
      ("dataset(folder, augment: [horizontal_flip()])", "data.varying_size"),
      ("dataset(folder, preprocess: [resize(32)])", "data.varying_size"),
      ("dataset(folder + \"/val/class 1/9.jpg\")", "data.unknown"),
    ])
  func refusals(script: String, code: String) throws {
    #expect(try run(script).talk.contains("error[\(code)]"))
  }
}
