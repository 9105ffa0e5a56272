"""The results as Markdown tables."""

from statistics import median

OURS = "sluice"
# Our target is a share of the faster of these.
RIVALS = ("onnxruntime", "openvino")
RELATIVE_MAX = 1e-4
PIXELS_MAX_SHARE = 1e-5
FIRST_MAX = 1.3
CHECK_MEMORY_MAX = 0.35
PICTURES_MIN = 3.0


def ratio(above, below):
    """The median of the rounds' ratios."""
    return median(one / other for one, other in zip(above, below))


def has(engines, name):
    return "error" not in engines.get(name, {"error": ""})


def faster_rival(engines):
    """The faster of `RIVALS`, or None if neither ran."""
    ran = [name for name in RIVALS if has(engines, name)]
    return min(ran, key=lambda name: median(engines[name]["wall_us"]), default=None)


def share(engines, name, time="wall_us"):
    """An engine's time as a share of the faster rival's, or None."""
    rival = faster_rival(engines)
    if rival is None or not has(engines, name):
        return None
    return ratio(engines[name][time], engines[rival][time])


def first_output(engine):
    """The time from the load to the first output as a multiple of a later run."""
    first = median(load + run for load, run in zip(engine["load_us"], engine["first_us"]))
    return first / median(engine["wall_us"])


def judged(value, limit, text, above=False):
    """The text, in bold if the value keeps the limit."""
    if limit is None:
        return text
    return f"**{text}**" if (value >= limit if above else value <= limit) else text


def ms(values_us):
    value = median(values_us) / 1000
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head, rows):
    return "\n".join([row(head), row(["---"] * len(head)), *map(row, rows)]) + "\n"


def per_engine(results, cell):
    """Rows of one cell for each engine; an engine that failed has a dash."""
    names = list(dict.fromkeys(name for network in results["networks"] for name in network["engines"]))
    rows = []
    for network in results["networks"]:
        engines = network["engines"]
        rows.append([network["name"], *(cell(network, engines[name]) if has(engines, name) else "–" for name in names)])
    return names, rows


def time_table(results):
    names, rows = per_engine(results, lambda _, engine: f"{ms(engine['wall_us'])} ({ms(engine['processor_us'])})")
    for cells, network in zip(rows, results["networks"]):
        value, target = share(network["engines"], OURS), network["target"]
        cells.insert(1, f"{network['gflop']:.1f}")
        processor = share(network["engines"], OURS, "processor_us")
        cells.append("–" if value is None else f"{judged(value, target, f'{value:.2f}')} ({processor:.2f})")
        cells.append("–" if target is None else f"{target:.2f}")
    return table(["network", "GFLOP", *names, "ratio", "target"], rows)


def memory_table(results):
    names, rows = per_engine(
        results, lambda _, engine: f"{engine['peak_kib'] / 1024:.0f} ({engine['idle_kib'] / 1024:.0f})")
    return table(["network", *names], rows)


def first_table(results):
    names, rows = per_engine(results, lambda _, engine: judged(
        first_output(engine), FIRST_MAX, f"{first_output(engine):.2f}"))
    return table(["network", *names], rows)


def agreement_table(results):
    def cell(_, engine):
        found = engine["agreement"]
        exact = found["relative"] <= RELATIVE_MAX and found["pixels"] <= PIXELS_MAX_SHARE * found["of_pixels"]
        return f"{found['relative']:.0e}, {found['pixels']}{'' if exact else ' ✗'}"

    names, rows = per_engine(results, cell)
    return table(["network", *names], rows)


def growth_table(results):
    """Our growth keeps its target if it is at most ONNX Runtime's."""
    def growth(engine):
        return ratio(engine["busy_wall_us"], engine["wall_us"])

    def cell(network, engine):
        engines = network["engines"]
        limit = growth(engines[RIVALS[0]]) if engine is engines.get(OURS) and has(engines, RIVALS[0]) else None
        return judged(growth(engine), limit, f"{growth(engine):.2f}")

    names, rows = per_engine(results, cell)
    return table(["network", *names], rows)


def check_table(rows):
    """Peak memory of `sluice check` against OpenVINO's process."""
    cells = []
    for one in rows:
        value = one["check_kib"] / one["openvino_kib"] if one["openvino_kib"] else None
        cells.append([
            one["name"], f"{one['check_kib'] / 1024:.0f}", "–" if value is None else f"{one['openvino_kib'] / 1024:.0f}",
            "–" if value is None else judged(value, CHECK_MEMORY_MAX, f"{value:.2f}"), f"{CHECK_MEMORY_MAX:.2f}",
        ])
    return table(["network", "`sluice check`, MiB", "OpenVINO, MiB", "ratio", "target"], cells)


def pictures_table(rows):
    cells = []
    for one in rows:
        value = ratio(one["station_per_s"], one["script_per_s"])
        cells.append([one["name"], one["pictures"], f"{median(one['station_per_s']):.2f}",
                      f"{median(one['script_per_s']):.2f}", judged(value, PICTURES_MIN, f"{value:.2f}", above=True),
                      f"{PICTURES_MIN:.1f}"])
    return table(["network", "pictures", "station, a second", "script, a second", "ratio", "target"], cells)


def line(network):
    """One network in one line, for the terminal."""
    parts = [f"{network['name']:24}"]
    for name, engine in network["engines"].items():
        parts.append(f"{name} {'failed: ' + engine['error'] if 'error' in engine else ms(engine['wall_us']) + ' ms'}")
    value = share(network["engines"], OURS)
    return "  ".join(parts) + ("" if value is None else f"  ratio {value:.2f}")


def markdown(results):
    machine, networks = results["machine"], results["networks"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    text = [
        "# The CPU engine and others\n",
        f"{machine['date']}, commit {machine['commit']}, {machine['processor']}, {machine['cores']} cores, "
        f"{'with' if machine['avx512'] else 'without'} AVX-512, {machine['threads']} threads, f32. {versions}.\n",
        "A figure in bold keeps the target of its column. ncnn computes no ArgMax.\n",
        "## Time of one run\n",
        "Wall time and, in brackets, processor time of all threads, in milliseconds. The ratio is ours to the faster of "
        "ONNX Runtime and OpenVINO.\n",
        time_table(results),
        "## Peak memory of the process\n",
        "In MiB; in brackets, before the network was loaded.\n",
        memory_table(results),
        "## Load to first output\n",
        f"As a multiple of a later run; the target is {FIRST_MAX}.\n",
        first_table(results),
        "## Outputs compared with ONNX Runtime's\n",
        f"Largest difference as a share of the output's range, and pixels of another class. ✗: more than {RELATIVE_MAX:.0e} "
        f"or more than {PIXELS_MAX_SHARE:.0e} of the pixels.\n",
        agreement_table(results),
    ]
    if all(engine.get("busy_wall_us") for network in networks for engine in network["engines"].values()
           if "error" not in engine):
        text += ["## Beside one busy program for each core\n", "The time as a multiple of the time without them.\n",
                 growth_table(results)]
    if results.get("check"):
        text += ["## Peak memory of the station's check\n", check_table(results["check"])]
    if results.get("pictures"):
        text += ["## Pictures a second, first file in to last verdict out\n",
                 "12-megapixel PNG files in a watched directory; the script uses cv2 and ONNX Runtime.\n",
                 pictures_table(results["pictures"])]
    failed = [f"- {network['name']}, {name}: {engine['error']}" for network in networks
              for name, engine in network["engines"].items() if "error" in engine]
    if failed:
        text += ["## Failed\n", "\n".join(failed) + "\n"]
    return "\n".join(text)
