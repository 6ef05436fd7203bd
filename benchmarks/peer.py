"""One runtime at one piece of work, in a process of its own.

usage: peer.py JOB

JOB is JSON: `task`, `runtime`, `layout`, `merged`, `name`, `genome` (a file) or `layer`, `batch`, `threads`,
`padding`, `models` (a folder for what takes long to make). Prints a line of JSON when ready; then,
for each line on standard input that gives seconds, times single runs for so long and prints their
milliseconds. Weights are random but the same in every process, so the results that it prints first
can be compared.
"""

import copy
import hashlib
import json
import os
import pathlib
import sys
import time
import warnings

import torch
import torch.nn.functional as F

import genome


def peak_memory():
    """Bytes; None where the system doesn't say."""
    try:
        status = pathlib.Path("/proc/self/status").read_text()
    except OSError:
        return None
    return next(int(l.split()[1]) * 1024 for l in status.splitlines() if l.startswith("VmHWM"))


def build(job):
    """The module, its input without the batch axis, and its classes."""
    torch.manual_seed(0)
    if "layer" in job:
        layer = job["layer"]
        shape = (layer["channels"], layer["size"], layer["size"])
        module = genome.mixed_depthwise(
            layer["channels"], layer["kernels"], layer["size"], job["padding"], normalized=False
        )
        return module.eval(), shape, 0
    file = json.loads(pathlib.Path(job["genome"]).read_text())
    network = genome.Network(file, job["padding"])
    return network.eval(), network.input, network.classes


def in_layout(job, tensor_or_module):
    if job["layout"] == "NHWC":
        return tensor_or_module.to(memory_format=torch.channels_last)
    return tensor_or_module


def kept(job, ending, write):
    """The path of a file made once, also for later runs: its name holds a digest of all that its
    contents depend on."""
    subject = job["layer"] if "layer" in job else pathlib.Path(job["genome"]).read_text()
    sources = [pathlib.Path(source).read_text() for source in (__file__, genome.__file__)]
    details = [job[key] for key in ("batch", "threads", "padding", "layout", "merged")]
    machine = [torch.__version__, torch.backends.cpu.get_cpu_capability()]
    description = json.dumps([subject, sources, details, machine])
    digest = hashlib.sha256(description.encode()).hexdigest()[:16]
    path = pathlib.Path(job["models"]) / f"{job['name']}-{digest}{ending}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"partial-{os.getpid()}{ending}")
        write(str(partial))
        partial.replace(path)
    return str(path)


def onnx_file(job, module, images):
    def write(path):
        program = torch.onnx.export(
            module, (images,), dynamo=True, input_names=["x"], output_names=["y"], verbose=False
        )
        program.save(path, external_data=False)

    return kept(job, ".onnx", write)


def pytorch_inference(job, module, images):
    module, images = in_layout(job, module), in_layout(job, images)
    if job["runtime"] == "PyTorch compiled":
        module = compiled_ahead(job, module, images)

    def run():
        with torch.inference_mode():
            return module(images)

    return run, lambda y: y


def compiled_ahead(job, module, images):
    """Needs no Python between its kernels, unlike what torch.compile gives, and is faster so."""
    import torch._inductor

    def write(path):
        with torch.no_grad():
            torch._inductor.aoti_compile_and_package(
                torch.export.export(module, (images,)),
                package_path=path,
                inductor_configs={"freezing": True},
            )

    return torch._inductor.aoti_load_package(kept(job, ".pt2", write))


def onnx_runtime(job, module, images):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job["threads"]
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        onnx_file(job, module, images), options, providers=["CPUExecutionProvider"]
    )
    with torch.no_grad():
        result = onnxruntime.OrtValue.ortvalue_from_numpy(module(images).numpy())
    # Bound buffers: no copy in or out.
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", onnxruntime.OrtValue.ortvalue_from_numpy(images.numpy()))
    binding.bind_ortvalue_output("y", result)

    def run():
        session.run_with_iobinding(binding)

    return run, lambda _: torch.from_numpy(result.numpy())


def openvino(job, module, images):
    import openvino

    compiled = openvino.Core().compile_model(
        onnx_file(job, module, images),
        "CPU",
        {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": job["threads"],
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "f32",
            "ENABLE_CPU_PINNING": False,
        },
    )
    request = compiled.create_infer_request()
    request.set_input_tensor(openvino.Tensor(images.numpy()))
    return request.infer, lambda _: torch.from_numpy(request.get_output_tensor().data.copy())


def litert(job, module, images):
    from ai_edge_litert.interpreter import Interpreter

    import tflite_network

    interpreter = Interpreter(
        model_content=tflite_network.contents(module, images.shape), num_threads=job["threads"]
    )
    interpreter.allocate_tensors()
    names = [operation["op_name"] for operation in interpreter._get_ops_details()]
    if names.count("DELEGATE") != 1:
        raise RuntimeError("XNNPACK doesn't run the whole network")
    (image,), (result,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(image["index"], images.permute(0, 2, 3, 1).contiguous().numpy())

    def tensor_of(_):
        y = torch.from_numpy(interpreter.get_tensor(result["index"]))
        return y.permute(0, 3, 1, 2) if y.dim() == 4 else y

    return interpreter.invoke, tensor_of


def training(job, module, images, classes):
    """A step: forward, cross-entropy, backward, SGD with momentum."""
    module, images = in_layout(job, module).train(), in_layout(job, images)
    labels = torch.randint(0, classes, (job["batch"],))
    optimizer = torch.optim.SGD(module.parameters(), lr=1e-4, momentum=0.9, fused=True)

    def loss_of(images, labels):
        return F.cross_entropy(module(images), labels)

    loss_of = torch.compile(loss_of) if job["runtime"] == "PyTorch compiled" else loss_of

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images, labels)
        loss.backward()
        optimizer.step()
        return loss

    return run, lambda loss: loss.detach().view(1)


def backward(job, module, images):
    """The gradients of input and weights alone; the forward pass is kept."""
    module = in_layout(job, module).train()
    images = in_layout(job, images).detach().requires_grad_(True)
    result = module(images)
    # Drawn before it has a layout, so that both have the same.
    gradient = in_layout(job, torch.randn(result.shape))
    wanted = [images, *module.parameters()]

    def run():
        return torch.autograd.grad(result, wanted, gradient, retain_graph=True)

    return run, lambda gradients: gradients[1].flatten()


INFERENCE = {
    "PyTorch": pytorch_inference,
    "PyTorch compiled": pytorch_inference,
    "ONNX Runtime": onnx_runtime,
    "OpenVINO": openvino,
    "LiteRT": litert,
}


def prepare(job):
    """A run, what makes a tensor of its result, and multiply-adds of one image."""
    module, shape, classes = build(job)
    images = torch.randn(job["batch"], *shape)
    cost = genome.multiply_adds(module, images[:1])
    if job["task"] == "training":
        return *training(job, module, images, classes), cost
    if job["task"] == "backward":
        return *backward(job, module, images), cost
    if classes:
        genome.fold(genome.settle(module))
    module = copy.deepcopy(module).eval()
    if job["merged"]:
        genome.merge(module)
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    return *INFERENCE[job["runtime"]](job, module, images), cost


def time_runs(run, seconds):
    """Milliseconds of single runs, three at least, and the processor time of all over the time
    that passed. The first warms up, and doesn't count unless it alone takes longer than that."""

    def timed():
        start = time.perf_counter()
        run()
        return (time.perf_counter() - start) * 1e3

    cpu, begin = time.process_time(), time.perf_counter()
    first = timed()
    times = [first] if first > seconds * 1e3 else []
    while len(times) < 3 or time.perf_counter() < begin + seconds:
        times.append(timed())
    share = (time.process_time() - cpu) / (time.perf_counter() - begin)
    return {"milliseconds": times, "cpuShare": share}


def main(job):
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(job["threads"])
    run, tensor_of, cost = prepare(job)
    result = tensor_of(run()).flatten()[:16].double().tolist()
    run()

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    answer({"multiplyAdds": cost, "result": result})
    for line in sys.stdin:
        answer(dict(time_runs(run, float(line)), peakBytes=peak_memory()))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
