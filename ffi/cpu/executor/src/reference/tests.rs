//! Random graphs, compared with the reference bit by bit.

use super::compare;
use super::draw_windows::{convolution, window_of_3};
use super::numbers::Random;
use super::{Tensor, evaluate, sums};
use crate::Threads;
use crate::graph::{BufferLayout, Element, Graph, Operator, Shape};

/// Pools of 1, 2 and 3 threads.
pub(super) fn pools() -> Vec<Threads> {
    (1..=3).map(|count| Threads::new(count).unwrap()).collect()
}

/// Compares the graphs of some seeds, and names those that failed.
fn seeds(seeds: impl Iterator<Item = u64>) {
    let pools = pools();
    let failed: Vec<String> = seeds
        .filter_map(|seed| compare::seed(seed, &pools).err())
        .collect();
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn random_graphs_give_the_bits_of_the_reference() {
    // The tests for 64-bit ARM run on an emulated processor.
    seeds(
        0..if cfg!(target_arch = "aarch64") {
            30
        } else {
            300
        },
    );
}

/// `SEED=7 COUNT=1` runs one graph.
#[test]
#[ignore = "takes minutes"]
fn many_random_graphs_give_the_bits_of_the_reference() {
    let number = |name, default| {
        let text = std::env::var(name).ok();
        text.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let first = number("SEED", 1_000);
    seeds(first..first + number("COUNT", 10_000));
}

#[test]
fn winograds_method_is_near_the_direct_sum() {
    let mut random = Random(1);
    for _ in 0..20 {
        let inputs = random.within(16, 40);
        let shape = Shape::new(inputs, random.within(1, 9), random.within(17, 40));
        let mut graph = Graph::new();
        let x = graph.input(shape).unwrap();
        let windows = window_of_3(&mut random);
        let of = convolution(&mut random, windows, inputs, 16, 1, 0);
        let Ok(y) = graph.convolution(x, of.clone()) else {
            continue;
        };
        graph.output(y, BufferLayout::Planar, Element::F32);
        let input = random.tensor(shape, 0);
        let results = evaluate(&graph, std::slice::from_ref(&input));
        let found: &Tensor = results.values[y.0].as_ref().unwrap();
        let Operator::Convolution(of) = &graph.nodes[0].operator else {
            unreachable!()
        };
        let mut size: f64 = 0.0;
        let mut error: f64 = 0.0;
        Tensor::new(found.shape, |channel, row, column| {
            let (sum, terms) = sums::in_double(of, &input, [channel, row, column]);
            size = size.max(terms);
            error = error.max((f64::from(found.at(channel, row, column)) - sum).abs());
            0.0
        });
        assert!(error < 1e-5 * size, "{error} of {size}");
    }
}
