import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// Every case of ONNX's backend tests, against the outputs that come with it.
@Suite(.enabled(if: BackendCase.isInstalled, "libonnx-testdata is not installed"))
struct BackendManifestTests {
  /// Set to write the manifest anew; the test then fails, so that nobody records by accident.
  private static let isRecording = ProcessInfo.processInfo.environment["EXPANDC_RECORD"] != nil

  /// Each case that does not run, and its reason.
  private func listed() throws -> [String: String] {
    let text = try String(contentsOf: Fixture.backendManifest, encoding: .utf8)
    var listed: [String: String] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
      listed[fields[0]] = try #require(fields.last.flatMap { fields.count == 2 ? $0 : nil })
    }
    return listed
  }

  @Test func `every backend case passes, or the manifest says why it does not`() throws {
    let cases = try BackendCase.suites.flatMap { try BackendCase.cases($0) }
    let reasons = Mutex<[Int: String]>([:])
    // Not on OpenMP's threads: a primitive may wait there for one that has no part in it.
    DispatchQueue.concurrentPerform(iterations: cases.count) { index in
      let reason = BackendRun(cases[index]).reason
      if let reason { reasons.withLock { $0[index] = reason } }
    }
    let failed = reasons.withLock { $0 }
    let found = Dictionary(uniqueKeysWithValues: failed.map { (cases[$0].name, $1) })
    print("\(cases.count - found.count) of \(cases.count) backend cases pass")
    if Self.isRecording {
      try record(found)
      Issue.record("the manifest was recorded")
    }
    let listed = try listed()
    for name in cases.map(\.name) where found[name] != listed[name] {
      switch (found[name], listed[name]) {
      case (nil, _): Issue.record("\(name) passes: take it off the manifest")
      case (let found?, nil): Issue.record("\(name) fails: \(found)")
      case (let found?, let listed?): Issue.record("\(name) is listed with \(listed): \(found)")
      }
    }
    #expect(Set(listed.keys).isSubset(of: cases.map(\.name)), "the manifest lists other cases")
    #expect(cases.count - found.count >= 626)
  }

  private func record(_ reasons: [String: String]) throws {
    let head = """
      # The cases of ONNX's backend tests that do not run, and why: name, tab, reason.
      # Checked by BackendManifestTests; written anew with EXPANDC_RECORD=1.

      """
    let lines = reasons.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }
    try (head + lines.joined()).write(
      to: Fixture.backendManifest, atomically: true, encoding: .utf8)
  }
}
