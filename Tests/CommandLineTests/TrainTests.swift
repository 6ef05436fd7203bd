import Foundation
import Testing
import WeightFiles

/// `mixnas train` as a user meets it.
@Suite struct TrainTests {
  private struct Printed: Decodable {
    let folder: String
    let network: String
    let epochs: Int
    let bestEpoch: Int
    let testAccuracy: Double
    let validationAccuracy: Double?
    let weights: String
  }

  private func result(_ output: String) throws -> Printed {
    try JSONDecoder().decode(Printed.self, from: Data(output.utf8))
  }

  @Test func trainsExportsAndTrainsFurther() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let images = TinyImages.options("images")
    let trained = try tool.run(
      [
        "train", TinyImages.network, "--epochs", "4", "--validation", "0.25", "--ema", "0.9",
        "--mixup", "0.2", "--cutmix", "1", "--optimizer", "adamw", "--learning-rate", "0.01",
        "--weight-decay", "0.001", "--warmup-epochs", "0.5", "--label-smoothing", "0.05",
        "--batch-size", "20", "--crop-padding", "1", "--json",
      ] + images)
    try #require(trained.status == 0, "\(trained.errors)")
    let first = try result(trained.output)
    #expect(first.folder == "results/genome-training-1")
    #expect(first.epochs == 4 && first.validationAccuracy != nil)
    #expect(first.testAccuracy > 0.7)
    #expect(trained.errors.contains("180 images"))
    #expect(trained.errors.contains("epoch 4/4"))
    let curves = try String(
      contentsOfFile: tool.path(first.folder + "/curves.csv"), encoding: .utf8)
    #expect(curves.split(separator: "\n").count == 5)

    // Finished: the same result, and nothing is trained or scored.
    let again = try tool.run(["train", "--resume", first.folder, "--json"])
    try #require(again.status == 0, "\(again.errors)")
    #expect(again.output == trained.output)
    #expect(again.errors.contains("finished already"))

    // The folder is a network.
    for command in [["describe"], ["latency", "--seconds", "0.01"], ["export"]] {
      let other = try tool.run(command + [first.folder])
      #expect(other.status == 0, "\(command): \(other.errors)")
    }

    // Its weights are the start of another training, also with fewer classes.
    let further = try tool.run(
      ["train", first.folder, "--epochs", "1", "--output", "further", "--json"])
    try #require(further.status == 0, "\(further.errors)")
    #expect(further.errors.contains("begins with the weights of"))
    // The same images are held back.
    #expect(!further.errors.contains("too good"), "\(further.errors)")
    let honest = try tool.run(
      [
        "train", first.folder + "/best.safetensors", "--epochs", "1", "--validation", "0.25",
        "--output", "honest",
      ] + images)
    #expect(honest.status == 0 && !honest.errors.contains("too good"), "\(honest.errors)")
    // What a training has seen, one that begins with its weights has seen.
    for (start, output, more) in [
      (first.folder, "another", ["--seed", "5"]), (first.folder, "less", ["--validation", "0.2"]),
      ("less", "again", []),
    ] {
      let leaking = try tool.run(
        ["train", start, "--epochs", "1", "--output", output, "--quiet"] + more)
      #expect(leaking.status == 0, "\(leaking.errors)")
      #expect(leaking.errors.contains("too good"), "\(leaking.errors)")
      #expect(leaking.errors.contains("--seed 0 --validation 0.25") == (start == first.folder))
    }
    #expect(try result(further.output).testAccuracy > 0.7)
    let list = try tool.run(["list", "."])
    let line = list.output.split(separator: "\n").first { $0.hasPrefix("./further ") }
    #expect(list.status == 0 && line?.contains(" 1/1 ") == true, "\(list.output)\(list.errors)")
    #expect(try tool.run(["list", ".", "--json"]).output.contains("\"testAccuracy\""))
    try TinyImages.write(to: tool.path("fewer"), classes: 2)
    let fewer = try tool.run(
      ["train", first.folder, "--epochs", "1", "--output", "fewer-classes"]
        + TinyImages.options("fewer"))
    #expect(fewer.status == 0, "\(fewer.errors)")
    #expect(fewer.errors.contains("2 classes instead of 3"))
  }

  /// A classifier knows classes by their numbers alone.
  @Test func otherClassesThanThoseOfTheWeightsAreNoticed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    func train(_ network: String, on images: String, _ output: String) throws -> Tool.Result {
      let result = try tool.run(
        ["train", network, "--epochs", "1", "--output", output] + TinyImages.options(images))
      #expect(result.status == 0, "\(result.errors)")
      return result
    }
    try TinyImages.write(to: tool.path("named"), testClasses: 2, names: ["ant", "bee", "cat"])
    let first = try train(TinyImages.network, on: "named", "first")
    #expect(first.errors.contains("no test image is of class cat (label 2)"), "\(first.errors)")
    #expect(!first.errors.contains("keep their names"))

    try TinyImages.write(to: tool.path("swapped"), names: ["ant", "cat", "bee"])
    let swapped = try train("first", on: "swapped", "second")
    #expect(swapped.errors.contains("label 1 was bee and is now cat"), "\(swapped.errors)")
    #expect(!swapped.errors.contains("no test image"))

    try TinyImages.write(to: tool.path("numbered"))
    let numbered = try train("first", on: "numbered", "third")
    #expect(numbered.errors.contains("keep their names: ant, bee, cat"), "\(numbered.errors)")
    let weights = try WeightFile(path: tool.path("third/best.safetensors"))
    #expect(weights.metadata.classNames == ["ant", "bee", "cat"])
  }

  @Test func settingsThatDoNotFitAreRefused() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let images = TinyImages.options("images")
    for (more, word) in [
      (["--epochs", "2", "--warmup-epochs", "2"], "give fewer --warmup-epochs"),
      (["--mixup", "1e-320"], "--mixup must be 0 or from 0.001 to 1000"),
      (["--crop-padding", "9"], "--crop-padding"), (["--cutout", "9"], "--cutout"),
    ] {
      let result = try tool.run(["train", TinyImages.network] + images + more)
      #expect(result.status == 64 && result.errors.contains(word), "\(result.errors)")
    }

    // A network that isn't square is trained at a square on demand alone.
    try tool.succeed(["export", TinyImages.network, "--channels", "1", "--output", "square.json"])
    let text = try String(contentsOfFile: tool.path("square.json"), encoding: .utf8)
    _ = try tool.write(
      text.replacing(#/"width" : [0-9]+/#, with: "\"width\" : 96"), to: "wide.json")
    let wide = try tool.run(["train", "wide.json", "--epochs", "1"] + images)
    #expect(wide.status == 64 && wide.errors.contains("96×224"), "\(wide.errors)")
    let square = try tool.run(
      ["train", "wide.json", "--epochs", "1", "--resolution", "16"] + images)
    #expect(square.status == 0, "\(square.errors)")
    #expect(square.errors.contains("8×8 are resized to 16×16"), "\(square.errors)")
    #expect(!square.errors.contains("an epoch is one step"), "\(square.errors)")
    let large = try tool.run(
      ["train", TinyImages.network, "--epochs", "1", "--batch-size", "500", "--output", "large"]
        + images)
    #expect(large.status == 0, "\(large.errors)")
    #expect(
      large.errors.contains("batches of 500 hold all 240 training images"), "\(large.errors)")
  }

  @Test func changedImagesAreNoticed() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let first = try tool.run(
      ["train", TinyImages.network, "--epochs", "1", "--output", "first"]
        + TinyImages.options("images"))
    #expect(first.status == 0, "\(first.errors)")
    try TinyImages.write(to: tool.path("images"), training: 180)
    let changed = try tool.run(["train", "first", "--epochs", "1"])
    #expect(changed.status == 65 && changed.errors.contains("--dataset"), "\(changed.errors)")
    let meant = try tool.run(["train", "first", "--epochs", "1"] + TinyImages.options("images"))
    #expect(meant.status == 0, "\(meant.errors)")

    try FileManager.default.moveItem(
      atPath: tool.path("images"), toPath: tool.path("moved"))
    try FileManager.default.removeItem(atPath: tool.path("first/result.json"))
    let moved = try tool.run(["train", "--resume", "first"])
    #expect(moved.status == 65 && moved.errors.contains("--data-directory"), "\(moved.errors)")
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    for threads in ["1", "3"] {
      let trained = try tool.run(
        ["train", TinyImages.network, "--epochs", "2", "--output", threads, "--threads", threads]
          + TinyImages.options("images"))
      #expect(trained.status == 0, "\(trained.errors)")
    }
    let weights = try ["1", "3"].map {
      try Data(contentsOf: tool.folder.appendingPathComponent("\($0)/best.safetensors"))
    }
    #expect(weights[0] == weights[1])
  }

  @Test func aStoppedTrainingSaysHowToGoOn() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let running = try tool.start(
      ["train", TinyImages.network, "--epochs", "100000", "--output", "long"]
        + TinyImages.options("images"))
    // The first epoch has ended.
    let best = tool.path("long/best.safetensors")
    while running.process.isRunning, !FileManager.default.fileExists(atPath: best) { sched_yield() }
    running.send(SIGINT)
    let stopped = try running.wait()
    #expect(stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("mixnas train --resume long"))
    let resumed = try tool.start(["train", "--resume", "long"])
    let curves = tool.path("long/curves.csv")
    let before = try String(contentsOfFile: curves, encoding: .utf8).count
    while resumed.process.isRunning,
      try String(contentsOfFile: curves, encoding: .utf8).count <= before
    { sched_yield() }
    resumed.send(SIGTERM)
    let stoppedAgain = try resumed.wait()
    #expect(stoppedAgain.status == 143)
    #expect(stoppedAgain.errors.contains("going on after step"))

    // Its weights are of use, but not its last word.
    for command in [
      ["export", "long", "--output", "early.safetensors"],
      ["train", "long", "--epochs", "1", "--output", "further"],
    ] {
      let early = try tool.succeed(command)
      #expect(early.errors.contains("long: the training is not finished"), "\(early.errors)")
    }
    let finished = try tool.succeed(["export", "further", "--output", "late.safetensors"])
    #expect(!finished.errors.contains("not finished"), "\(finished.errors)")

    // Mistakes with a training that is there.
    let search = try tool.run(["resume", "long"])
    #expect(search.status == 65 && search.errors.contains("train --resume long"))
    let twice = try tool.run(
      ["train", TinyImages.network, "--output", "long"] + TinyImages.options("images"))
    #expect(twice.status == 65 && twice.errors.contains("training already"))
    try TinyImages.write(to: tool.path("images"), training: 120)
    let changed = try tool.run(["train", "--resume", "long"])
    #expect(changed.status == 65 && changed.errors.contains("fingerprint"))
  }

  @Test func aDivergedTrainingKeepsItsCheckpoint() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let trained = try tool.run(
      [
        "train", TinyImages.network, "--epochs", "3", "--output", "wild", "--learning-rate",
        "100", "--weight-decay", "1",
      ] + TinyImages.options("images"))
    #expect(trained.status == 65)
    #expect(trained.errors.contains("diverged in epoch"))
    #expect(trained.errors.contains("--learning-rate"))
    #expect(FileManager.default.fileExists(atPath: tool.path("wild/last.safetensors")))
  }

  /// No file may grow beyond 1 KiB, as on a disk that is full.
  @Test func aFullDiskIsExplained() throws {
    let tool = try Tool()
    defer { tool.remove() }
    try TinyImages.write(to: tool.path("images"))
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.currentDirectoryURL = tool.folder
    shell.arguments =
      [
        "-c", "ulimit -f 2; exec \"$@\" 2>&1", "sh", Tool.executable.path, "train",
        TinyImages.network, "--output", "full", "--quiet",
      ] + TinyImages.options("images")
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let text = String(
      decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 74, "\(text)")
    #expect(text.contains("full/last.safetensors: writing failed"))
    #expect(!FileManager.default.fileExists(atPath: tool.path("full/training.json")))
    #expect(
      !FileManager.default.fileExists(atPath: tool.path("full/last.safetensors.mixnas-partial")))
  }
}
