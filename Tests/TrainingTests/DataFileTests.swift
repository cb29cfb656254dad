import Foundation
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct DataFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func pixel(_ record: Int, _ element: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: record &* 31 &+ element &* 7)
  }

  /// Records whose last label byte is `record` modulo `classes`, and whose pixels tell their place.
  private func records(_ count: Int, labelBytes: Int, classes: Int, first: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * (labelBytes + 3072))
    for record in first..<first + count {
      if labelBytes == 2 { bytes.append(19) }
      bytes.append(UInt8(record % classes))
      for element in 0..<3072 { bytes.append(Self.pixel(record, element)) }
    }
    return bytes
  }

  private func checkImage(_ set: ImageSet, _ index: Int) {
    let image = set.image(index)
    for element in stride(from: 0, to: 3072, by: 61) {
      let (mean, deviation) = (set.normalization.mean, set.normalization.deviation)
      let channel = element / 1024
      let value =
        (Float(Self.pixel(index, element)) / 255 - mean[channel]) / deviation[channel]
      #expect(image[element] == value, "image \(index), element \(element)")
    }
  }

  @Test func `CIFAR-10 is read from its five files and its test file`() throws {
    for part in 0..<5 {
      try folder.write(
        records(10_000, labelBytes: 1, classes: 10, first: part * 10_000),
        to: "cifar-10-batches-bin/data_batch_\(part + 1).bin")
    }
    let specification = try DataSpecification(parsing: "cifar10:\(folder.url.path)")
    let set = try specification.load(.train)
    #expect(set.count == 50_000)
    #expect(set.imageShape == [3, 32, 32])
    #expect(set.classCount == 10)
    #expect(set.labels == (0..<50_000).map { Int32($0 % 10) })
    #expect(set.normalization == .cifar10)
    for index in [0, 9_999, 10_000, 34_567, 49_999] { checkImage(set, index) }
    let missing = folder.path("test_batch.bin")
    #expect(throws: FileError.missing(path: missing)) { try specification.load(.test) }
  }

  @Test func `CIFAR-100 is read with its fine labels, from the folder itself`() throws {
    try folder.write(records(10_000, labelBytes: 2, classes: 100, first: 0), to: "test.bin")
    let set = try DataSpecification(parsing: "cifar100:\(folder.url.path)").load(.test)
    #expect(set.classCount == 100)
    #expect(set.labels == (0..<10_000).map { Int32($0 % 100) })
    #expect(set.normalization == .cifar100)
    for index in [0, 9_999] { checkImage(set, index) }
  }

  @Test(arguments: [0, 1, 30_729_999, 30_730_001])
  func `a CIFAR file of another size is refused with both sizes`(size: Int) throws {
    let path = try folder.write([UInt8](repeating: 0, count: size), to: "test_batch.bin")
    let error = DataError.wrongFileSize(path: path, expected: 30_730_000, found: size)
    #expect(throws: error) {
      try DataSpecification.cifar10(folder: folder.url.path).load(.test)
    }
  }

  @Test func `a CIFAR label out of range is refused with its record`() throws {
    var bytes = [UInt8](repeating: 0, count: 30_730_000)
    bytes[4321 * 3073] = 10
    let path = try folder.write(bytes, to: "test_batch.bin")
    let error = DataError.labelOutOfRange(path: path, index: 4321, label: 10, classCount: 10)
    #expect(throws: error) {
      try DataSpecification.cifar10(folder: folder.url.path).load(.test)
    }
  }

  private func npy(_ images: Tensor, _ labels: Tensor) throws -> ImageSet {
    try NumPyFile.write(images, to: folder.path("x.npy"))
    try NumPyFile.write(labels, to: folder.path("y.npy"))
    return try DataSpecification(
      parsing: "npy:\(folder.path("x.npy")),\(folder.path("y.npy"))"
    ).load(.train)
  }

  @Test func `float images are taken as they are, bytes are scaled to 0…1`() throws {
    let labels = Tensor([Int64(2), 0], shape: [2])
    let elements = (0..<24).map { Float($0) - 7.5 }
    let floats = try npy(Tensor(elements, shape: [2, 3, 2, 2]), labels)
    #expect(floats.image(0) + floats.image(1) == elements)
    #expect(floats.labels == [2, 0])
    #expect(floats.classCount == 3)
    let bytes = try npy(Tensor(.uint8, (0..<24).map { UInt8($0 * 11) }, [2, 3, 2, 2]), labels)
    #expect(bytes.image(0) + bytes.image(1) == (0..<24).map { Float($0 * 11) / 255 })
  }

  @Test func `images of another rank or type are refused with their shape`() throws {
    let labels = Tensor([Int64(0), 0], shape: [2])
    for images in [
      Tensor([Float](repeating: 0, count: 8), shape: [2, 4]),
      Tensor([Double](repeating: 0, count: 8), shape: [2, 2, 2, 1]),
      Tensor([Float](), shape: [2, 2, 2, 0]),
    ] {
      let error = DataError.wrongImages(
        path: folder.path("x.npy"), elementType: images.elementType, shape: images.shape)
      #expect(throws: error) { try npy(images, labels) }
    }
  }

  @Test func `labels of another number, rank or type are refused with both shapes`() throws {
    let images = Tensor([Float](repeating: 0, count: 8), shape: [2, 2, 2, 1])
    for labels in [
      Tensor([Int64(0), 1, 2], shape: [3]), Tensor([Int64(0), 1], shape: [2, 1]),
      Tensor([Float(0), 1], shape: [2]),
    ] {
      let error = DataError.wrongLabels(
        path: folder.path("y.npy"), elementType: labels.elementType, shape: labels.shape,
        imageShape: [2, 2, 2, 1])
      #expect(throws: error) { try npy(images, labels) }
    }
  }

  @Test(arguments: [Int64(-1), 1 << 40])
  func `labels that number no class are refused with their place`(label: Int64) throws {
    let images = Tensor([Float](repeating: 0, count: 8), shape: [2, 2, 2, 1])
    let error = DataError.labelOutOfRange(
      path: folder.path("y.npy"), index: 1, label: Int(label), classCount: Int(Int32.max))
    #expect(throws: error) { try npy(images, Tensor([0, label], shape: [2])) }
  }
}
