//! Reading values field by field, as Django REST Framework's serializer fields do, with their texts. A field that is
//! wrong is noted and reading goes on, so that the client hears of all at once.

use crate::error::{Answer, Problem};
use domain::customer;
use domain::money::{Currency, MoneyError};
use serde_json::{Map, Number, Value, json};
use std::ops::RangeInclusive;

/// The named values of a body.
#[derive(Debug)]
pub(crate) struct Form {
    values: Map<String, Value>,
    is_form: bool,
    /// Whether required fields may be missing (PATCH).
    partial: bool,
    errors: Map<String, Value>,
}

/// What a text field allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Characters at most.
    pub max: usize,
    /// Whether it may be empty.
    pub blank: bool,
    /// Whether white space around it is cut off.
    pub trim: bool,
}

impl Text {
    /// Not empty, trimmed.
    pub(crate) const fn filled(max: usize) -> Self {
        Self { max, blank: false, trim: true }
    }

    /// Possibly empty, trimmed.
    pub(crate) const fn any(max: usize) -> Self {
        Self { max, blank: true, trim: true }
    }

    /// Not empty, kept as it came (passwords).
    pub(crate) const fn verbatim(max: usize) -> Self {
        Self { max, blank: false, trim: false }
    }
}

const REQUIRED: &str = "This field is required.";
const NULL: &str = "This field may not be null.";

impl Form {
    pub(crate) fn new(values: Map<String, Value>, is_form: bool, partial: bool) -> Self {
        Self { values, is_form, partial, errors: Map::new() }
    }

    /// Ends reading: all problems, if there were any.
    pub(crate) fn finish(self) -> Answer<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::Fields(self.errors)) }
    }

    /// The problems so far, for a form within a form.
    pub(crate) fn into_errors(self) -> Map<String, Value> {
        self.errors
    }

    /// Notes a problem with a field.
    pub(crate) fn refuse(&mut self, name: &str, message: impl Into<String>) {
        let messages = self.errors.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(messages) = messages {
            messages.push(Value::String(message.into()));
        }
    }

    /// Notes problems of another shape (lists of forms).
    pub(crate) fn refuse_with(&mut self, name: &str, problems: Value) {
        self.errors.insert(name.to_owned(), problems);
    }

    /// Whether the field came at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Notes that a required field is missing, unless this is a partial change or it came and was refused.
    pub(crate) fn required<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.partial && !self.has(name) {
            self.refuse(name, REQUIRED);
        }
        value
    }

    /// The raw value: `None` when it did not come; null is refused.
    fn take(&mut self, name: &str) -> Option<Value> {
        match self.values.get(name)?.clone() {
            Value::Null => {
                self.refuse(name, NULL);
                None
            }
            value => Some(value),
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, rule: Text) -> Option<String> {
        let text = match self.take(name)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => {
                self.refuse(name, "Not a valid string.");
                return None;
            }
        };
        let text = if rule.trim { text.trim().to_owned() } else { text };
        let problem = match () {
            () if text.contains('\0') => Some("Null characters are not allowed.".to_owned()),
            () if text.is_empty() && !rule.blank => Some("This field may not be blank.".to_owned()),
            () if text.chars().count() > rule.max => {
                Some(format!("Ensure this field has no more than {} characters.", rule.max))
            }
            () => None,
        };
        match problem {
            Some(problem) => {
                self.refuse(name, problem);
                None
            }
            None => Some(text),
        }
    }

    /// A text that may also be null or empty, both meaning none.
    pub(crate) fn optional_text(&mut self, name: &str, max: usize) -> Option<Option<String>> {
        if self.values.get(name)?.is_null() {
            return Some(None);
        }
        self.text(name, Text::any(max)).map(|text| (!text.is_empty()).then_some(text))
    }

    /// An e-mail address.
    pub(crate) fn email(&mut self, name: &str) -> Option<String> {
        let text = self.text(name, Text::filled(customer::EMAIL_LENGTH))?;
        if customer::is_email(&text) {
            return Some(text);
        }
        self.refuse(name, "Enter a valid email address.");
        None
    }

    /// An e-mail address, or nothing.
    pub(crate) fn optional_email(&mut self, name: &str) -> Option<String> {
        let blank = self.values.get(name)?.as_str().is_some_and(|text| text.trim().is_empty());
        if blank { None } else { self.email(name) }
    }

    /// A whole number within bounds. One beyond 64 bits counts as the largest there is.
    pub(crate) fn integer(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.take(name)?;
        let Some(number) = whole_number(&value) else {
            self.refuse(name, "A valid integer is required.");
            return None;
        };
        if number < least {
            self.refuse(name, format!("Ensure this value is greater than or equal to {least}."));
            return None;
        }
        if number > most {
            self.refuse(name, format!("Ensure this value is less than or equal to {most}."));
            return None;
        }
        Some(number)
    }

    /// A whole number that may also be null or empty, both meaning none.
    pub(crate) fn optional_integer(&mut self, name: &str, least: i64, most: i64) -> Option<Option<i64>> {
        let value = self.values.get(name)?;
        if value.is_null() || value.as_str().is_some_and(str::is_empty) {
            return Some(None);
        }
        self.integer(name, least, most).map(Some)
    }

    /// An amount of money, minor units.
    pub(crate) fn money(&mut self, name: &str, currency: &Currency) -> Option<i64> {
        let text = match self.take(name)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => {
                self.refuse(name, MoneyError::NotANumber.to_string());
                return None;
            }
        };
        match currency.read(&text) {
            Ok(minor) => Some(minor),
            Err(error) => {
                self.refuse(name, error.to_string());
                None
            }
        }
    }

    /// An amount that may also be null or empty, both meaning none.
    pub(crate) fn optional_money(&mut self, name: &str, currency: &Currency) -> Option<Option<i64>> {
        let value = self.values.get(name)?;
        if value.is_null() || value.as_str().is_some_and(str::is_empty) {
            return Some(None);
        }
        self.money(name, currency).map(Some)
    }

    /// A flag, in any of the ways Django REST Framework takes.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        let flag = match &value {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => flag_named(&number.to_string()),
            Value::String(text) => flag_named(text),
            _ => None,
        };
        if flag.is_none() {
            self.refuse(name, "Must be a valid boolean.");
        }
        flag
    }

    /// A list of so many whole numbers; in a form, separated by commas.
    pub(crate) fn integers(&mut self, name: &str, sizes: RangeInclusive<usize>) -> Option<Vec<i64>> {
        let list = match self.take(name)? {
            Value::Array(list) => list,
            Value::String(text) if self.is_form => text.split(',').map(|part| json!(part.trim())).collect(),
            other => {
                self.refuse(name, format!("Expected a list of items but got type \"{}\".", kind(&other)));
                return None;
            }
        };
        let numbers: Option<Vec<i64>> = list.iter().map(whole_number).collect();
        let numbers = numbers.filter(|numbers| sizes.contains(&numbers.len()));
        if numbers.is_none() {
            self.refuse(name, format!("Give {} to {} whole numbers.", sizes.start(), sizes.end()));
        }
        numbers
    }

    /// A list of short texts; in a form, separated by commas.
    pub(crate) fn texts(&mut self, name: &str, most: usize, max: usize) -> Option<Vec<String>> {
        let list = match self.take(name)? {
            Value::Array(list) => list,
            Value::String(text) if self.is_form => text.split(',').map(|part| json!(part.trim())).collect(),
            other => {
                self.refuse(name, format!("Expected a list of items but got type \"{}\".", kind(&other)));
                return None;
            }
        };
        let good =
            |value: &Value| value.as_str().is_some_and(|text| !text.contains('\0') && text.chars().count() <= max);
        if list.len() > most || !list.iter().all(good) {
            self.refuse(name, format!("Give at most {most} texts of at most {max} characters."));
            return None;
        }
        let texts = list.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned());
        Some(texts.filter(|text| !text.is_empty()).collect())
    }

    /// A list of forms within this one.
    pub(crate) fn forms(&mut self, name: &str, most: usize) -> Option<Vec<Self>> {
        let list = match self.take(name)? {
            Value::Array(list) if list.len() <= most => list,
            Value::Array(_) => {
                self.refuse(name, format!("Ensure this field has no more than {most} elements."));
                return None;
            }
            other => {
                self.refuse(name, format!("Expected a list of items but got type \"{}\".", kind(&other)));
                return None;
            }
        };
        let mut forms = vec![];
        for value in list {
            match value {
                Value::Object(values) => forms.push(Self::new(values, false, false)),
                other => {
                    self.refuse(name, format!("Invalid data. Expected a dictionary, but got {}.", kind(&other)));
                    return None;
                }
            }
        }
        Some(forms)
    }

    /// A form within this one, to be given back to [`Self::finish_part`] when it is read; `None` when it did not come.
    pub(crate) fn part(&mut self, name: &str) -> Option<Self> {
        match self.take(name)? {
            Value::Object(values) => Some(Self::new(values, false, true)),
            other => {
                let message = format!("Invalid data. Expected a dictionary, but got {}.", kind(&other));
                self.refuse_with(name, json!({"non_field_errors": [message]}));
                None
            }
        }
    }

    /// Ends reading a form within this one.
    pub(crate) fn finish_part(&mut self, name: &str, part: Self) {
        if !part.errors.is_empty() {
            self.refuse_with(name, Value::Object(part.errors));
        }
    }

    /// A map of short texts, in the order it came.
    pub(crate) fn text_map(&mut self, name: &str, max: usize) -> Option<Vec<(String, String)>> {
        let Value::Object(map) = self.take(name)? else {
            self.refuse(name, "Expected a dictionary of items.");
            return None;
        };
        let mut pairs = vec![];
        for (key, value) in map {
            match value.as_str().map(str::trim) {
                Some(text) if !text.is_empty() && text.chars().count() <= max && !text.contains('\0') => {
                    pairs.push((key, text.to_owned()));
                }
                _ => {
                    self.refuse(name, format!("\"{key}\" needs a text of 1 to {max} characters."));
                    return None;
                }
            }
        }
        Some(pairs)
    }
}

/// Django REST Framework's words for true and false.
pub(crate) fn flag_named(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => whole(number),
        Value::String(text) => {
            let text = text.trim();
            let text = text
                .split_once('.')
                .map_or(text, |(whole, fraction)| if fraction.bytes().all(|byte| byte == b'0') { whole } else { text });
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let plain = !digits.is_empty() && digits.len() <= 1000 && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
        }
        _ => None,
    }
}

fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| number.as_u64().map(|_| i64::MAX)).or_else(|| {
        let float = number.as_f64()?;
        // The conversion saturates, which is what is wanted of numbers beyond 64 bits.
        #[expect(clippy::cast_possible_truncation, reason = "only whole numbers come here, and saturating is right")]
        (float.fract() == 0.0).then_some(float as i64)
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}
