"""The CPU engine from Python: libascendcl.so through ctypes, with arrays as inputs and outputs."""

import ctypes as c

import numpy as np

DIMS_MAX = 128
NAME_BYTES = 128
MALLOC_NORMAL_ONLY = 2
# The engine's element types. It represents INT64 and BOOL as INT32, FLOAT16 and DOUBLE as FLOAT.
TYPES = {0: np.float32, 2: np.int8, 3: np.int32, 4: np.uint8}


class Dims(c.Structure):
    _fields_ = [("name", c.c_char * NAME_BYTES), ("count", c.c_size_t), ("dims", c.c_int64 * DIMS_MAX)]


class EngineError(Exception):
    """The failed call and the library's error text."""


class Engine:
    """The library and its device; `load` returns a model."""

    def __init__(self, library):
        self.library = c.CDLL(str(library))
        for name, result in [("aclGetRecentErrMsg", c.c_char_p), ("aclmdlCreateDesc", c.c_void_p),
                             ("aclmdlCreateDataset", c.c_void_p), ("aclCreateDataBuffer", c.c_void_p),
                             ("aclmdlGetNumInputs", c.c_size_t), ("aclmdlGetNumOutputs", c.c_size_t),
                             ("aclmdlGetInputSizeByIndex", c.c_size_t), ("aclmdlGetOutputSizeByIndex", c.c_size_t),
                             ("aclmdlGetOpAttr", c.c_char_p)]:
            getattr(self.library, name).restype = result
        self.call("aclInit", None)
        self.call("aclrtSetDevice", 0)

    def call(self, name, *arguments):
        code = getattr(self.library, name)(*arguments)
        if code != 0:
            message = self.library.aclGetRecentErrMsg() or b""
            raise EngineError(f"{name} gave {code}: {message.decode(errors='replace').strip()}")

    def load(self, data):
        return Model(self, data)


class Buffer:
    """Device memory, which this process can access because the run mode is `device`."""

    def __init__(self, engine, size):
        self.size = size
        self.address = c.c_void_p()
        engine.call("aclrtMalloc", c.byref(self.address), c.c_size_t(size), MALLOC_NORMAL_ONLY)


class Model:
    """A loaded model. `run` may be called repeatedly, `unload` once."""

    def __init__(self, engine, data):
        self.engine = engine
        self.id = c.c_uint32()
        engine.call("aclmdlLoadFromMem", data, c.c_size_t(len(data)), c.byref(self.id))
        self.description = c.c_void_p(engine.library.aclmdlCreateDesc())
        engine.call("aclmdlGetDesc", self.description, self.id)
        # `unet-executor`, or `rten: ` and the reason.
        self.computed_by = engine.library.aclmdlGetOpAttr(self.description, b"", b"_cpu_engine").decode()
        self.inputs = self._ports("Input")
        self.outputs = self._ports("Output")

    def _ports(self, side):
        """Type, dimensions and size in bytes of each input or output."""
        library, ports = self.engine.library, []
        for index in range(getattr(library, f"aclmdlGetNum{side}s")(self.description)):
            dims, place = Dims(), c.c_size_t(index)
            self.engine.call(f"aclmdlGet{side}Dims", self.description, place, c.byref(dims))
            kind = getattr(library, f"aclmdlGet{side}DataType")(self.description, place)
            size = getattr(library, f"aclmdlGet{side}SizeByIndex")(self.description, place)
            ports.append((TYPES[kind], tuple(dims.dims[: dims.count]), size))
        return ports

    def _dataset(self, buffers):
        library = self.engine.library
        dataset = c.c_void_p(library.aclmdlCreateDataset())
        holders = []
        for buffer in buffers:
            holders.append(c.c_void_p(library.aclCreateDataBuffer(buffer.address, c.c_size_t(buffer.size))))
            self.engine.call("aclmdlAddDatasetBuffer", dataset, holders[-1])
        return dataset, holders

    def run(self, arrays):
        """The outputs for these inputs, which are cast to the types of the engine."""
        if len(arrays) != len(self.inputs):
            raise EngineError(f"{len(arrays)} arrays for {len(self.inputs)} inputs")
        engine = self.engine
        inputs = [Buffer(engine, size) for _, _, size in self.inputs]
        outputs = [Buffer(engine, size) for _, _, size in self.outputs]
        datasets = [self._dataset(inputs), self._dataset(outputs)]
        try:
            for buffer, array, (kind, _, _) in zip(inputs, arrays, self.inputs):
                data = np.ascontiguousarray(array.astype(kind)).tobytes()
                if len(data) != buffer.size:
                    raise EngineError(f"an array of {len(data)} bytes for an input of {buffer.size}")
                c.memmove(buffer.address, data, len(data))
            engine.call("aclmdlExecute", self.id, datasets[0][0], datasets[1][0])
            results = []
            for buffer, (kind, dims, size) in zip(outputs, self.outputs):
                results.append(np.frombuffer(c.string_at(buffer.address, size), kind).reshape(dims))
            return results
        finally:
            for dataset, holders in datasets:
                for holder in holders:
                    engine.call("aclDestroyDataBuffer", holder)
                engine.call("aclmdlDestroyDataset", dataset)
            for buffer in inputs + outputs:
                engine.call("aclrtFree", buffer.address)

    def unload(self):
        self.engine.call("aclmdlDestroyDesc", self.description)
        self.engine.call("aclmdlUnload", self.id)
