use super::{Claims, own};

#[test]
fn the_parts_of_the_threads_are_all_items_in_order() {
    for (threads, items) in [(1, 0), (1, 7), (2, 1), (2, 7), (3, 2), (5, 64)] {
        let parts = (0..threads).flat_map(|thread| own(thread, threads, items));
        assert!(parts.eq(0..items), "{threads} threads, {items} items");
    }
}

#[test]
fn a_thread_takes_its_own_items_first_and_then_those_of_a_thread_that_is_held_up() {
    let claims = Claims::new(3);
    let mut taken = Vec::new();
    taken.extend(claims.next(0, 0, 6));
    while let Some(item) = claims.next(1, 0, 6) {
        taken.push(item);
    }
    assert_eq!(taken, [0, 2, 3, 4, 5, 1]);
    assert_eq!(claims.next(0, 0, 6), None);
}

#[test]
fn a_later_step_and_a_later_run_begin_anew() {
    let mut claims = Claims::new(2);
    let all = |claims: &Claims, thread, step| -> Vec<usize> {
        std::iter::from_fn(|| claims.next(thread, step, 3)).collect()
    };
    assert_eq!(all(&claims, 0, 0), [0, 1, 2]);
    // The second thread had nothing to do in step 0, and finds its part of step 4.
    assert_eq!(all(&claims, 1, 4), [1, 2, 0]);
    assert_eq!(all(&claims, 1, 0), [0; 0], "a step that is over");
    claims.reset();
    assert_eq!(all(&claims, 1, 0), [1, 2, 0]);
}
