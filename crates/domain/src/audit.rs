//! The audit: who changed what of the shop on its behalf. An entry holds only the fields that a change touched.

use crate::time::Timestamp;
use serde_json::{Map, Value};

/// Who changes something on the shop's behalf, and in which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account; `None` for the command line.
    pub user_id: Option<i64>,
    /// Its address at that moment, or [`COMMAND_LINE`].
    pub name: String,
    /// The request's id, as the client and the log have it.
    pub request_id: Option<String>,
}

/// What the audit calls whoever has the machine itself.
pub const COMMAND_LINE: &str = "command line";

impl Actor {
    /// Whoever runs a command of `oxcart`.
    #[must_use]
    pub fn command_line() -> Self {
        Self { user_id: None, name: COMMAND_LINE.to_owned(), request_id: None }
    }
}

/// A change, before it is written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `product.update`
    pub action: &'static str,
    /// `product:12`
    pub object: String,
    /// The fields that changed, as they were; `None` for something new.
    pub before: Option<Value>,
    /// The same fields, as they are now; `None` for something that is gone.
    pub after: Option<Value>,
}

impl Change {
    /// A change of one thing, from all that is told of it before and after. `None` when that is the same.
    #[must_use]
    pub fn of(action: &'static str, object: String, before: Option<&Value>, after: Option<&Value>) -> Option<Self> {
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => {
                let (before, after) = difference(before, after)?;
                (Some(before), Some(after))
            }
            (before, after) => (before.cloned(), after.cloned()),
        };
        Some(Self { action, object, before, after })
    }
}

/// A change as the audit holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place; later ones are higher.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who, and in which request.
    pub actor: Actor,
    /// `product.update`
    pub action: String,
    /// `product:12`
    pub object: String,
    /// The fields that changed, as they were.
    pub before: Option<Value>,
    /// The same fields, as they became.
    pub after: Option<Value>,
}

/// What differs between two values, as each has it; `None` when they are equal. Of objects only the fields that differ
/// are left, however deep; a field that only one of them has is only on its side. Lists differ as a whole.
#[must_use]
pub fn difference(before: &Value, after: &Value) -> Option<(Value, Value)> {
    if before == after {
        return None;
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return Some((before.clone(), after.clone()));
    };
    let (mut was, mut is) = (Map::new(), Map::new());
    for (name, value) in old {
        match new.get(name) {
            None => drop(was.insert(name.clone(), value.clone())),
            Some(now) => {
                if let Some((value, now)) = difference(value, now) {
                    was.insert(name.clone(), value);
                    is.insert(name.clone(), now);
                }
            }
        }
    }
    let added = new.iter().filter(|(name, _)| !old.contains_key(*name));
    is.extend(added.map(|(name, value)| (name.clone(), value.clone())));
    Some((Value::Object(was), Value::Object(is)))
}

#[cfg(test)]
mod tests {
    use super::{Change, difference};
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    #[test]
    fn only_what_changed_is_told() {
        let before =
            json!({"name": "Mug", "price": "1.00", "variants": {"3": {"stock": 5, "sku": null}, "4": {"sku": "b"}}});
        let after =
            json!({"name": "Mug", "price": "2.00", "variants": {"3": {"stock": 4, "sku": null}, "5": {"sku": "c"}}});
        let (was, is) = difference(&before, &after).expect("they differ");
        assert_eq!(was, json!({"price": "1.00", "variants": {"3": {"stock": 5}, "4": {"sku": "b"}}}));
        assert_eq!(is, json!({"price": "2.00", "variants": {"3": {"stock": 4}, "5": {"sku": "c"}}}));
        assert_eq!(Change::of("product.update", "product:1".into(), Some(&after), Some(&after)), None);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..3_i64).prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    /// What was, with the fields of one side taken out and those of the other put in.
    fn applied(value: &Value, was: &Value, is: &Value) -> Value {
        let (Value::Object(value), Value::Object(was), Value::Object(is)) = (value, was, is) else { return is.clone() };
        let mut value = value.clone();
        for (name, old) in was {
            match is.get(name) {
                None => drop(value.remove(name)),
                Some(new) => {
                    let inner = applied(&value[name], old, new);
                    value.insert(name.clone(), inner);
                }
            }
        }
        let added = is.iter().filter(|(name, _)| !was.contains_key(*name));
        value.extend(added.map(|(name, new)| (name.clone(), new.clone())));
        Value::Object(value)
    }

    proptest! {
        #[test]
        fn what_was_and_the_difference_make_what_is(before in value(), after in value()) {
            match difference(&before, &after) {
                None => prop_assert_eq!(before, after),
                Some((was, is)) => {
                    prop_assert_ne!(&was, &is);
                    prop_assert_eq!(applied(&before, &was, &is), after.clone());
                    prop_assert_eq!(applied(&after, &is, &was), before);
                }
            }
        }
    }
}
