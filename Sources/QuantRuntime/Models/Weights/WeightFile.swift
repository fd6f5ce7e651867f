import Foundation

/// A file of named tensors, whoever wrote it: safetensors, or PyTorch's formats old and new.
///
/// The format is found from the content, not from the name. Tensors are described and checked when
/// the file is opened, and read one by one when they are asked for.
public struct WeightFile: Sendable {
  /// The last part of the path.
  public let name: String
  public let format: Format
  /// In the order of the file, the prefixes of wrappers removed.
  public let tensors: [StoredTensor]
  /// What was done to find the tensors, in words such as `taken from 'state_dict'`.
  public let notes: [String]
  /// SHA-256 of the whole file, in hexadecimal.
  public var fingerprint: String {
    get throws(Interrupted) { try SHA256.hash(data, until: interruption) }
  }

  /// The container of the tensors.
  public enum Format: String, Sendable {
    case safetensors
    case zip = "PyTorch zip"
    case pickle = "PyTorch pickle"
  }

  /// Ends whatever reads the file.
  let interruption: Interruption
  private let data: Data

  /// - Throws: `SafeTensorsError` or `WeightsError` for anything but a whole weight file, and what
  ///   reading throws.
  public init(path: String, _ reader: FileReader = FileReader()) throws {
    try self.init(
      name: PathName(path).file, data: reader.data(path),
      until: reader.interruption)
  }

  init(name: String, data: Data, until interruption: Interruption = Interruption()) throws {
    let data = data.startIndex == 0 ? data : Data(data)
    guard let format = Self.format(of: data) else { throw WeightsError.unknownFormat(file: name) }
    self.name = name
    self.data = data
    self.interruption = interruption
    self.format = format
    switch format {
    case .safetensors:
      (tensors, notes) = (try SafeTensors.index(data, types: ElementType.allCases).tensors, [])
    case .zip:
      let (root, heap) = try ZipCheckpoint.read(file: name, data: data)
      (tensors, notes) = try StateDict(file: name, heap: heap).tensors(of: root)
    case .pickle:
      let cursor = ByteCursor(file: name, data: data, range: 0..<data.count)
      var machine = PickleMachine(cursor: cursor)
      let root = try LegacyCheckpoint.read(&machine)
      (tensors, notes) = try StateDict(file: name, heap: machine.heap).tensors(of: root)
    }
    guard !tensors.isEmpty else { throw WeightsError.noTensors(file: name) }
  }

  /// The numbers of one of `tensors` as float32.
  public func read(_ tensor: StoredTensor) -> Tensor { tensor.read(from: data) }

  /// Whether it starts like a file of `torch.save`.
  static func isPyTorch(_ data: Data) -> Bool {
    let format = data.count > 8 ? format(of: Data(data.prefix(9))) : nil
    return format == .zip || format == .pickle
  }

  private static func format(of data: Data) -> Format? {
    if data.starts(with: [0x50, 0x4B, 3, 4]) { return .zip }
    if data.count > 8, data[8] == UInt8(ascii: "{"), data[6] == 0, data[7] == 0 {
      return .safetensors
    }
    // Protocol 2 and later announce themselves; before, a dictionary or a name of one comes first.
    guard let first = data.first else { return nil }
    return first == PickleOpcode.proto.rawValue || "(}c".utf8.contains(first) ? .pickle : nil
  }
}
