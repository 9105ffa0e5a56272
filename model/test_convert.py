"""Checks of `aipp.py` and `convert.sh`, with a recording fake instead of ATC."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

import aipp
import onnx_graph
from random_weights import random_weights

HERE = Path(__file__).parent

# Records its arguments, one a line. Then acts like ATC that ends with ATC_STATUS.
FAKE_ATC = """#!/bin/sh
printf '%s\\n' "$@" > "$ATC_RECORD"
if [ "${ATC_STATUS:-0}" != 0 ]; then
    echo "ATC run failed, Please check the detail log, Try 'atc --help' for more information"
    echo "E10001: Value [x] for parameter [input_shape] is invalid."
    exit "$ATC_STATUS"
fi
for argument in "$@"; do
    case $argument in --output=*) [ -n "${ATC_FORGETS:-}" ] || : > "${argument#--output=}.om" ;; esac
done
echo "ATC run success"
"""


class Bench:
    """A folder with a model, its AIPP file and its card, and a PATH with the fake as `atc`."""

    def __init__(self, folder):
        self.folder, self.record = folder, folder / "atc.txt"
        (folder / "bin").mkdir()
        (folder / "bin" / "atc").write_text(FAKE_ATC)
        (folder / "bin" / "atc").chmod(0o755)
        # `python3` is the one that runs the tests.
        (folder / "bin" / "python3").symlink_to(sys.executable)
        for name in ("sh", "dirname"):
            (folder / "bin" / name).symlink_to(shutil.which(name))
        self.model = folder / "bolt.onnx"
        self.write(3, 64, 32)

    def write(self, channels, width, height, order="bgr", batch=1):
        weights = random_weights(2, 2, channels)
        onnx.save(onnx_graph.build("unet_simple", weights, 2, width, height, {}, batch), str(self.model))
        self.settings(aipp.text(width, height, channels, order))
        self.model.with_suffix(".md").write_text(f"# bolt\n\n| channel order | **{order.upper()}** |\n")

    def settings(self, text):
        (self.folder / "bolt.aipp.cfg").write_text(text)

    def convert(self, *arguments, **environment):
        self.record.unlink(missing_ok=True)
        return subprocess.run(
            ["sh", str(HERE / "convert.sh"), *map(str, arguments)], capture_output=True, text=True, timeout=30,
            cwd=self.folder, env={"PATH": str(self.folder / "bin"), "ATC_RECORD": str(self.record), **environment},
        )

    def asked(self):
        return self.record.read_text().splitlines()

    def refused(self, said, *arguments):
        """Checks that the conversion fails with this message and does not start ATC."""
        done = self.convert(*arguments)
        assert done.returncode != 0 and said in done.stderr, done.stderr
        assert not self.record.exists()


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_onnx_command_line(bench):
    done = bench.convert(bench.model)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, f"{bench.folder}/bolt.om"), done.stderr
    assert bench.asked() == [
        "--framework=5", f"--model={bench.model}", f"--output={bench.folder}/bolt", "--soc_version=Ascend310",
        "--input_format=NCHW", "--input_shape=x:1,3,32,64", f"--insert_op_conf={bench.folder}/bolt.aipp.cfg",
        "--output_type=FP32", "--enable_small_channel=1",
    ]


@pytest.mark.parametrize("ending,notice", [(".air", ""), (".mindir", "names .air only")])
def test_air_command_line(bench, ending, notice):
    # The AIR file is not read: the AIPP file gives its size.
    model = bench.folder / f"bolt{ending}"
    model.write_bytes(b"\x01")
    out = bench.folder / "lacquer.om"
    done = bench.convert(model, "--output", out, "--soc", "Ascend310P3", "--batch_size", "2", "--width", "64")
    assert done.returncode == 0 and out.is_file(), done.stderr
    assert notice in done.stderr
    assert bench.asked() == [
        "--framework=1", f"--model={model}", f"--output={bench.folder}/lacquer", "--soc_version=Ascend310P3",
        "--input_format=NCHW", "--input_shape=x:2,3,32,64", f"--insert_op_conf={bench.folder}/bolt.aipp.cfg",
        "--output_type=FP32",
    ]


def test_the_shipped_model_goes_with_the_shipped_aipp_and_station(bench):
    station = HERE.parent / "board" / "stations" / "host.json"
    done = bench.convert("--output", bench.folder / "shipped", "--station", station)
    assert done.returncode == 0, done.stderr
    assert f"--insert_op_conf={HERE}/aipp.cfg" in bench.asked() and "--input_shape=x:1,3,960,960" in bench.asked()


def test_paths_with_blanks(bench):
    folder = bench.folder / "new parts"
    folder.mkdir()
    for name in ("bolt.onnx", "bolt.aipp.cfg", "bolt.md"):
        shutil.copy(bench.folder / name, folder / name)
    assert bench.convert("new parts/bolt.onnx").returncode == 0
    assert {"--model=new parts/bolt.onnx", "--insert_op_conf=new parts/bolt.aipp.cfg"} <= set(bench.asked())
    assert (folder / "bolt.om").is_file()


def test_files_that_atc_would_refuse(bench):
    folder = bench.folder
    bench.refused("no such file", folder / "nut.onnx")
    for name, said in (("a.ckpt", "a checkpoint"), ("a.om", "already converted"), ("a.tflite", "the file must end"),
                       ("onnx", "the file must end")):
        (folder / name).write_bytes(b"")
        bench.refused(said, folder / name)
    (folder / "text.onnx").write_text("no protobuf at all")
    bench.refused("not an ONNX model", folder / "text.onnx")
    bench.refused("its folder does not exist", bench.model, "--output", folder / "nowhere" / "bolt")
    bench.refused("no such file; make it", bench.model, "--aipp", folder / "none.cfg")


def test_options_that_atc_would_refuse(bench):
    bench.refused("unknown chip", bench.model, "--soc", "310")
    bench.refused("no such option", bench.model, "--framework", "3")
    bench.refused("give an option and its value", bench.model, "--soc")
    bench.refused("--width 960, but the model has 64", bench.model, "--width", "960")
    bench.refused("--batch_size 4, but the model has 1", bench.model, "--batch_size", "4")


@pytest.mark.parametrize("old,new,said", [
    ("src_image_size_w: 64", "src_image_size_w: 960", "src_image_size_w is 960, needed is 64"),
    ("src_image_size_h: 32", "", "src_image_size_h is missing"),
    ("rbuv_swap_switch: false", "rbuv_swap_switch: true", "a swap would reverse the order"),
    ("RGB888_U8", "YUV420SP_U8", "the station writes three bytes a pixel"),
    ("csc_switch: false", "csc_switch: true", "the model sees the pixels' own channels"),
    ("aipp_mode: static", "aipp_mode: dynamic", "aipp_mode is dynamic"),
    ("crop: false", "crop: true", "crop is true"),
    ("min_chn_1: 127.5", "min_chn_1: 128", "channel 1 becomes (x - 128)"),
    ("var_reci_chn_2: 0.00784313725", "var_reci_chn_2: 1", "channel 2 becomes"),
    ("mean_chn_0: 0", "mean_chn_0: 104", "channel 0 becomes"),
    ("mean_chn_0: 0", "mean_chn_0: none", "must be numbers"),
    ("aipp_op {", "{", "expected one block"),
])
def test_aipp_files_that_do_not_fit(bench, old, new, said):
    text = aipp.text(64, 32, 3, "bgr")
    assert text.count(old) == 1
    bench.settings(text.replace(old, new))
    bench.refused(said, bench.model)


def test_grey_models(bench):
    bench.write(1, 64, 32)
    assert bench.convert(bench.model).returncode == 0
    assert "--input_shape=x:1,1,32,64" in bench.asked()
    bench.settings(aipp.text(64, 32, 3, "bgr"))
    bench.refused("the model has one channel", bench.model)
    bench.settings(aipp.text(64, 32, 1, "rgb"))
    bench.refused("matrix_r0c0 is 76, needed is 30", bench.model)
    bench.settings("aipp_op { aipp_mode: static input_format: YUV400_U8 }")
    bench.refused("which the station does not write", bench.model)
    # AIPP makes one channel, but the model has three.
    bench.write(3, 64, 32)
    bench.settings(aipp.text(64, 32, 1, "bgr"))
    bench.refused("csc_switch is true", bench.model)


def test_channel_order_is_stated_once_and_agrees(bench):
    station = bench.folder / "station.json"
    image = {"order": "bgr", "size": {"width": 64, "height": 32}}
    station.write_text(json.dumps({"image": image}))
    assert bench.convert(bench.model, "--station", station, "--order", "bgr").returncode == 0
    bench.refused("--order rgb, but", bench.model, "--order", "rgb")
    station.write_text(json.dumps({"image": {**image, "order": "rgb"}}))
    bench.refused("image.order is rgb, but the network was trained on bgr", bench.model, "--station", station)
    station.write_text(json.dumps({"image": {**image, "size": {"width": 64, "height": 64}}}))
    bench.refused("image.size is 64x64", bench.model, "--station", station)
    for text in ("{", "[]", '{"image": {"order": "bgr"}}'):
        station.write_text(text)
        bench.refused("not a station file with image.order", bench.model, "--station", station)
    station.unlink()
    bench.refused("station.json: No such file", bench.model, "--station", station)
    card = bench.folder / "bolt.md"
    for unclear in ("Trained on colour pictures.", "| channel order | RGB or BGR |", "| channel order | |"):
        card.write_text(f"# bolt\n\n{unclear}\n")
        bench.refused("| channel order | BGR |", bench.model)
    card.unlink()
    bench.refused("give --order", bench.model)
    assert bench.convert(bench.model, "--order", "rgb").returncode == 0


def test_a_model_of_other_dimensions_is_named(bench):
    model = onnx.load(bench.model)
    dim = model.graph.input[0].type.tensor_type.shape.dim
    dim[0].dim_param = "batch"
    onnx.save(model, str(bench.model))
    bench.refused("dims [0, 3, 32, 64]", bench.model)


def test_failures_of_atc_come_through(bench):
    done = bench.convert(bench.model, ATC_STATUS="255")
    assert done.returncode != 0 and "E10001" in done.stdout and "ATC failed (status 255)" in done.stderr
    done = bench.convert(bench.model, ATC_FORGETS="1")
    assert done.returncode != 0 and "bolt.om is missing" in done.stderr
    (bench.folder / "bin" / "atc").unlink()
    bench.refused("atc not found", bench.model)


def test_the_shipped_aipp_file_is_the_written_one():
    assert (HERE / "aipp.cfg").read_text() == aipp.text(960, 960, 3, "bgr")


@pytest.mark.parametrize("channels,width,height", [(1, 32, 16), (3, 960, 512)])
def test_input_is_read_as_onnx_reads_it(tmp_path, channels, width, height):
    model = onnx_graph.build("unet_medical", random_weights(2, 2, channels, "unet_medical"), 2, width, height, {}, 3)
    onnx.save(model, str(tmp_path / "m.onnx"))
    assert aipp.model_input(tmp_path / "m.onnx") == ("x", [3, channels, height, width])
    cut = (tmp_path / "m.onnx").read_bytes()[:-40]
    (tmp_path / "cut.onnx").write_bytes(cut)
    with pytest.raises(SystemExit, match="not an ONNX model"):
        aipp.model_input(tmp_path / "cut.onnx")
