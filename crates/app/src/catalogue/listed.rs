//! A product in lists.

use domain::catalogue::Product;
use serde_json::value::RawValue;
use std::ops::Deref;
use std::sync::OnceLock;

/// A product that many lists may show: what it looks like there is made once and shared.
#[derive(Debug)]
pub struct Listed {
    product: Product,
    /// With the form it was made for.
    shown: OnceLock<(String, Box<RawValue>)>,
}

impl Listed {
    /// What it looks like: `of_form`, made by `make` once for the first form that is asked for, is handed to `with`;
    /// other forms are made each time.
    ///
    /// # Errors
    /// What `make` or `with` say.
    pub fn shown<T, E>(
        &self,
        form: &str,
        make: impl Fn(&Product) -> Result<Box<RawValue>, E>,
        with: impl FnOnce(&RawValue) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some((_, kept)) = self.shown.get().filter(|(of, _)| of == form) {
            return with(kept);
        }
        let made = make(&self.product)?;
        let answer = with(&made);
        // Somebody else may have been quicker, or keeps another form: both are fine.
        let _ = self.shown.set((form.to_owned(), made));
        answer
    }
}

impl From<Product> for Listed {
    fn from(product: Product) -> Self {
        Self { product, shown: OnceLock::new() }
    }
}

impl Deref for Listed {
    type Target = Product;

    fn deref(&self) -> &Product {
        &self.product
    }
}
