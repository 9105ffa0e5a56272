//! The measurements as a table, and the machine that they were made on.

use super::{Histogram, Pair, Plan};
use core::fmt::Write as _;
use std::fs;

/// The columns: name and share in thousandths.
const QUANTILES: [(&str, u64); 3] = [("p50", 500), ("p99", 990), ("p99.9", 999)];

/// The table in Markdown. Times are in microseconds.
pub fn table(pairs: &[Pair], plan: Plan) -> String {
    let mut text =
        String::from("| machine | what | number | p50 | p99 | p99.9 | max | past the limit |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for pair in pairs {
        let rows = [
            ("gate, each edge", &pair.edges),
            ("gate, each wake-up", &pair.gate),
            ("cyclictest", &pair.cyclictest),
        ];
        for (what, histogram) in rows {
            let _ = write!(text, "| {} | {what} | {} |", pair.state, histogram.total());
            for (_, share) in QUANTILES {
                let _ = write!(text, " {} |", histogram.quantile_us(share));
            }
            let (max, past) = (histogram.max_us(), histogram.longer_than(plan.limit));
            let _ = writeln!(text, " {max} | {past} |");
        }
        let _ = writeln!(
            text,
            "| {} | wake-ups / cyclictest | |{} | |",
            pair.state,
            ratios(&pair.gate, &pair.cyclictest)
        );
    }
    let merged: u64 = pairs.iter().map(|pair| pair.merged).sum();
    let _ = writeln!(
        text,
        "\nMicroseconds. The limit is {} ms. {merged} parts had no edge of their own, because the line was still active.\n\
         A machine that stands still makes several edges late at one wake-up. cyclictest leaves out the sleeps that it\n\
         misses, so its wake-ups are compared with the gate's.",
        plan.limit.as_millis()
    );
    text
}

/// The gate's quantiles and maximum as multiples of those of `cyclictest`.
fn ratios(gate: &Histogram, cyclictest: &Histogram) -> String {
    let quantiles =
        QUANTILES.map(|(_, share)| (gate.quantile_us(share), cyclictest.quantile_us(share)));
    let max = (gate.max_us(), cyclictest.max_us());
    let ratio = |(gate, other): (u64, u64)| format!(" {:.2}", gate as f64 / other.max(1) as f64);
    quantiles
        .into_iter()
        .chain([max])
        .map(ratio)
        .collect::<Vec<_>>()
        .join(" |")
}

/// The kind of this machine: processor, number of processors and kernel.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let information = read("/proc/cpuinfo");
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or(std::env::consts::ARCH, |(_, model)| model);
    let virtual_machine = if information.contains(" hypervisor") {
        ", a virtual machine"
    } else {
        ""
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let version = read("/proc/version");
    let release = version.split_whitespace().nth(2).unwrap_or_default();
    let preemption = ["PREEMPT_RT", "PREEMPT_DYNAMIC", "PREEMPT"];
    let version = read("/proc/sys/kernel/version");
    let preemption = preemption.into_iter().find(|kind| version.contains(kind));
    format!(
        "{model}, {processors} processors{virtual_machine}, Linux {release} {}",
        preemption.unwrap_or("without preemption")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    #[test]
    fn the_table_has_the_quantiles_and_their_ratios() {
        let (mut gate, mut cyclictest) = (Histogram::new(), Histogram::new());
        gate.add_us(12, 999);
        gate.add_us(11_000, 1);
        cyclictest.add_us(10, 1_000);
        let pair = Pair {
            state: "idle",
            edges: gate.clone(),
            gate,
            cyclictest,
            merged: 2,
        };
        let plan = Plan {
            movements: 1_000,
            interval: Duration::from_millis(2),
            priority: 40,
            limit: Duration::from_millis(10),
        };
        let text = table(&[pair], plan);
        for row in [
            "| idle | gate, each edge | 1000 | 12 | 12 | 12 | 11000 | 1 |",
            "| idle | gate, each wake-up | 1000 | 12 | 12 | 12 | 11000 | 1 |",
            "| idle | cyclictest | 1000 | 10 | 10 | 10 | 10 | 0 |",
            "| idle | wake-ups / cyclictest | | 1.20 | 1.20 | 1.20 | 1100.00 | |",
            "The limit is 10 ms. 2 parts",
        ] {
            assert!(text.contains(row), "\"{row}\" in:\n{text}");
        }
        assert!(machine().contains("Linux "), "{}", machine());
    }
}
