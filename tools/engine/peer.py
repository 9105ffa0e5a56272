"""One of the other engines, as a process that runs a network on request.

usage: python peer.py ENGINE NETWORK.onnx INPUT THREADS

ENGINE is a name of `ENGINES`. INPUT holds the bytes of the only input. The process reads commands
from standard input and answers on standard output, like `ffi/cpu/examples/bench_model.rs`, whose
head lists them. A converted file, where the engine needs one, is beside NETWORK.onnx; `convert`
makes it. Outputs are written in the order and in the types of the ONNX file.

Each engine is set to single precision, to THREADS threads, and to write into memory that it already
has, which is its fastest way to run.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

# The output with the class of each pixel.
MASK = "argmax"


class OnnxRuntime:
    def __init__(self, path, threads):
        import onnxruntime

        self.runtime, self.path, self.options = onnxruntime, path, onnxruntime.SessionOptions()
        self.options.intra_op_num_threads, self.options.inter_op_num_threads = threads, 1

    def load(self, data):
        self.session = self.runtime.InferenceSession(str(self.path), self.options, providers=["CPUExecutionProvider"])
        (given,) = self.session.get_inputs()
        self.binding = self.session.io_binding()
        self.numbers = _numbers(data, given.shape)
        self.binding.bind_cpu_input(given.name, self.numbers)
        self.values = []
        for output in self.session.get_outputs():
            kind = {"tensor(float)": np.float32, "tensor(int32)": np.int32}[output.type]
            self.values.append(self.runtime.OrtValue.ortvalue_from_shape_and_type(output.shape, kind))
            self.binding.bind_ortvalue_output(output.name, self.values[-1])

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        return [value.numpy() for value in self.values]


class OpenVino:
    def __init__(self, path, threads):
        import openvino

        self.core, self.openvino, self.path = openvino.Core(), openvino, path
        self.settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}

    def load(self, data):
        self.request = self.core.compile_model(str(self.path), "CPU", self.settings).create_infer_request()
        shape = tuple(self.request.model_inputs[0].shape)
        self.input = _numbers(data, shape)
        self.request.set_input_tensor(self.openvino.Tensor(self.input, shared_memory=True))

    def run(self):
        self.request.infer()

    def outputs(self):
        return [tensor.data for tensor in self.request.output_tensors]


class Mnn:
    SUFFIX = ".mnn"

    def __init__(self, path, threads):
        import MNN
        import onnx

        self.mnn, self.path, self.threads = MNN, path, threads
        self.names = [output.name for output in onnx.load(path, load_external_data=False).graph.output]

    @classmethod
    def convert(cls, path):
        _quiet([Path(sys.executable).with_name("mnnconvert"), "-f", "ONNX", "--modelFile", path,
                "--MNNModel", path.with_suffix(cls.SUFFIX), "--bizCode", "bench"])

    def load(self, data):
        self.interpreter = self.mnn.Interpreter(str(self.path.with_suffix(self.SUFFIX)))
        self.session = self.interpreter.createSession({"numThread": self.threads, "backend": "CPU", "precision": "high"})
        self.given = self.interpreter.getSessionInput(self.session)
        shape = self.given.getShape()
        self.numbers = _numbers(data, shape)
        self.input = self.mnn.Tensor(shape, self.mnn.Halide_Type_Float, self.numbers, self.mnn.Tensor_DimensionType_Caffe)

    def run(self):
        # A run uses the input's memory for other tensors.
        self.given.copyFrom(self.input)
        self.interpreter.runSession(self.session)

    def outputs(self):
        arrays = []
        for name in self.names:
            tensor = self.interpreter.getSessionOutput(self.session, name)
            kind = tensor.getDataType()
            empty = np.empty(tensor.getShape(), np.int32 if kind == self.mnn.Halide_Type_Int else np.float32)
            host = self.mnn.Tensor(tensor.getShape(), kind, empty, self.mnn.Tensor_DimensionType_Caffe)
            tensor.copyToHostTensor(host)
            arrays.append(np.array(host.getNumpyData()))
        return arrays


class Ncnn:
    """ncnn has no ArgMax. It computes the scores only, and so a little less than the others."""

    SUFFIX = ".ncnn.param"

    def __init__(self, path, threads):
        import ncnn
        import onnx

        self.ncnn, self.path, self.threads = ncnn, path, threads
        given = onnx.load(path, load_external_data=False).graph
        self.masks = [output.name == MASK for output in given.output]
        self.shape = [d.dim_value for d in given.input[0].type.tensor_type.shape.dim]

    @classmethod
    def convert(cls, path):
        import onnx

        model = onnx.load(path)
        shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
        # pnnx writes many files beside its input.
        with tempfile.TemporaryDirectory() as directory:
            copy = Path(directory) / path.name
            scores = [output.name for output in model.graph.output if output.name != MASK]
            onnx.utils.extract_model(path, copy, [model.graph.input[0].name], scores)
            _quiet([Path(sys.executable).with_name("pnnx"), copy, f"inputshape={shape}".replace(" ", ""), "fp16=0"])
            for suffix in (".ncnn.bin", cls.SUFFIX):
                shutil.move(copy.with_suffix(suffix), path.with_suffix(suffix))

    def load(self, data):
        self.net = self.ncnn.Net()
        self.net.opt.num_threads = self.threads
        self.net.opt.use_fp16_packed = self.net.opt.use_fp16_storage = self.net.opt.use_fp16_arithmetic = False
        self.net.opt.use_bf16_storage = False
        files = [str(self.path.with_suffix(suffix)) for suffix in (self.SUFFIX, ".ncnn.bin")]
        if self.net.load_param(files[0]) or self.net.load_model(files[1]):
            sys.exit("ncnn cannot load its files")
        numbers = _numbers(data, self.shape[1:])  # A Mat does not keep its array.
        self.input = self.ncnn.Mat(numbers).clone()

    def run(self):
        extractor = self.net.create_extractor()
        extractor.input("in0", self.input)
        code, self.scores = extractor.extract("out0")
        if code:
            sys.exit("ncnn cannot compute its output")

    def outputs(self):
        scores = np.array(self.scores)
        return [scores.argmax(axis=-1).astype(np.int32) if mask else scores for mask in self.masks]


ENGINES = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "mnn": Mnn, "ncnn": Ncnn}


def _numbers(data, shape):
    """A writable array, which MNN and OpenVINO need."""
    return np.frombuffer(data, np.float32).reshape(shape).copy()


def converted(name, path):
    """Makes the engine's own file from the ONNX file, where it needs one and the file is missing.

    Raises RuntimeError if its converter does not take the network.
    """
    engine = ENGINES[name]
    if hasattr(engine, "convert") and not path.with_suffix(engine.SUFFIX).exists():
        engine.convert(path)


def _quiet(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}")


def processor_us():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return round((usage.ru_utime + usage.ru_stime) * 1e6)


def serve(engine, data, answers):
    """Answers commands until the input ends. `engine` has load, run and outputs."""
    print("started", file=answers)
    for line in sys.stdin:
        word, _, file = line.strip().partition(" ")
        start, processor = time.perf_counter_ns(), processor_us()
        if word == "load":
            engine.load(data)
        elif word == "run":
            engine.run()
        elif word == "write":
            Path(file).write_bytes(b"".join(np.ascontiguousarray(array).tobytes() for array in engine.outputs()))
        else:
            sys.exit(f"`{word}` is no command")
        print("done", (time.perf_counter_ns() - start) // 1000, processor_us() - processor, file=answers)


if __name__ == "__main__":
    # MNN prints to the standard output; that goes to the error output instead.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, network, given, threads = sys.argv[1:]
    serve(ENGINES[name](Path(network), int(threads)), Path(given).read_bytes(), answers)
