"""Builders of convolutions, pools, norms and resizes."""

import numpy as np

import table
from cases import NUMPY, Impossible, builds
from samples import numbers, positive

FLOATS = ["f32", "f16", "f64"]
AUTO_PADS = [None, "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]


def each(make, name, values, dims):
    """An attribute with one number per dimension: `None`, the same number for all, or another
    one for the last."""
    is_allowed = lambda value: table.allows(make.row.attributes.get(name), value)
    chosen = make.choose(name, make.limit("attribute", name, values, is_allowed))
    if chosen is None:
        return [1] * dims
    value = [chosen] * dims if isinstance(chosen, int) else [chosen[0]] * (dims - 1) + [chosen[1]]
    make.attributes[name] = value
    return value


def windows(make, dims, pad_most, with_dilations=True):
    """Strides, dilations and padding of an operator with a kernel. Returns strides, dilations
    and the sum of explicit pads."""
    strides = each(make, "strides", [None, 1, 2, 3, (2, 1)], dims)
    dilations = each(make, "dilations", [None, 1, 2, (1, 2)], dims) if with_dilations else [1] * dims
    auto = make.attribute("auto_pad", AUTO_PADS)
    pads = [0] * (2 * dims)
    if auto in (None, "NOTSET"):
        has_pads = make.row is None or "pads" in make.row.attributes
        kind = make.choose("pads", [None, "same", "begin", "end"] if has_pads else [None])
        if kind is not None:
            at_begin, at_end = {"same": (1, 1), "begin": (1, 0), "end": (0, 1)}[kind]
            pads = [min(at_begin, most) for most in pad_most] + [min(at_end, most) for most in pad_most]
            make.set("pads", pads)
    elif auto.startswith("SAME") and max(dilations) > 1:
        # Defined only since opset 11.
        make.opset = max(make.opset, 11)
    return strides, dilations, pads


def picture(make, names, ranks):
    rank = make.rank(names, ranks)
    return rank - 2, [int(size) for size in make.random.integers(6, 12, rank - 2)]


def kernel(make, dims, sizes=(1, 2, 3, (3, 2))):
    chosen = make.choose("kernel", list(sizes))
    return [chosen] * dims if isinstance(chosen, int) else [chosen[0]] * (dims - 1) + [chosen[1]]


@builds("Conv", "ConvInteger")
def conv(make):
    is_integer = make.operator == "ConvInteger"
    kind = make.type("x", ["u8", "i8"] if is_integer else FLOATS)
    dims, size = picture(make, "x", [3, 4, 5])
    window = kernel(make, dims)
    strides, _, _ = windows(make, dims, [(k - 1) for k in window])
    group = make.attribute("group", [None, 1, 2, 4])
    channels, out = 4, make.any([4, 8])
    if make.choose("kernel_shape given", [True, False]):
        make.set("kernel_shape", window)
    elif make.row and not make.row.attributes.get("kernel_shape"):
        raise Impossible("kernel_shape")
    make.input("x", numbers(make.random, kind, [make.any([1, 2]), channels, *size]))
    weights = make.type("w", ["u8", "i8"]) if is_integer else kind
    make.input("w", numbers(make.random, weights, [out, channels // (group or 1), *window]))
    if not is_integer:
        make.input("b", numbers(make.random, kind, [out]) if make.has("b") else None)
        return
    make.input("x_zero_point", np.array(3, NUMPY[kind]) if make.has("x_zero_point") else None)
    if make.has("w_zero_point"):
        shape = make.choose("w_zero_point shape", [[], [out]])
        make.input("w_zero_point", np.full(shape, 2, NUMPY[weights]))


@builds("QLinearConv")
def qlinear_conv(make):
    kind = make.type("x", ["u8", "i8"])
    dims, size = picture(make, "x", [4])
    window = kernel(make, dims)
    windows(make, dims, [(k - 1) for k in window])
    make.set("kernel_shape", window)
    scalar = lambda value, kind: np.array(value, NUMPY[kind])
    weights = numbers(make.random, make.type("w", ["u8", "i8"]), [3, 2, *window])
    for name, array in [("x", numbers(make.random, kind, [1, 2, *size])), ("x_scale", scalar(0.1, "f32")),
                        ("x_zero_point", scalar(3, kind)), ("w", weights),
                        ("w_scale", scalar(0.05, "f32"))]:
        make.input(name, array)
    make.input("w_zero_point", scalar(0, make.inputs[3].type))
    make.input("y_scale", scalar(2.0, "f32"))
    make.input("y_zero_point", scalar(5, kind))


@builds("ConvTranspose")
def conv_transpose(make):
    kind = make.type("x", FLOATS)
    dims, size = picture(make, "x", [3, 4, 5])
    window = kernel(make, dims, (1, 2, 3, 4, (3, 2)))
    strides, dilations, _ = windows(make, dims, [(k - 1) // 2 for k in window])
    group = make.attribute("group", [None, 1, 2])
    can_be_more = max(strides) > 1 and "auto_pad" not in make.attributes
    extra = make.choose("output_padding", [None, 0, 1] if can_be_more else [None, 0])
    if extra is not None:
        most = [max(stride, dilation) - 1 for stride, dilation in zip(strides, dilations)]
        make.set("output_padding", [min(extra, one) for one in most])
    if make.choose("output_shape given", [False, False, True]):
        make.set("output_shape", [s * stride for s, stride in zip(size, strides)])
    if make.choose("kernel_shape given", [True, False]):
        make.set("kernel_shape", window)
    make.input("x", numbers(make.random, kind, [make.any([1, 2]), 4, *size]))
    make.input("w", numbers(make.random, kind, [4, make.any([2, 3]), *window]))
    if make.has("b"):
        make.input("b", numbers(make.random, kind, [make.inputs[1].array.shape[1] * (group or 1)]))


@builds("MaxPool", "AveragePool", "LpPool")
def pool(make):
    kind = make.type("x", FLOATS + (["u8", "i8"] if make.operator == "MaxPool" else []))
    dims, size = picture(make, "x", [3, 4, 5])
    window = kernel(make, dims)
    if make.opset < {"MaxPool": 10, "AveragePool": 19, "LpPool": 18}[make.operator]:
        make.attributes.pop("dilations", None)
        windows(make, dims, [(k - 1) for k in window], with_dilations=False)
    else:
        windows(make, dims, [(k - 1) for k in window])
    if make.opset >= 10:
        make.attribute("ceil_mode", [None, 0, 1])
    if make.operator == "MaxPool":
        if make.opset >= 8:
            make.attribute("storage_order", [None, 0, 1])
            if make.row is None or len(make.row.outputs) > 1:
                make.outputs = make.choose("outputs", [1, 2])
    elif make.operator == "AveragePool":
        make.attribute("count_include_pad", [None, 0, 1])
    else:
        make.attribute("p", [None, 1, 3])
    strides = make.attributes.get("strides", [1] * dims)
    if make.attributes.get("auto_pad", "").startswith("SAME") and any(s > k for s, k in zip(strides, window)):
        raise Impossible("negative pads")
    make.set("kernel_shape", window)
    make.input("x", numbers(make.random, kind, [make.any([1, 2]), 3, *size]))


@builds("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(make):
    kind = make.type("x", FLOATS)
    _, size = picture(make, "x", [3, 4, 5])
    make.input("x", numbers(make.random, kind, [2, 3, *size]))


@builds("BatchNormalization", "InstanceNormalization", "GroupNormalization")
def norm(make):
    kind = make.type("x", FLOATS)
    rank = make.rank("x", [2, 3, 4, 5] if make.operator == "BatchNormalization" else [3, 4, 5])
    channels = 4
    make.attribute("epsilon", [None, 1e-3, 0.1])
    if make.operator == "BatchNormalization":
        make.attribute("momentum", [None, 0.99])
        make.attribute("spatial", [None, 1]) if make.opset < 9 else None
        make.attribute("training_mode", [None, 0]) if make.opset >= 14 else None
    if make.operator == "GroupNormalization" and make.opset >= 21:
        make.attribute("stash_type", [None, 1])
    groups = make.choose("num_groups", [1, 2, 4]) if make.operator == "GroupNormalization" else None
    make.set("num_groups", groups)
    make.input("x", numbers(make.random, kind, [2, channels, *make.shape(rank - 2, 6)]))
    size = groups if groups and make.opset < 21 else channels
    for name in ["scale", "b"]:
        make.input(name, numbers(make.random, kind, [size]))
    if make.operator == "BatchNormalization":
        make.input("mean", numbers(make.random, kind, [channels]))
        make.input("var", positive(make.random, kind, [channels]))


@builds("LayerNormalization", "RMSNormalization")
def layer_norm(make):
    kind = make.type("x", FLOATS)
    rank = make.rank("x", range(1, 5))
    shape = [size + 2 for size in make.shape(rank)]
    axis = make.attribute("axis", [None, -1, -2, 1, 0])
    make.attribute("epsilon", [None, 1e-3])
    make.attribute("stash_type", [None, 1])
    at = -1 if axis is None else axis
    make.input("x", numbers(make.random, kind, shape))
    make.input("scale", numbers(make.random, kind, shape[at:]))
    if make.operator == "LayerNormalization":
        make.input("b", numbers(make.random, kind, shape[at:]) if make.has("b") else None)


@builds("LpNormalization")
def lp_norm(make):
    kind = make.type("x", FLOATS)
    make.attribute("axis", [None, 1, -1])
    make.attribute("p", [None, 1, 2])
    make.input("x", numbers(make.random, kind, [2, *make.shape(make.rank("x", [2, 3, 4]) - 1, 5)]))


@builds("LRN")
def lrn(make):
    kind = make.type("x", FLOATS)
    make.set("size", make.choose("size", [3, 4, 5]))
    for name in ["alpha", "beta", "bias"]:
        make.attribute(name, [None, 0.5])
    make.rank("x", [4])
    make.input("x", numbers(make.random, kind, [1, 6, 4, 5]))


MODES = ["half_pixel", "align_corners", "asymmetric", "pytorch_half_pixel", "tf_crop_and_resize", "tf_half_pixel_for_nn",
         "half_pixel_symmetric"]


@builds("Resize")
def resize(make):
    kind = make.type("x", FLOATS + ["u8", "i8", "i32"])
    rank = make.rank("x", [2, 3, 4, 5])
    size = [int(n) for n in make.random.integers(3, 9, 2)]
    x = numbers(make.random, kind, [1, 2, 3, *size][-rank:] if rank == 5 else [1, 2, *size][-rank:])
    mode = make.attribute("mode", [None, "nearest", "linear", "cubic"])
    if make.opset >= 11:
        make.attribute("coordinate_transformation_mode", [None, *MODES])
        make.attribute("nearest_mode", [None, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
        make.attribute("cubic_coeff_a", [None, -0.75, -0.5])
        make.attribute("exclude_outside", [None, 0, 1])
        make.attribute("extrapolation_value", [None, 0.0, 1.5])
    if make.opset >= 18:
        make.attribute("antialias", [None, 0, 1])
        make.attribute("keep_aspect_ratio_policy", [None, "stretch", "not_larger"])
    axes = None
    if make.opset >= 18 and make.choose("axes given", [False, False, True]):
        axes = make.any([[rank - 2, rank - 1], [-2, -1], [rank - 1, rank - 2]])
        make.set("axes", axes)
    over = list(range(rank)) if axes is None else [axis % rank for axis in axes]
    factors = make.choose("factors", [(2, 2), (4, 4), (3, 2), (1, 2), (0.5, 0.5), (1.5, 2.25), (0.6, 1.3), (0.34, 3.7),
                                      (1, 1)])
    scales = [([1] * (rank - 2) + list(factors))[axis] for axis in over]
    make.input("x", x, const=False)
    if make.opset < 11:
        make.input("scales", np.array(scales, np.float32), const=True)
        return
    roi = make.choose("roi", ["absent", "empty", "given"])
    if "tf_crop_and_resize" == make.attributes.get("coordinate_transformation_mode"):
        roi = "given"
    if roi == "given":
        make.input("roi", np.array([0.1] * len(over) + [0.8] * len(over), np.float32), const=True)
    elif roi == "empty" or make.opset < 13:
        make.input("roi", np.zeros(0, np.float32), const=True)
    else:
        make.input("roi", None)
    if make.choose("by", ["scales", "sizes"]) == "scales":
        make.input("scales", np.array(scales, np.float32), const=True)
        return
    if make.opset < 13:
        make.input("scales", np.zeros(0, np.float32), const=True)
    else:
        make.input("scales", None)
    sizes = [max(1, int(x.shape[axis] * scale)) for axis, scale in zip(over, scales)]
    make.input("sizes", np.array(sizes, np.int64), const=True)


@builds("Upsample")
def upsample(make):
    kind = make.type("x", FLOATS)
    rank = make.rank("x", [4])
    make.attribute("mode", [None, "nearest", "linear"])
    make.input("x", numbers(make.random, kind, [1, 2, 4, 5]))
    scales = make.choose("factors", [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 3.0, 2.0], [1.0, 1.0, 1.5, 2.25]])
    if make.opset < 9:
        make.set("scales", scales)
    else:
        make.input("scales", np.array(scales, np.float32), const=True)


@builds("GridSample")
def grid_sample(make):
    kind = make.type("x", FLOATS)
    modes = ["bilinear", "nearest", "bicubic"] if make.opset < 20 else ["linear", "nearest", "cubic"]
    make.attribute("mode", [None, *modes])
    make.attribute("padding_mode", [None, "zeros", "border", "reflection"])
    make.attribute("align_corners", [None, 0, 1])
    make.rank("x", [4])
    make.input("x", numbers(make.random, kind, [1, 2, 5, 6]))
    make.input("grid", make.random.uniform(-1.3, 1.3, [1, 4, 3, 2]).astype(NUMPY[kind]))
