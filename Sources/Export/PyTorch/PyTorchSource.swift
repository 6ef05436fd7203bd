import Architectures
import Foundation
import WeightFiles

extension ExportedNetwork {
  /// A Python file with the network as an `nn.Module`, and with what loads its weights.
  ///
  /// Modules follow the dots in the nodes' names, so that parameters are called as the tensors
  /// of `safetensors()`.
  ///
  /// - Parameter weightsFile: the name of the file of weights that will lie beside it.
  /// - Throws: `ExportError.nameIsPath`, `.equalNames`.
  package func pyTorchSource(weightsFile: String) throws -> String {
    let root = try ModuleTree.root(of: graph)
    var writer = ModuleWriter(graph)
    let (steps, parts) = writer.contents(of: root, classes: Self.classes)
    let name = networkName(besides: writer.classes)
    let network = networkClass(name, steps: steps, parts: parts)
    let sections = writer.classes.map { Self.source(of: $0) }
    var body = (sections + [network]).joined(separator: "\n\n\n")
    if let settings = graph.usualNormalization, body.contains("batch_norm(") {
      body = Self.normalizationSource(settings) + "\n\n\n" + body
    }
    let prelude = PyTorchPrelude.parts(usedIn: body).map(\.source)
    return ([header(name, weightsFile)] + prelude + [body, Self.loading(name)])
      .joined(separator: "\n\n\n") + "\n"
  }

  private func networkName(besides classes: [ModuleWriter.Class]) -> String {
    let name = Python.className(graph.name) ?? "Network"
    let taken = classes.map(\.name) + PyTorchPrelude.names + Self.ownNames
    return taken.contains(name) || !Python.isIdentifier(name) ? name + "Network" : name
  }

  /// What the file itself has at its top that a class could be called, too.
  private static let ownNames = [
    "F", "OrderedDict", "WEIGHTS", "MEAN", "DEVIATION", "CLASSES", "DTYPES",
  ]

  private func networkClass(
    _ name: String, steps: [ModuleStep], parts: [(name: String, module: PythonExpression)]
  ) -> String {
    // Logits are rows; a network that ends in an image gives the image.
    let suffix = graph.output.isVector ? ".flatten(1)" : ""
    let (parameters, forward) = ModuleStep.forward(steps, inputs: [0], suffix: suffix)
    let input = graph.input
    let lines =
      [
        "class \(name)(nn.Module):",
        "    \"\"\"Reads [images, \(input.channels), height, width], made for "
          + "\(input.height)x\(input.width) pixels; gives logits.\"\"\"", "",
        "    def __init__(self\(classesParameter)):",
        "        super().__init__()",
      ]
      + parts.flatMap { $0.module.lines(indent: 8, lead: "self.\($0.name) = ") }
      + ["        self.apply(initialize)", ""]
      + ["    def forward(self, \(parameters.joined(separator: ", "))):"]
      + forward.map { "        " + $0 }
    return Self.initialization + "\n\n\n" + lines.joined(separator: "\n")
  }

  /// The parameter of the network's initialiser, where its last layer is dense.
  private static let classes = "classes"

  private var classesParameter: String {
    guard case .dense(let dense) = graph.nodes[graph.nodes.count - 1].operation else { return "" }
    return ", \(Self.classes)=\(dense.units)"
  }

  private static func source(of section: ModuleWriter.Class) -> String {
    let parts = section.parts.joined(separator: ", ")
    let lines =
      [
        "class \(section.name)(nn.Module):",
        "    def __init__(self, \(parts)):",
        "        super().__init__()",
      ]
      + section.parts.map { "        self.\($0) = \($0)" }
      + ["", "    def forward(self, \(section.parameters.joined(separator: ", "))):"]
      + section.body.map { "        " + $0 }
    return lines.joined(separator: "\n")
  }

  private static func normalizationSource(_ settings: BatchNormalization) -> String {
    "def batch_norm(channels):\n    return \(settings.module(channels: .text("channels")).line)"
  }

  private func header(_ name: String, _ weightsFile: String) -> String {
    var lines = [
      "\"\"\"\(Self.comment(graph.name)), exported by mixnas \(version).", "",
      "    model = load()                  # with the weights of \(Self.comment(weightsFile))",
      "    logits = model(normalize(images))", "",
      "    model = \(name)()   # fresh weights; also for another number of classes",
      "\"\"\"", "",
      "import json", "import math", "import pathlib", "from collections import OrderedDict", "",
      "import torch", "import torch.nn.functional as F", "from torch import nn", "",
      Self.weightsLine(weightsFile),
    ]
    if let mean = metadata.normalization.mean, let deviation = metadata.normalization.deviation {
      lines.append("# Of each channel, of pixels scaled to 0 ... 1.")
      lines += PythonExpression.list(mean.map { .text("\($0)") }).lines(indent: 0, lead: "MEAN = ")
      lines += PythonExpression.list(deviation.map { .text("\($0)") })
        .lines(indent: 0, lead: "DEVIATION = ")
    } else {
      lines.append("# Of each channel, of pixels scaled to 0 ... 1; none came with the weights.")
      lines.append("MEAN = \(Array(repeating: 0.5, count: graph.input.channels))")
      lines.append("DEVIATION = \(Array(repeating: 0.25, count: graph.input.channels))")
    }
    if let classNames = metadata.classNames {
      lines += PythonExpression.list(classNames.map { .text(Python.quoted($0)) })
        .lines(indent: 0, lead: "CLASSES = ")
    }
    return lines.joined(separator: "\n")
  }

  private static func weightsLine(_ file: String) -> String {
    "WEIGHTS = pathlib.Path(__file__).with_name(\(Python.quoted(file)))"
  }

  /// Whether a file is what `pyTorchSource` has made for weights of that name.
  package static func isPyTorchSource(_ data: Data, of weightsFile: String) -> Bool {
    String(decoding: data, as: UTF8.self).split(separator: "\n")
      .contains { $0 == weightsLine(weightsFile) }
  }

  /// A text that can't end the string or the comment that it stands in, judged by scalars as Python
  /// does.
  private static func comment(_ text: String) -> String {
    let isOdd = { (scalar: Unicode.Scalar) in
      scalar == "\"" || scalar == "\\" || Character(scalar).isNewline
        || scalar.properties.generalCategory == .control
    }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isOdd($0) ? "_" : $0 }))
  }

  private static let initialization = """
    def initialize(module):
        \"""Weights as mixnas starts a training with.\"""
        if isinstance(module, nn.Conv2d):
            fan_out = math.prod(module.kernel_size) * module.out_channels // module.groups
            nn.init.normal_(module.weight, std=math.sqrt(2 / fan_out))
        elif isinstance(module, nn.Linear):
            bound = 1 / math.sqrt(module.out_features)
            nn.init.uniform_(module.weight, -bound, bound)
        else:
            return
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    """

  private static func loading(_ name: String) -> String {
    """
    def normalize(images):
        \"""Float images with values of 0 ... 1, as the network reads them.\"""
        shape = (-1, 1, 1)
        mean, deviation = (images.new_tensor(values).view(shape) for values in (MEAN, DEVIATION))
        return (images - mean) / deviation


    DTYPES = {
        "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
        "I64": torch.int64, "I32": torch.int32, "U8": torch.uint8, "BOOL": torch.bool,
    }


    def read_safetensors(path):
        \"""The tensors of a safetensors file.\"""
        data = bytearray(pathlib.Path(path).read_bytes())
        start = 8 + int.from_bytes(data[:8], "little")
        tensors = {}
        for name, entry in json.loads(data[8:start]).items():
            if name != "__metadata__":
                first, end = (start + offset for offset in entry["data_offsets"])
                flat = torch.frombuffer(data[first:end], dtype=DTYPES[entry["dtype"]])
                tensors[name] = flat.reshape(entry["shape"]).clone()
        return tensors


    def load(path=WEIGHTS):
        \"""The trained network, in evaluation mode; `train()` goes on training it.\"""
        model = \(name)()
        model.load_state_dict(read_safetensors(path))
        return model.eval()
    """
  }
}
