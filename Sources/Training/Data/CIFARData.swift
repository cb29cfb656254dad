import Foundation
import TensorCore

/// CIFAR-10 or CIFAR-100 in the binary version: records of one or two label bytes and 3072 pixels.
///
/// Source: A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009, and the
/// description at www.cs.toronto.edu/~kriz/cifar.html. Pixels are [3, 32, 32], red first.
struct CIFARData {
  /// The folder that the published archive unpacks to.
  let archiveFolder: String
  let trainFiles: [String]
  let testFiles: [String]
  let recordsPerTrainFile: Int

  /// CIFAR-100 has the coarse label first; the last label byte is the one to learn.
  let labelBytes: Int
  let classCount: Int
  let normalization: Normalization

  private static let recordsPerTestFile = 10_000
  private static let imageShape = [3, 32, 32]
  private static let pixelsPerImage = 3072

  static let cifar10 = CIFARData(
    archiveFolder: "cifar-10-batches-bin",
    trainFiles: (1...5).map { "data_batch_\($0).bin" }, testFiles: ["test_batch.bin"],
    recordsPerTrainFile: 10_000, labelBytes: 1, classCount: 10, normalization: .cifar10)

  static let cifar100 = CIFARData(
    archiveFolder: "cifar-100-binary", trainFiles: ["train.bin"], testFiles: ["test.bin"],
    recordsPerTrainFile: 50_000, labelBytes: 2, classCount: 100, normalization: .cifar100)

  /// Reads a split from `folder`, or from the archive's folder in it.
  func load(_ split: DataSpecification.Split, from folder: String) throws -> ImageSet {
    let files = split == .train ? trainFiles : testFiles
    let recordsPerFile = split == .train ? recordsPerTrainFile : Self.recordsPerTestFile
    let count = files.count * recordsPerFile
    // The pixels, and one file of them.
    try DataMemory.check((count + recordsPerFile) * (Self.pixelsPerImage + labelBytes))
    let root = location(of: files[0], in: folder)
    var labels: [Int32] = []
    labels.reserveCapacity(count)
    let pixels = try TensorStorage(byteCount: count * Self.pixelsPerImage) { target in
      for (index, name) in files.enumerated() {
        let size = recordsPerFile * Self.pixelsPerImage
        labels += try read(
          root + "/" + name, records: recordsPerFile,
          into: UnsafeMutableRawBufferPointer(rebasing: target[index * size..<(index + 1) * size]))
      }
    }
    return ImageSet(
      pixels: Tensor(elementType: .uint8, shape: [count] + Self.imageShape, storage: pixels),
      labels: labels, classCount: classCount, normalization: normalization)
  }

  private func location(of name: String, in folder: String) -> String {
    let inner = folder + "/" + archiveFolder
    let isUnpackedHere = FileManager.default.fileExists(atPath: inner + "/" + name)
    return isUnpackedHere ? inner : folder
  }

  private func read(
    _ path: String, records: Int, into pixels: UnsafeMutableRawBufferPointer
  ) throws -> [Int32] {
    let file = try MappedFile(path: path)
    let recordSize = labelBytes + Self.pixelsPerImage
    guard file.count == records * recordSize else {
      throw DataError.wrongFileSize(
        path: path, expected: records * recordSize, found: file.count)
    }
    return try file.withBytes { bytes in
      try (0..<records).map { record in
        let start = record * recordSize + labelBytes
        let label = Int(bytes[start - 1])
        guard label < classCount else {
          throw DataError.labelOutOfRange(
            path: path, index: record, label: label, classCount: classCount)
        }
        UnsafeMutableRawBufferPointer(
          rebasing: pixels[record * Self.pixelsPerImage..<(record + 1) * Self.pixelsPerImage]
        ).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.pixelsPerImage]))
        return Int32(label)
      }
    }
  }
}
