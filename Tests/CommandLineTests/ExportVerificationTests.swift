import Foundation
import Testing

/// Exports are run by another runtime before they get their names; a script takes its part here.
@Suite struct ExportVerificationTests {
  private static let blocks = "stem8_k3_s2 r1_k3.5_s1_e2_o8_se0.25_sw r1_k3_s2_e2_o12 head16"
  private static let size = ["--resolution", "16", "--classes", "4"]

  /// A stand-in for Python that fails in every way that an interpreter can.
  @Test(arguments: [
    ("exit 3", 0, "has no module"), ("exit 1", 0, "what Python does"),
    ("[ \"$1\" = -c ] || exit 3", 70, "could not run"),
  ])
  func anotherRuntimeMayBeMissingButNotFail(
    script: String, status: Int32, says: String
  ) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let python = try tool.writeProgram("#!/bin/sh\n\(script)\n", to: "python3")
    let arguments = ["export", Self.blocks, "--output", "a.onnx"] + Self.size
    let result = try tool.run(arguments, environment: ["PATH": "\(tool.folder.path):/usr/bin:/bin"])
    #expect(result.status == status, "\(result.errors)")
    #expect((result.output + result.errors).contains(says), "\(result.output)\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: tool.path("a.onnx")) == (status == 0))
    #expect(
      try tool.run(arguments + ["--python", python]).status != 0, "asked for, it must be done")
  }

  /// A run's networks can be held against a runtime on other images; its own train them.
  @Test func aRunIsVerifiedOnOtherImages() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("own"))
    try TinyImages.write(to: tool.path("other"), training: 300)
    let space = try tool.write(
      tinySpace.replacing("resolution: 32", with: "resolution: 8")
        .replacing("channels: 3\n", with: "channels: 1\n")
        .replacing("training-images: 640, validation-images: 200", with: "validation-share: 0.1"),
      to: "tiny.yaml")
    try tool.succeed(
      ["search", space, "--output", "run", "--evaluations", "1"] + TinyImages.options("own"))
    _ = try tool.writeProgram(
      """
      #!/bin/sh
      [ "$1" = -c ] && exit 0
      wc -c < "$(dirname "$2")/images.f32" > '\(tool.path("images"))'
      echo '{"missing": "onnxruntime"}' > "$(dirname "$2")/answer.json"
      """, to: "python3")
    for (folder, isMoved) in [("other", false), ("own", false), ("moved", true)] {
      if isMoved {
        try FileManager.default.moveItem(atPath: tool.path("own"), toPath: tool.path("moved"))
      }
      try? FileManager.default.removeItem(atPath: tool.path("run/weights"))
      let result = try tool.succeed(
        ["export", "run", "--output", "\(folder).onnx"] + TinyImages.options(folder),
        environment: ["PATH": "\(tool.folder.path):/usr/bin:/bin"])
      #expect(result.errors.contains("exactly as recorded"), "\(result.errors)")
      let isOther = folder == "other"
      #expect(result.errors.contains("not the run's") == isOther, "\(result.errors)")
      // A tenth of the images, of 64 pixels each.
      let bytes = try String(contentsOfFile: tool.path("images"), encoding: .utf8)
      let count = try #require(Int(bytes.trimmingCharacters(in: .whitespacesAndNewlines))) / 256
      #expect(count == (isOther ? 30 : 24))
      // Where nothing is compared, other images are of no use.
      try FileManager.default.removeItem(atPath: tool.path("run/weights"))
      let unused = try tool.run(
        ["export", "run", "--output", "w.safetensors"] + TinyImages.options(folder))
      #expect(unused.status == (isOther ? 65 : 0), "\(unused.errors)")
    }
  }

  #if os(Linux)
    /// What can't be had is said before arrays are made of it, which end the process.
    @Test func whatDoesNotFitInMemoryIsRefused() throws {
      let tool = try Tool()
      defer { tool.remove() }
      _ = try tool.writeProgram("#!/bin/sh\nexit 0\n", to: "python")
      let lines = [
        "export '\(Self.blocks)' --batch 4096 --output a.onnx --python ./python",
        "describe sparse.safetensors", "describe /dev/zero", "describe sparse.json",
      ]
      for line in lines {
        let result = try tool.shell(
          """
          truncate -s 8G sparse.json; printf '\\020' > sparse.safetensors
          truncate -s 8G sparse.safetensors; ulimit -v 2000000; mixnas \(line)
          """)
        #expect(!result.wasKilled && result.status == 65, "\(result.errors)")
        #expect(!result.errors.contains("Fatal"), "\(result.errors)")
        #expect(
          result.errors.contains("memory") || result.errors.contains("larger than"),
          "\(result.errors)")
      }
    }
  #endif

  /// A stand-in that answers with zeros for all logits.
  @Test(arguments: ["onnx", "pytorch"])
  func whatComputesSomethingElseIsNotKept(format: String) throws {
    let tool = try Tool()
    defer { tool.remove() }
    let python = try tool.writeProgram(
      """
      #!/bin/sh
      [ "$1" = -c ] && exit 0
      folder=$(dirname "$2")
      head -c 128 /dev/zero > "$folder/logits.f32"
      echo '{"runtime": "Stand-in 1", "milliseconds": [1]}' > "$folder/answer.json"
      """, to: "python")
    let name = format == "onnx" ? "a.onnx" : "a.py"
    let result = try tool.run(
      [
        "export", Self.blocks, "--format", format, "--output", name, "--python", python,
        "--images", "8",
      ] + Self.size)
    #expect(result.status == 70, "\(result.errors)")
    #expect(result.errors.contains("Stand-in 1 computes something else"), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: tool.folder.path).count == 3)
  }
}
