"""The results as a picture: time and memory of each engine, network by network."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import report

# Colours that differ for colour-blind readers too (Okabe and Ito).
STYLES = {
    "sluice": ("#D55E00", "o", 70, "sluice"), "onnxruntime": ("#0072B2", "s", 36, "ONNX Runtime"),
    "openvino": ("#009E73", "D", 34, "OpenVINO"), "mnn": ("#CC79A7", "^", 36, "MNN"), "ncnn": ("#7F7F7F", "v", 36, "ncnn"),
}
OTHER = ("#000000", "P", 44, None)


def draw(results, file):
    networks = [network for network in results["networks"] if report.faster_rival(network["engines"])]
    if not networks:
        return
    names = list(dict.fromkeys(name for network in networks for name in network["engines"]))
    figure, (times, memory) = plt.subplots(
        1, 2, figsize=(12, 1.9 + 0.36 * len(networks)), sharey=True, width_ratios=(3, 2), layout="constrained")
    for place, network in enumerate(networks):
        engines = network["engines"]
        shares = {name: report.share(engines, name) for name in names if report.has(engines, name)}
        times.plot([min(shares.values()), max(shares.values())], [place, place], color="#D0D0D0", lw=1.5, zorder=1)
        if network["target"]:
            times.plot([network["target"]] * 2, [place - 0.36, place + 0.36], color="#222222", lw=2.2, zorder=2)
        for name, value in shares.items():
            mark(times, name, value, place)
            mark(memory, name, engines[name]["peak_kib"] / 1024, place)
    labels = [f"{network['name']}   {report.ms(network['engines'][report.faster_rival(network['engines'])]['wall_us'])} ms"
              for network in networks]
    times.set_yticks(range(len(networks)), labels, fontfamily="monospace", fontsize=8.5)
    times.set_ylim(len(networks) - 0.4, -0.6)
    times.axvline(1, color="#888888", lw=1, zorder=0)
    scale(times, (0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20), "{:g}")
    scale(memory, (10, 20, 50, 100, 200, 500, 1000, 2000, 5000), "{:,.0f}")
    times.set_xlabel("wall time, as a multiple of the faster of ONNX Runtime and OpenVINO (its time is on the left)")
    memory.set_xlabel("peak memory of the process, MiB")
    for axes in (times, memory):
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color="#EEEEEE", zorder=0)
        axes.set_axisbelow(True)
    handles = [mark(times, name, float("nan"), 0) for name in names]
    handles += times.plot([], [], color="#222222", marker="|", ms=12, mew=2.2, ls="", label="target for sluice")
    machine = results["machine"]
    figure.suptitle(f"{machine['threads']} threads, f32, {machine['processor']}, {machine['date']}", fontsize=10)
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    figure.savefig(file, dpi=150, facecolor="white")
    plt.close(figure)


def mark(axes, name, value, place):
    colour, marker, size, label = STYLES.get(name, OTHER)
    return axes.scatter(value, place, color=colour, marker=marker, s=size, label=label or name, zorder=4 if name == "sluice" else 3,
                        edgecolors="white", linewidths=0.6)


def scale(axes, ticks, text):
    """A logarithmic axis with these ticks."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(low * 0.95, high * 1.05)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low * 0.95 <= tick <= high * 1.05]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: text.format(value)))
