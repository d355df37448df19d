//! What a value says, without how it is written, and the three-way merge of that.

use crate::{Data, ScalarStyle, Value};

/// A value without places, quotes and styles.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Null,
    Text(Text),
    List(Vec<Tree>),
    /// In the order written; keys stand once.
    Map(Vec<(String, Tree)>),
}

/// A scalar.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// Whether it stood without quotes, so that other programs may take it for a number or for true.
    pub(super) is_bare: bool,
}

/// A longer list is nothing that people write, and every item is looked for among the others.
const MAX_ITEMS: usize = 1000;

/// Both changed one thing differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Conflict;

impl Tree {
    /// Returns what `value` says; `None` where some of it could not be read, is an alias, or stands twice.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(match &value.data {
            Data::Null => Self::Null,
            Data::Scalar(scalar) => Self::Text(Text {
                text: scalar.text.replace("\r\n", "\n"),
                is_bare: scalar.style == ScalarStyle::Plain,
            }),
            Data::List(items) => Self::List(items.iter().map(Self::of).collect::<Option<_>>()?),
            Data::Map(fields) => {
                let mut map: Vec<(String, Self)> = Vec::with_capacity(fields.len());
                for field in fields {
                    let key = field.key.value.to_string();
                    if map.iter().any(|(other, _)| *other == key) {
                        return None;
                    }
                    map.push((key, Self::of(&field.value)?));
                }
                Self::Map(map)
            }
            Data::Raw(_) => return None,
        })
    }

    /// Returns the items: a list's items, nothing for null, else the value itself as the only one.
    pub(super) fn items(&self) -> &[Tree] {
        match self {
            Self::Null => &[],
            Self::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Self::Map(map) => map
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns what tells this item of a list from the others: its text, else the text it is about, else all of it.
    pub(super) fn identity(&self) -> String {
        let about = || ["value", "to", "date"].iter().find_map(|key| self.get(key));
        match (self, about()) {
            (Self::Text(scalar), _) | (_, Some(Self::Text(scalar))) => scalar.text.clone(),
            _ => format!("{self:?}"),
        }
    }

    /// Returns whether both say the same; the order of a map's keys says nothing.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, value)| {
                        other.get(key).is_some_and(|other| value.is_same(other))
                    })
            }
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b))
            }
            (Self::Text(a), Self::Text(b)) => a.text == b.text,
            (a, b) => matches!((a, b), (Self::Null, Self::Null)),
        }
    }
}

fn is_same(one: Option<&Tree>, two: Option<&Tree>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => one.is_same(two),
        (one, two) => one.is_none() && two.is_none(),
    }
}

/// Merges what `ours` and `theirs` each made of `base`; `None` stands for what is not there.
///
/// `is_list` is whether a single value means a list of one.
pub(super) fn merge(
    base: Option<&Tree>,
    ours: Option<&Tree>,
    theirs: Option<&Tree>,
    is_list: bool,
) -> Result<Option<Tree>, Conflict> {
    if is_same(base, theirs) || is_same(ours, theirs) {
        return Ok(ours.cloned());
    }
    if is_same(base, ours) {
        return Ok(theirs.cloned());
    }
    // Taken away by one and changed by the other.
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return Err(Conflict);
    };
    // A key without a value yet is no word against one that has it.
    match (base, ours, theirs) {
        (None, Tree::Null, _) => return Ok(Some(theirs.clone())),
        (None, _, Tree::Null) => return Ok(Some(ours.clone())),
        _ => {}
    }
    let base = base.unwrap_or(&Tree::Null);
    let all = [base, ours, theirs];
    if all
        .iter()
        .all(|tree| matches!(tree, Tree::Map(_) | Tree::Null))
        && !is_list
    {
        return merge_maps(base, ours, theirs).map(Some);
    }
    if is_list
        || all
            .iter()
            .all(|tree| matches!(tree, Tree::List(_) | Tree::Null))
    {
        let items = merge_items(base.items(), ours.items(), theirs.items())?;
        // A single value stays one.
        return Ok(Some(match (ours, items.as_slice()) {
            (Tree::Null | Tree::Text(_) | Tree::Map(_), []) => Tree::Null,
            (Tree::Null | Tree::Text(_) | Tree::Map(_), [one @ (Tree::Text(_) | Tree::Map(_))]) => {
                one.clone()
            }
            _ => Tree::List(items),
        }));
    }
    Err(Conflict)
}

fn merge_maps(base: &Tree, ours: &Tree, theirs: &Tree) -> Result<Tree, Conflict> {
    let keys = |tree: &Tree| match tree {
        Tree::Map(map) => map.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    };
    let (base_keys, our_keys, their_keys) = (keys(base), keys(ours), keys(theirs));
    // Where both put the keys in another order, which says nothing, that of ours holds.
    let order = merge_order(&base_keys, &our_keys, &their_keys)
        .or_else(|Conflict| merge_order(&[], &our_keys, &their_keys))?;
    let mut merged = Vec::new();
    for key in order {
        if let Some(value) = merge(base.get(&key), ours.get(&key), theirs.get(&key), false)? {
            merged.push((key, value));
        }
    }
    Ok(Tree::Map(merged))
}

fn merge_items(base: &[Tree], ours: &[Tree], theirs: &[Tree]) -> Result<Vec<Tree>, Conflict> {
    if [base, ours, theirs]
        .iter()
        .any(|items| items.len() > MAX_ITEMS)
    {
        return Err(Conflict);
    }
    let ids = |items: &[Tree]| items.iter().map(Tree::identity).collect::<Vec<_>>();
    let (base_ids, our_ids, their_ids) = (ids(base), ids(ours), ids(theirs));
    for ids in [&base_ids, &our_ids, &their_ids] {
        let mut sorted: Vec<&String> = ids.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Conflict);
        }
    }
    let item = |items: &[Tree], ids: &[String], id: &String| -> Option<Tree> {
        ids.iter()
            .position(|other| other == id)
            .map(|at| items[at].clone())
    };
    let mut merged = Vec::new();
    for id in merge_order(&base_ids, &our_ids, &their_ids)? {
        let [base, ours, theirs] = [
            item(base, &base_ids, &id),
            item(ours, &our_ids, &id),
            item(theirs, &their_ids, &id),
        ];
        merged.extend(merge(base.as_ref(), ours.as_ref(), theirs.as_ref(), false)?);
    }
    Ok(merged)
}

/// Returns all of `ours` and `theirs` in one order, without what either has taken away of `base` unchanged.
///
/// The order is that of ours, unless only theirs changed it. What theirs added comes after what it stands behind there, and
/// after what ours added at the same place. What one has taken away is still there where it may have changed in the other.
fn merge_order(
    base: &[String],
    ours: &[String],
    theirs: &[String],
) -> Result<Vec<String>, Conflict> {
    use std::collections::HashSet;

    let sets = [base, ours, theirs].map(|ids| ids.iter().collect::<HashSet<_>>());
    let [in_base, in_ours, in_theirs] = &sets;
    let common = |ids: &[String]| -> Vec<String> {
        let is_common = |id: &&String| sets.iter().all(|set| set.contains(*id));
        ids.iter().filter(is_common).cloned().collect()
    };
    let (by_base, by_ours, by_theirs) = (common(base), common(ours), common(theirs));
    let (lead, other, in_lead, in_other) = match (by_base == by_ours, by_base == by_theirs) {
        (true, false) => (theirs, ours, in_theirs, in_ours),
        (false, false) if by_ours != by_theirs => return Err(Conflict),
        _ => (ours, theirs, in_ours, in_theirs),
    };
    let mut order: Vec<String> = lead.to_vec();
    let mut after = 0;
    for id in other {
        if let Some(at) = order.iter().position(|known| known == id) {
            after = at + 1;
            continue;
        }
        if !in_lead.contains(id) {
            let is_addition =
                |known: &String| !in_base.contains(known) && !in_other.contains(known);
            let n_added = order[after..]
                .iter()
                .take_while(|known| is_addition(known))
                .count();
            order.insert(after + n_added, id.clone());
            after += n_added + 1;
        }
    }
    Ok(order)
}
