"""A `.tflite` file, the format of LiteRT, put together operation by operation.

What a file may hold is said by the schema that comes with LiteRT: no converter is needed.
"""

import flatbuffers
import numpy
import torch
from ai_edge_litert import schema_py_generated as schema


class Builder(flatbuffers.Builder):
    """Starts the bytes of each tensor where the schema demands it, at a multiple of 16."""

    def CreateNumpyVector(self, x):
        self.Prep(16, x.nbytes)
        return super().CreateNumpyVector(x)


class Graph:
    """Tensors and operations so far; a tensor is its index."""

    def __init__(self):
        self.buffers = [schema.BufferT()]  # the first is that of tensors without contents
        self.tensors = []
        self.codes = {}
        self.operators = []

    def shape(self, tensor):
        return tuple(self.tensors[tensor].shape)

    def tensor(self, shape, kind=schema.TensorType.FLOAT32, buffer=0):
        index = len(self.tensors)
        self.tensors.append(
            schema.TensorT(shape=list(shape), type=kind, buffer=buffer, name=f"t{index}")
        )
        return index

    def constant(self, values):
        """Numbers or a PyTorch tensor; of 32 bits each."""
        values = torch.as_tensor(values).detach().contiguous().numpy()
        floats = values.dtype.kind == "f"
        kind = schema.TensorType.FLOAT32 if floats else schema.TensorType.INT32
        values = values.astype(numpy.float32 if floats else numpy.int32)
        self.buffers.append(schema.BufferT(data=values.reshape(-1).view(numpy.uint8)))
        return self.tensor(values.shape, kind, len(self.buffers) - 1)

    def apply(self, name, inputs, shape, kind=None, **options):
        """Adds an operation with one result, and gives that. `kind` names its options."""
        code = getattr(schema.BuiltinOperator, name)
        result = self.tensor(shape)
        operator = schema.OperatorT(
            opcodeIndex=self.codes.setdefault(code, len(self.codes)),
            inputs=list(inputs),
            outputs=[result],
        )
        if kind:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = getattr(schema, f"{kind}T")(**options)
        self.operators.append(operator)
        return result

    def part(self, x, first, shape):
        """The part of a tensor that starts at the indices `first`."""
        return self.apply(
            "SLICE", [x, self.constant(first), self.constant(shape)], shape, "SliceOptions"
        )

    def contents(self, image, result):
        """The bytes of the file; its only input and output are given."""
        codes = [
            # The deprecated field is a byte.
            schema.OperatorCodeT(deprecatedBuiltinCode=min(code, 127), builtinCode=code, version=1)
            for code in self.codes
        ]
        subgraph = schema.SubGraphT(
            tensors=self.tensors, inputs=[image], outputs=[result], operators=self.operators
        )
        model = schema.ModelT(
            version=3, operatorCodes=codes, subgraphs=[subgraph], buffers=self.buffers
        )
        builder = Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())
