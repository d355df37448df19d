//! Sorted sets that are small, mostly of one item, which then needs no memory of its own.

use std::{borrow::Borrow, collections::hash_map::Entry, hash::Hash};

use rustc_hash::FxHashMap;

/// A sorted set that mostly has one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Few<T> {
    One(T),
    Many(Vec<T>),
}

impl<T: Copy + Ord> Few<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }

    pub(crate) fn insert(&mut self, item: T) {
        match self {
            Self::One(one) if *one == item => {}
            Self::One(one) => {
                *self = Self::Many(if *one < item {
                    vec![*one, item]
                } else {
                    vec![item, *one]
                });
            }
            Self::Many(items) => insert_sorted(items, item),
        }
    }

    /// Takes `item` out; returns whether nothing is left.
    pub(crate) fn remove(&mut self, item: T) -> bool {
        match self {
            Self::One(one) => *one == item,
            Self::Many(items) => {
                remove_sorted(items, item);
                items.is_empty()
            }
        }
    }
}

/// Puts `item` in its place, unless it is there.
pub(crate) fn insert_sorted<T: Ord>(items: &mut Vec<T>, item: T) {
    // Loading adds in order.
    if items.last().is_none_or(|last| *last < item) {
        items.push(item);
    } else if let Err(at) = items.binary_search(&item) {
        items.insert(at, item);
    }
}

/// Takes `item` out, if it is there.
pub(crate) fn remove_sorted<T: Copy + Ord>(items: &mut Vec<T>, item: T) {
    if let Ok(at) = items.binary_search(&item) {
        items.remove(at);
    }
}

/// Adds `item` to the set under `key`.
pub(crate) fn add<K: Eq + Hash, T: Copy + Ord>(map: &mut FxHashMap<K, Few<T>>, key: K, item: T) {
    match map.entry(key) {
        Entry::Occupied(mut few) => few.get_mut().insert(item),
        Entry::Vacant(place) => {
            place.insert(Few::One(item));
        }
    }
}

/// Takes `item` out of the set under `key`; an empty set goes.
pub(crate) fn take<K, Q, T>(map: &mut FxHashMap<K, Few<T>>, key: &Q, item: T)
where
    K: Eq + Hash + Borrow<Q>,
    Q: Eq + Hash + ?Sized,
    T: Copy + Ord,
{
    if map.get_mut(key).is_some_and(|few| few.remove(item)) {
        map.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_are_a_sorted_set(steps in prop::collection::vec((any::<bool>(), 0..2, 0..5), 0..40)) {
            let mut map = FxHashMap::default();
            let mut sets = [BTreeSet::new(), BTreeSet::new()];
            for (is_added, key, item) in steps {
                let set = &mut sets[usize::try_from(key).expect("it is small")];
                if is_added {
                    add(&mut map, key, item);
                    set.insert(item);
                } else {
                    take(&mut map, &key, item);
                    set.remove(&item);
                }
                let here = map.get(&key).map(Few::as_slice);
                let expected: Vec<_> = set.iter().copied().collect();
                prop_assert_eq!(here, (!set.is_empty()).then_some(&expected[..]));
            }
        }
    }
}
