//! Rows become products: rows of one handle that follow each other are gathered, and what has to be
//! unique (SKUs in the file, option combinations in a product) is watched over. Only keys are
//! remembered for the length of a file, never descriptions.

use super::columns::{Column, Layout, OPTIONS};
use super::row::{Fault, Row};
use super::{CsvProduct, RowProblem, Severity};
use std::collections::{HashMap, HashSet, VecDeque};

/// The value that marks, with the option name `Title`, a product without options.
pub(super) const DEFAULT_TITLE: &str = "Default Title";

/// What is remembered of a product for the case that its handle returns later.
#[derive(Default)]
struct Seen {
    title: String,
    option_names: Vec<String>,
    combinations: HashMap<Vec<String>, u64>,
    last_position: u32,
    skipped: bool,
}

struct Open {
    /// `None` when the first row was unusable: the rest of its rows is passed over.
    product: Option<CsvProduct>,
    handle: String,
    line: u64,
}

/// Gathers rows and hands out products and problems in the order of the file.
#[derive(Default)]
pub(super) struct Gatherer {
    ready: VecDeque<Result<CsvProduct, RowProblem>>,
    open: Option<Open>,
    seen: HashMap<String, Seen>,
    skus: HashMap<String, u64>,
    noticed: HashSet<&'static str>,
}

impl Gatherer {
    /// The next finished product or problem.
    pub(super) fn pop(&mut self) -> Option<Result<CsvProduct, RowProblem>> {
        self.ready.pop_front()
    }

    pub(super) fn report(
        &mut self,
        severity: Severity,
        line: u64,
        handle: Option<&str>,
        layout: &Layout,
        fault: Fault,
    ) {
        let (column, message) = fault;
        let column = column.map(|column| layout.spelling(column).to_owned());
        self.ready.push_back(Err(RowProblem { severity, line, handle: handle.map(str::to_owned), column, message }));
    }

    /// A row that cannot be read at all. When it would be the first of its product, the product goes with it.
    pub(super) fn take_broken(&mut self, line: u64, handle: Option<&str>, layout: &Layout, mut fault: Fault) {
        if let Some(handle) = handle.filter(|handle| self.is_new(handle)) {
            self.finish(layout);
            self.seen.insert(handle.to_owned(), Seen { skipped: true, ..Seen::default() });
            self.open = Some(Open { product: None, handle: handle.to_owned(), line });
            fault.1.push_str("; it is the first row of its product, so the whole product was left out");
        }
        self.report(Severity::Error, line, handle, layout, fault);
    }

    fn is_new(&self, handle: &str) -> bool {
        !self.seen.contains_key(handle)
    }

    /// Takes one readable row.
    pub(super) fn take(&mut self, row: &Row<'_>) {
        let handle = row.text(Column::Handle).to_owned();
        if handle.is_empty() {
            let fault = (Some(Column::Handle), "the row has no handle; write the handle of its product".to_owned());
            return self.report(Severity::Error, row.line, None, row.layout, fault);
        }
        if let Some(fault) = row.overflow() {
            return self.take_broken(row.line, Some(&handle), row.layout, fault);
        }
        if self.open.as_ref().is_none_or(|open| open.handle != handle) {
            self.finish(row.layout);
            self.begin(row, &handle);
        }
        let Some(mut open) = self.open.take() else {
            return;
        };
        if let Some(product) = &mut open.product {
            self.add(row, product);
        }
        self.open = Some(open);
    }

    /// Opens the product of a handle: a new one, or one that was there before.
    fn begin(&mut self, row: &Row<'_>, handle: &str) {
        let product = match self.seen.get(handle) {
            Some(seen) if seen.skipped => None,
            Some(seen) => Some(CsvProduct {
                line: row.line,
                continues: true,
                handle: handle.to_owned(),
                title: seen.title.clone(),
                option_names: seen.option_names.clone(),
                published: true,
                told: row.layout.told(),
                ..CsvProduct::default()
            }),
            None => self.begin_new(row, handle),
        };
        self.open = Some(Open { product, handle: handle.to_owned(), line: row.line });
    }

    fn begin_new(&mut self, row: &Row<'_>, handle: &str) -> Option<CsvProduct> {
        let product = row.product(handle);
        let (title, option_names) =
            product.as_ref().map(|product| (product.title.clone(), product.option_names.clone())).unwrap_or_default();
        let seen = Seen { title, option_names, skipped: product.is_err(), ..Seen::default() };
        self.seen.insert(handle.to_owned(), seen);
        product.map_err(|fault| self.report(Severity::Error, row.line, Some(handle), row.layout, fault)).ok()
    }

    /// Adds the row's variant and image to its product.
    fn add(&mut self, row: &Row<'_>, product: &mut CsvProduct) {
        let first = !product.continues && row.line == product.line;
        let seen = self.seen.entry(product.handle.clone()).or_default();
        let image = row.image(seen.last_position.saturating_add(1));
        if let Some(image) = &image {
            seen.last_position = seen.last_position.max(image.position);
        }
        let has_variant = first || row.has_variant();
        if !has_variant && image.is_none() {
            let fault = (None, "the row has neither a variant nor an image; fill it in or delete it".to_owned());
            self.report(Severity::Error, row.line, Some(&product.handle), row.layout, fault);
        }
        product.images.extend(image);
        if has_variant && let Err(fault) = self.add_variant(row, product) {
            self.report(Severity::Error, row.line, Some(&product.handle), row.layout, fault);
        }
    }

    fn add_variant(&mut self, row: &Row<'_>, product: &mut CsvProduct) -> Result<(), Fault> {
        let read = row.variant(&product.option_names)?;
        let variant = read.variant;
        let seen = self.seen.entry(product.handle.clone()).or_default();
        if let Some(line) = seen.combinations.get(&variant.option_values) {
            let what = if variant.option_values.is_empty() {
                "the product has no options, so it can have one variant only".to_owned()
            } else {
                format!("the product has the variant {} already", variant.option_values.join(" / "))
            };
            let message = format!("{what} (line {line}); change the options or the handle, or delete the row");
            return Err((Some(OPTIONS[0].1), message));
        }
        if let Some(sku) = &variant.sku
            && let Some(line) = self.skus.get(sku)
        {
            let message = format!("the SKU {sku:?} is on line {line} already; every variant needs its own");
            return Err((Some(Column::Sku), message));
        }
        seen.combinations.insert(variant.option_values.clone(), variant.line);
        self.skus.extend(variant.sku.clone().map(|sku| (sku, variant.line)));
        for notice in read.notices {
            self.report(Severity::Notice, row.line, Some(&product.handle), row.layout, notice);
        }
        self.notice_tracking(row, &product.handle);
        product.variants.push(variant);
        Ok(())
    }

    /// This shop always counts its stock; files that ask for something else are told so once.
    fn notice_tracking(&mut self, row: &Row<'_>, handle: &str) {
        let keeps_selling = matches!(row.text(Column::Policy).to_ascii_lowercase().as_str(), "continue" | "true");
        if keeps_selling && self.noticed.insert("policy") {
            let message = "variants that sell on without stock (from here on) will stop at 0; this shop never sells what it does not have".to_owned();
            self.report(Severity::Notice, row.line, Some(handle), row.layout, (Some(Column::Policy), message));
        }
        let untracked = row.layout.has(Column::Tracker) && row.text(Column::Tracker).is_empty();
        if untracked && self.noticed.insert("tracker") {
            let message = "variants without an inventory tracker (from here on) are counted all the same; check that their quantities are right".to_owned();
            self.report(Severity::Notice, row.line, Some(handle), row.layout, (Some(Column::Tracker), message));
        }
    }

    /// Closes the product at hand and hands it out.
    pub(super) fn finish(&mut self, layout: &Layout) {
        let Some(Open { product: Some(mut product), handle, line }) = self.open.take() else {
            return;
        };
        if product.variants.is_empty() && !product.continues {
            let message =
                "no variant of the product could be read, so it was left out; see the problems above".to_owned();
            if let Some(seen) = self.seen.get_mut(&handle) {
                seen.skipped = true;
            }
            return self.report(Severity::Error, line, Some(&handle), layout, (None, message));
        }
        if product.variants.is_empty() && product.images.is_empty() {
            return;
        }
        product.images.sort_by_key(|image| image.position);
        self.make_plain(&mut product);
        self.ready.push_back(Ok(product));
    }

    /// `Title: Default Title` as the only option and variant means that there are no options.
    fn make_plain(&mut self, product: &mut CsvProduct) {
        let [variant] = product.variants.as_mut_slice() else {
            return;
        };
        let plain = product.option_names == ["Title"] && variant.option_values == [DEFAULT_TITLE];
        if !plain || product.continues {
            return;
        }
        product.option_names.clear();
        variant.option_values.clear();
        if let Some(seen) = self.seen.get_mut(&product.handle) {
            seen.option_names.clear();
            seen.combinations = HashMap::from([(Vec::new(), variant.line)]);
        }
    }
}
