"""The samples of tools/soak/run.py as a table and a drawing."""

import csv

WIDTH, HEIGHT, LEFT, GAP = 900, 110, 150, 22
PANELS = [("rss_kib", "resident memory, KiB"), ("anon_kib", "of it not of files, KiB"), ("descriptors", "descriptors"),
          ("threads", "threads"), ("files", "files kept"), ("recorded", "pictures recorded")]


def write(samples, directory):
    """Writes samples.csv and soak.svg."""
    with open(directory / "samples.csv", "w", newline="") as file:
        table = csv.DictWriter(file, list(samples[0]))
        table.writeheader()
        table.writerows(samples)
    (directory / "soak.svg").write_text(drawing(samples))


def drawing(samples):
    end_s = max(sample["time_s"] for sample in samples) or 1
    height = len(PANELS) * (HEIGHT + GAP) + 40
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 20}" height="{height}" font-family="sans-serif" '
           'font-size="13"><rect width="100%" height="100%" fill="#fff"/>']
    starts = [after["time_s"] for before, after in zip(samples, samples[1:]) if after["start"] != before["start"]]
    for number, (key, title) in enumerate(PANELS):
        top = 12 + number * (HEIGHT + GAP)
        greatest = max(sample[key] for sample in samples) * 1.05 or 1

        def at(time_s, value):
            return f"{LEFT + WIDTH * time_s / end_s:.1f},{top + HEIGHT * (1 - value / greatest):.1f}"

        svg.append(f'<rect x="{LEFT}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#bbb"/>'
                   f'<text x="8" y="{top + HEIGHT / 2}">{title}</text>'
                   f'<text x="{LEFT - 6}" y="{top + 12}" text-anchor="end" fill="#555">{greatest:.0f}</text>'
                   f'<text x="{LEFT - 6}" y="{top + HEIGHT}" text-anchor="end" fill="#555">0</text>')
        for start in starts:
            x = LEFT + WIDTH * start / end_s
            svg.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + HEIGHT}" stroke="#d90" stroke-dasharray="3 3"/>')
        points = " ".join(at(sample["time_s"], sample[key]) for sample in samples)
        svg.append(f'<polyline points="{points}" fill="none" stroke="#234" stroke-width="1.4"/>')
    below = height - 12
    svg.append(f'<text x="{LEFT}" y="{below}" fill="#555">0</text><text x="{LEFT + WIDTH}" y="{below}" text-anchor="end" '
               f'fill="#555">{end_s / 60:.0f} minutes; amber: the station was started again</text></svg>')
    return "\n".join(svg) + "\n"
