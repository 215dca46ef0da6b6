//! What a list is narrowed to, as SQL.

use crate::Value;

/// Conditions that must all hold, and the values they ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    text: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Also what `test` (`o.total >=`) says of a value, where there is one.
    pub(crate) fn and(&mut self, test: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            let place = self.place(value);
            self.holds(format!("{test} {place}"));
        }
    }

    /// Also this.
    pub(crate) fn holds(&mut self, condition: impl Into<String>) {
        self.text.push(condition.into());
    }

    /// Takes a value and tells its place (`$3`) in the statement.
    pub(crate) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// What follows `WHERE`.
    pub(crate) fn text(&self) -> String {
        if self.text.is_empty() { "TRUE".to_owned() } else { self.text.join(" AND ") }
    }

    /// The values, by their places.
    pub(crate) fn values(self) -> Vec<Value> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::Conditions;
    use crate::Value;

    #[test]
    fn conditions_are_joined_and_their_values_stand_where_they_say() {
        let mut conditions = Conditions::default();
        assert_eq!(conditions.text(), "TRUE");
        conditions.and("a =", Some(1));
        conditions.and("b =", None::<i64>);
        conditions.holds("c");
        let place = conditions.place("x");
        conditions.holds(format!("(d = {place} OR e = {place})"));
        assert_eq!(conditions.text(), "a = $1 AND c AND (d = $2 OR e = $2)");
        assert_eq!(conditions.values(), [Value::from(1), Value::from("x")]);
    }
}
