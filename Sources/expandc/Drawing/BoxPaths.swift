/// A diagram cut into paths: boxes that follow each other and are drawn in one straight line.
///
/// Each box prefers the reader below which most boxes follow; a box that several prefer goes on the
/// path that is the longest so far. So the trunk of a network is one path, and what branches off
/// from it are others.
struct BoxPaths {
  /// From the top down.
  private(set) var paths: [[Int]] = []
  /// By box.
  private(set) var pathOfBox: [Int]

  init(_ diagram: Diagram) {
    let readers = diagram.readers
    var following = [Int](repeating: 0, count: diagram.boxes.count)
    for box in readers.indices.reversed() {
      following[box] = readers[box].reduce(0) { max($0, following[$1] + 1) }
    }
    var suitors: [[Int]] = diagram.boxes.map { _ in [] }
    pathOfBox = diagram.boxes.map { _ in 0 }
    for box in diagram.boxes.indices {
      let longest = suitors[box].max { a, b in
        (paths[pathOfBox[a]].count, b) < (paths[pathOfBox[b]].count, a)
      }
      if let longest {
        pathOfBox[box] = pathOfBox[longest]
        paths[pathOfBox[box]].append(box)
      } else {
        pathOfBox[box] = paths.count
        paths.append([box])
      }
      let preferred = readers[box].max { a, b in (following[a], b) < (following[b], a) }
      if let preferred { suitors[preferred].append(box) }
    }
  }

  /// True where `b` comes right after `a` on a path.
  func follows(_ b: Int, _ a: Int) -> Bool {
    guard pathOfBox[a] == pathOfBox[b] else { return false }
    let path = paths[pathOfBox[a]]
    guard let index = path.firstIndex(of: a) else { return false }
    return index + 1 < path.count && path[index + 1] == b
  }
}

extension Diagram {
  /// By box, those that read what it writes.
  var readers: [[Int]] {
    nets.reduce(into: boxes.map { _ in [] }) { $0[$1.source] += $1.targets }
  }

  /// By box, those that write what it reads.
  var writers: [[Int]] {
    nets.reduce(into: boxes.map { _ in [] }) { writers, net in
      for target in net.targets { writers[target].append(net.source) }
    }
  }
}
