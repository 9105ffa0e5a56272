//! Runs `cyclictest` and reads its histogram.

use super::Plan;
use super::histogram::{BUCKETS, Histogram};
use std::io::ErrorKind;
use std::process::Command;

/// Measures how late a sleeping thread of this priority wakes.
///
/// # Errors
/// `cyclictest` is not installed, fails, or prints something else than expected.
pub fn run(plan: Plan) -> Result<Histogram, String> {
    let output = Command::new("cyclictest")
        .args(["--quiet", "--mlockall", "--threads=1", "--policy=fifo"])
        // The gate does not keep the processors from sleeping either.
        .arg("--default-system")
        .arg(format!("--priority={}", plan.priority))
        .arg(format!("--interval={}", plan.interval.as_micros()))
        .arg(format!("--loops={}", plan.movements))
        .arg(format!("--histogram={BUCKETS}"))
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                "cyclictest is not installed: apt-get install rt-tests".to_owned()
            }
            _ => format!("cyclictest: {error}"),
        })?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cyclictest: {}: {}", output.status, errors.trim()));
    }
    let histogram = read(&text).ok_or_else(|| format!("cyclictest printed: {text}"))?;
    if histogram.total() < u64::from(plan.movements) {
        return Err(format!("cyclictest woke {} times only", histogram.total()));
    }
    Ok(histogram)
}

/// Reads the rows (`000012 000345`: microseconds and count) and the last lines (`# Max Latencies:
/// 00123`, `# Histogram Overflows: 00000`).
fn read(text: &str) -> Option<Histogram> {
    let mut histogram = Histogram::new();
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let summary = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(number)
    };
    let rows = text
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    for row in rows {
        let (us, count) = row.split_once(char::is_whitespace)?;
        histogram.add_us(number(us)?, number(count)?);
    }
    let max_us = summary("# Max Latencies:")?;
    histogram.add_longer(max_us, summary("# Histogram Overflows:")?);
    (histogram.total() > 0).then_some(histogram)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_and_the_overflows_of_cyclictest_are_read() {
        let text = "# /dev/cpu_dma_latency set to 0us\n# Histogram\n000000 000000\n000007 000012\n\
                    000008 000004\n# Min Latencies: 00007\n# Avg Latencies: 00007\n\
                    # Max Latencies: 123456\n# Histogram Overflows: 00002\n# Histogram Overflow at cycle number:\n";
        let histogram = read(text).unwrap();
        assert_eq!(histogram.total(), 18);
        assert_eq!(histogram.quantile_us(500), 7);
        assert_eq!(histogram.max_us(), 123_456);
        assert_eq!(read("usage: ..."), None);
        assert_eq!(read(&text.replace("000004", "many")), None);
    }
}
