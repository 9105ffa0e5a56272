"""The device tree of qemu's machine, extended for the emulated board."""

import re
import subprocess
from places import program, run


def _compile(source, kind, target_kind, target):
    run("dtc", "-q", "-I", kind, "-O", target_kind, "-o", target, source)
    return target


def of_machine(words, directory):
    """The device tree, as text, of a machine that qemu starts with the arguments `words`."""
    path, environment = program("qemu-system-aarch64")
    blob = directory / "machine.dtb"
    words = [f"{word},dumpdtb={blob}" if before == "-M" else str(word) for before, word in zip([""] + words, words)]
    subprocess.run([path, "-nodefaults", "-display", "none", *words], env=environment, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return _compile(blob, "dtb", "dts", directory / "machine.dts").read_text()


def with_lines(text, names, spi=None):
    """Names the lines of the PL061 in order and removes the power button that qemu puts on one of
    them. With `spi`, the line numbers (clock, data, select), adds a bit-banged bus with the device
    /dev/spidev0.0."""
    text = re.sub(r"\n\tgpio-keys \{.*?\n\t\};\n", "\n", text, flags=re.DOTALL)
    controller = re.search(r"\tpl061@\w+ \{\n\t\tphandle = <(0x\w+)>;\n", text)
    quoted = ", ".join(f'"{name}"' for name in names)
    end = controller.end()
    text = text[:end] + f"\t\tgpio-line-names = {quoted};\n" + text[end:]
    if spi is None:
        return text
    clock, data, select = (f"<{controller[1]} {line} {low}>" for line, low in zip(spi, (0, 0, 1)))
    # The kernel requires the name of a real device. Any one that spidev serves will do.
    bus = f"""
\tspi-lines {{
\t\tcompatible = "spi-gpio";
\t\t#address-cells = <1>;
\t\t#size-cells = <0>;
\t\tsck-gpios = {clock};
\t\tmosi-gpios = {data};
\t\tcs-gpios = {select};
\t\tnum-chipselects = <1>;
\t\tdisplay@0 {{
\t\t\tcompatible = "rohm,dh2228fv";
\t\t\treg = <0>;
\t\t\tspi-max-frequency = <10000000>;
\t\t}};
\t}};
"""
    start = text.index("\tpl061@")
    return text[:start] + bus.lstrip("\n") + "\n" + text[start:]


def write(text, path):
    """Compiles a device tree."""
    source = path.with_suffix(".dts")
    source.write_text(text)
    return _compile(source, "dts", "dtb", path)
