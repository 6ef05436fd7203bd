/// The Python side of a verification: runs an exported network in ONNX Runtime or PyTorch.
///
/// It is given one JSON file and writes another; arrays are raw little-endian float32.
package enum VerificationScript {
  package static let source = """
    import importlib.machinery
    import importlib.util
    import json
    import os
    import sys
    import time

    request = json.load(open(sys.argv[1]))
    batch, threads = request["batch"], request["threads"]


    def onnx():
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            request["model"], options, providers=["CPUExecutionProvider"]
        )
        return (
            f"ONNX Runtime {onnxruntime.__version__}",
            lambda images: session.run(["logits"], {"image": images})[0],
        )


    def pytorch():
        import torch

        torch.set_num_threads(threads)
        loader = importlib.machinery.SourceFileLoader("exported", request["model"])
        module = importlib.util.module_from_spec(
            importlib.util.spec_from_loader("exported", loader)
        )
        loader.exec_module(module)
        model = module.load(request["weights"])

        def run(images):
            with torch.inference_mode():
                return model(torch.from_numpy(images)).numpy()

        return f"PyTorch {torch.__version__}", run


    def main():
        try:
            import numpy
            importlib.import_module({"onnx": "onnxruntime", "pytorch": "torch"}[request["runtime"]])
        except ModuleNotFoundError as error:
            return {"missing": error.name}
        except Exception as error:
            return {"broken": f"{type(error).__name__}: {error}"}
        runtime, run = {"onnx": onnx, "pytorch": pytorch}[request["runtime"]]()
        images = numpy.fromfile(request["images"], dtype="<f4").reshape(request["shape"])
        logits = [run(images[i : i + batch]) for i in range(0, len(images), batch)]
        numpy.concatenate(logits).astype("<f4").tofile(request["logits"])

        # As the other side is timed: on the last cores that the process may have.
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
        first = images[: request["timed_batch"]]
        milliseconds = []
        end = time.perf_counter() + request["seconds"]
        for _ in range(3):
            run(first)
        while not milliseconds or time.perf_counter() < end:
            start = time.perf_counter()
            run(first)
            milliseconds.append(1000 * (time.perf_counter() - start))
        return {"runtime": runtime, "milliseconds": milliseconds}


    # The module is read from a file of any name, and leaves no compiled copy beside it.
    sys.dont_write_bytecode = True
    answer = main()
    with open(request["answer"], "w") as file:
        json.dump(answer, file)

    """
}
