use super::*;
use std::collections::HashMap;

const MAX: usize = 64;

/// Every entry is found, there are no others, and the table has one place for each.
fn assert_same(map: &IndexMap<u64>, model: &HashMap<u64, u64>) {
    assert_eq!(map.len(), model.len());
    for (&key, value) in model {
        assert_eq!(map.get(key), Some(value), "{key}");
    }
    let used = map.table.iter().filter(|&&place| place != EMPTY);
    assert_eq!(used.count(), model.len());
}

#[test]
fn it_does_what_a_hash_map_of_the_library_does() {
    let mut map = IndexMap::new(MAX);
    let mut model = HashMap::new();
    let memory = (map.entries.as_ptr(), map.entries.capacity());
    let mut state = 1_u64;
    let mut full = 0;
    for value in 0..100_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Some more keys than there is space for.
        let key = (state >> 33) % 90;
        match (state >> 60) % 16 {
            0..10 => {
                let fits = model.len() < MAX || model.contains_key(&key);
                assert_eq!(map.insert(key, value), fits);
                full += u64::from(!fits);
                if fits {
                    model.insert(key, value);
                }
            }
            10..14 => assert_eq!(map.remove(key), model.remove(&key)),
            14 => {
                if let Some(found) = map.get_mut(key) {
                    *found += 1;
                }
                if let Some(found) = model.get_mut(&key) {
                    *found += 1;
                }
            }
            _ if value % 8 == 0 => {
                map.retain(|value| *value % 3 != 0);
                model.retain(|_, value| *value % 3 != 0);
            }
            _ => assert_eq!(map.contains_key(key), model.contains_key(&key)),
        }
        assert_same(&map, &model);
    }
    assert!(full > 100, "it was full {full} times");
    assert_eq!(memory, (map.entries.as_ptr(), map.entries.capacity()));
}

#[test]
fn a_full_map_takes_new_values_and_no_new_key() {
    let mut map = IndexMap::new(2);
    assert!(map.insert(7, 1) && map.insert(8, 2) && map.is_full());
    assert!(!map.insert(9, 3) && map.insert(7, 4));
    assert_eq!((map.get(7), map.get(9), map.len()), (Some(&4), None, 2));
    assert_eq!(map.remove(7), Some(4));
    assert!(map.insert(9, 3));
    assert_eq!(map.values().sum::<i32>(), 5);
}

#[test]
fn a_map_without_space_takes_nothing() {
    let mut map = IndexMap::new(0);
    assert!(!map.insert(1, ()) && map.remove(1).is_none() && !map.contains_key(1));
}

#[test]
fn entries_that_come_and_go_use_the_same_memory() {
    let mut map = IndexMap::new(1000);
    let start = map.entries.as_ptr();
    for key in 0..100_000 {
        assert!(map.insert(key, key));
        if let Some(old) = key.checked_sub(10) {
            assert_eq!(map.remove(old), Some(old));
        }
        let newest = map.entries.last().unwrap();
        assert!(core::ptr::from_ref(newest) < start.wrapping_add(11));
    }
}
