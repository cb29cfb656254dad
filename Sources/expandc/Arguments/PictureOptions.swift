import ArgumentParser

/// The pictures that a command can draw of one model.
struct PictureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Draw the graph too, its units highlighted.", valueName: "file.svg"))
  var svg: PictureFile?

  @Option(help: ArgumentHelp("Write the graph for Graphviz too.", valueName: "file.dot"))
  var dot: PictureFile?

  /// True where a picture takes standard output from the command's report.
  var takesStandardOutput: Bool { [svg, dot].contains(PictureFile(path: "-")) }

  func validate() throws {
    if let svg, svg == dot {
      throw ValidationError("--svg and --dot need two files")
    }
  }
}

extension PictureFile: ExpressibleByArgument {
  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = argument
  }

  static var defaultCompletionKind: CompletionKind { .file(extensions: ["svg", "dot"]) }
}
