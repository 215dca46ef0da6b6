//! One row of the file taken apart: the product's own columns, a variant, an image. A row that cannot
//! be used says which column is at fault and what to write there.

use super::columns::{Column, Layout, OPTIONS};
use super::{CsvImage, CsvProduct, CsvStatus, CsvVariant};
use crate::money::{AmountProblem, parse_minor};
use csv::StringRecord;

/// What is wrong with a row: the column and the message.
pub(super) type Fault = (Option<Column>, String);

/// A readable row in the hands of the parser.
pub(super) struct Row<'r> {
    pub(super) line: u64,
    pub(super) layout: &'r Layout,
    pub(super) record: &'r StringRecord,
    pub(super) minor_digits: u32,
}

/// A variant read from a row, with what was read differently than written.
pub(super) struct VariantRow {
    pub(super) variant: CsvVariant,
    pub(super) notices: Vec<Fault>,
}

impl Row<'_> {
    pub(super) fn text(&self, column: Column) -> &str {
        self.layout.raw(self.record, column).trim()
    }

    fn owned(&self, column: Column) -> String {
        self.text(column).to_owned()
    }

    /// More fields than the header has columns, which is what a comma outside of quotes makes.
    pub(super) fn overflow(&self) -> Option<Fault> {
        let width = self.layout.width();
        let filled = self
            .record
            .iter()
            .zip(1..)
            .filter(|(field, _)| !field.trim().is_empty())
            .last()
            .map_or(0, |(_, count)| count);
        (filled > width).then(|| {
            let message = format!(
                "the row has {filled} fields but the header has {width}; put fields that contain a comma in double quotes"
            );
            (None, message)
        })
    }

    /// The row describes a variant, not just an image.
    pub(super) fn has_variant(&self) -> bool {
        [Column::Option1Value, Column::Option2Value, Column::Option3Value, Column::Sku, Column::Price, Column::Barcode]
            .iter()
            .any(|column| !self.text(*column).is_empty())
    }

    /// The product's own columns, without variants and images.
    pub(super) fn product(&self, handle: &str) -> Result<CsvProduct, Fault> {
        let title = self.owned(Column::Title);
        if title.is_empty() {
            return Err((
                Some(Column::Title),
                "the first row of a product has no title, so the whole product was left out; write its name there"
                    .into(),
            ));
        }
        Ok(CsvProduct {
            line: self.line,
            continues: false,
            handle: handle.to_owned(),
            title,
            body_html: self.layout.raw(self.record, Column::Body).to_owned(),
            vendor: self.owned(Column::Vendor),
            product_category: self.owned(Column::ProductCategory),
            product_type: self.owned(Column::Type),
            tags: tags(self.text(Column::Tags)),
            published: self.yes_or_no(Column::Published, true)?,
            status: self.status()?,
            option_names: self.option_names()?,
            variants: Vec::new(),
            images: Vec::new(),
            gift_card: self.yes_or_no(Column::GiftCard, false)?,
            seo_title: self.owned(Column::SeoTitle),
            seo_description: self.owned(Column::SeoDescription),
            told: self.layout.told(),
        })
    }

    fn option_names(&self) -> Result<Vec<String>, Fault> {
        let mut names: Vec<String> = OPTIONS.iter().map(|(name, _)| self.owned(*name)).collect();
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        match names.iter().position(String::is_empty) {
            Some(gap) => Err((
                Some(OPTIONS[gap].0),
                "the option has no name although a later one has, so the whole product was left out; name it".into(),
            )),
            None => Ok(names),
        }
    }

    fn status(&self) -> Result<CsvStatus, Fault> {
        match self.text(Column::Status).to_ascii_lowercase().as_str() {
            "" | "active" => Ok(CsvStatus::Active),
            // `Unlisted` products can be bought by who knows the address; the nearest safe reading is a draft.
            "draft" | "unlisted" => Ok(CsvStatus::Draft),
            "archived" => Ok(CsvStatus::Archived),
            other => Err((Some(Column::Status), format!("{other:?} is no status; write active, draft or archived"))),
        }
    }

    /// The variant on this row, for a product with the given options.
    pub(super) fn variant(&self, option_names: &[String]) -> Result<VariantRow, Fault> {
        let mut notices = Vec::new();
        let variant = CsvVariant {
            line: self.line,
            sku: Some(without_apostrophe(self.text(Column::Sku))).filter(|sku| !sku.is_empty()),
            option_values: self.option_values(option_names)?,
            grams: self.grams()?,
            stock: self.stock(&mut notices)?,
            price_minor: self
                .amount(Column::Price)?
                .ok_or_else(|| (Some(Column::Price), AmountProblem::Blank.to_string()))?,
            compare_at_minor: self.amount(Column::CompareAt)?.filter(|amount| *amount > 0),
            cost_minor: self.amount(Column::Cost)?,
            requires_shipping: self.yes_or_no(Column::RequiresShipping, true)?,
            taxable: self.yes_or_no(Column::Taxable, true)?,
            tax_code: self.owned(Column::TaxCode),
            barcode: self.barcode(&mut notices),
            image: Some(self.owned(Column::VariantImage)).filter(|src| !src.is_empty()),
            weight_unit: self.owned(Column::WeightUnit),
        };
        Ok(VariantRow { variant, notices })
    }

    fn option_values(&self, option_names: &[String]) -> Result<Vec<String>, Fault> {
        let values = OPTIONS.map(|(_, value)| self.text(value));
        for (place, (name_column, value_column)) in OPTIONS.into_iter().enumerate() {
            let value = values[place];
            if place < option_names.len() && value.is_empty() {
                let message = format!("the variant has no value for the option {:?}; write one", option_names[place]);
                return Err((Some(value_column), message));
            }
            let stray = place >= option_names.len() && !value.is_empty();
            if stray && !(place == 0 && value == super::group::DEFAULT_TITLE) {
                let message = format!(
                    "the value {value:?} belongs to an option the product's first row does not name; name it there"
                );
                return Err((Some(name_column), message));
            }
        }
        Ok(values[..option_names.len()].iter().map(|value| (*value).to_owned()).collect())
    }

    /// Any amount; `None` when blank.
    fn amount(&self, column: Column) -> Result<Option<i64>, Fault> {
        match parse_minor(self.text(column), self.minor_digits) {
            Ok(minor) => Ok(Some(minor)),
            Err(AmountProblem::Blank) => Ok(None),
            Err(problem) => Err((Some(column), problem.to_string())),
        }
    }

    /// Whole grams, rounded half up; files carry up to nine decimals from converted pounds.
    fn grams(&self) -> Result<i64, Fault> {
        const BILLION: i64 = 1_000_000_000;
        match parse_minor(self.text(Column::Grams), 9) {
            Ok(billionths) => Ok((billionths + BILLION / 2) / BILLION),
            Err(AmountProblem::Blank) => Ok(0),
            Err(_) => {
                let message =
                    format!("{:?} is no weight; write the grams as a number of 0 or more", self.text(Column::Grams));
                Err((Some(Column::Grams), message))
            }
        }
    }

    fn stock(&self, notices: &mut Vec<Fault>) -> Result<Option<i64>, Fault> {
        let text = self.text(Column::Stock);
        if text.is_empty() {
            return Ok(None);
        }
        let whole = text.strip_suffix(".0").unwrap_or(text);
        match whole.parse::<i64>() {
            Ok(stock) if stock >= 0 => Ok(Some(stock)),
            Ok(_) => {
                notices.push((
                    Some(Column::Stock),
                    format!("the stock of {text} was read as 0; nothing can be sold that is not there"),
                ));
                Ok(Some(0))
            }
            Err(_) => Err((Some(Column::Stock), format!("{text:?} is no stock; write a whole number"))),
        }
    }

    /// Spreadsheets turn long barcodes into `1.23457E+12`; the digits are lost, so nothing is kept.
    fn barcode(&self, notices: &mut Vec<Fault>) -> String {
        let barcode = without_apostrophe(self.text(Column::Barcode));
        let rounded =
            barcode.contains("E+") && barcode.bytes().all(|byte| byte.is_ascii_digit() || b".,E+".contains(&byte));
        if rounded {
            let message = format!(
                "the barcode {barcode:?} was rounded by a spreadsheet and left out; format the column as text and export it again"
            );
            notices.push((Some(Column::Barcode), message));
            return String::new();
        }
        barcode
    }

    pub(super) fn yes_or_no(&self, column: Column, blank: bool) -> Result<bool, Fault> {
        match self.text(column).to_ascii_lowercase().as_str() {
            "" => Ok(blank),
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            other => Err((Some(column), format!("{other:?} is neither true nor false; write one of them"))),
        }
    }

    /// The image on this row, if any; `next` is its position when the file does not tell.
    pub(super) fn image(&self, next: u32) -> Option<CsvImage> {
        let src = self.owned(Column::ImageSrc);
        let position = self.text(Column::ImagePosition).parse().ok().filter(|position| *position > 0);
        (!src.is_empty()).then(|| CsvImage {
            src,
            position: position.unwrap_or(next),
            alt: self.owned(Column::ImageAlt),
        })
    }
}

/// `red, blue,red` → `red`, `blue`.
fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// Exports put `'` before digits so that spreadsheets take them for text.
fn without_apostrophe(text: &str) -> String {
    text.strip_prefix('\'').unwrap_or(text).trim().to_owned()
}
