//! The columns of the format: what they are called, in Shopify's template and in its newer one, and
//! where they stand in a given file.

use super::Told;
use csv::{ByteRecord, StringRecord};

macro_rules! columns {
    ($($column:ident: $name:literal $(| $alias:literal)*),* $(,)?) => {
        /// A column the shop understands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Column { $($column),* }

        /// Every column in the template's order, with its names; the first is the one written.
        pub(super) const COLUMNS: &[(Column, &[&str])] = &[$((Column::$column, &[$name $(, $alias)*])),*];
    };
}

columns! {
    Handle: "Handle" | "URL handle",
    Title: "Title",
    Body: "Body (HTML)" | "Body HTML" | "Description",
    Vendor: "Vendor",
    ProductCategory: "Product Category" | "Standardized Product Type",
    Type: "Type" | "Custom Product Type",
    Tags: "Tags",
    Published: "Published" | "Published on online store",
    Option1Name: "Option1 Name",
    Option1Value: "Option1 Value",
    Option2Name: "Option2 Name",
    Option2Value: "Option2 Value",
    Option3Name: "Option3 Name",
    Option3Value: "Option3 Value",
    Sku: "Variant SKU" | "SKU",
    Grams: "Variant Grams" | "Weight value (grams)",
    Tracker: "Variant Inventory Tracker" | "Inventory tracker",
    Stock: "Variant Inventory Qty" | "Inventory quantity",
    Policy: "Variant Inventory Policy" | "Continue selling when out of stock",
    Fulfillment: "Variant Fulfillment Service" | "Fulfillment service",
    Price: "Variant Price" | "Price",
    CompareAt: "Variant Compare At Price" | "Compare-at price",
    RequiresShipping: "Variant Requires Shipping" | "Requires shipping",
    Taxable: "Variant Taxable" | "Charge tax",
    Barcode: "Variant Barcode" | "Barcode",
    ImageSrc: "Image Src" | "Product image URL",
    ImagePosition: "Image Position",
    ImageAlt: "Image Alt Text",
    GiftCard: "Gift Card",
    SeoTitle: "SEO Title",
    SeoDescription: "SEO Description",
    VariantImage: "Variant Image" | "Variant image URL",
    WeightUnit: "Variant Weight Unit" | "Weight unit for display",
    TaxCode: "Variant Tax Code" | "Tax code",
    Cost: "Cost per item",
    Status: "Status",
}

/// Without these a file cannot be read.
const NEEDED: [Column; 3] = [Column::Handle, Column::Title, Column::Price];

pub(super) const OPTIONS: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];

impl Column {
    /// The name in Shopify's template.
    pub(super) fn name(self) -> &'static str {
        COLUMNS[self as usize].1[0]
    }
}

/// Where the columns stand in one file.
#[derive(Debug)]
pub(super) struct Layout {
    places: Vec<Option<usize>>,
    header: Vec<String>,
}

impl Layout {
    /// Finds the columns by name, whatever their order, case and surrounding blanks. The error lists the
    /// needed columns that are missing.
    pub(super) fn of(header: &ByteRecord) -> Result<Self, (Vec<&'static str>, Vec<String>)> {
        let header: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let place = |names: &[&str]| {
            names.iter().find_map(|name| header.iter().position(|found| found.eq_ignore_ascii_case(name)))
        };
        let places: Vec<_> = COLUMNS.iter().map(|(_, names)| place(names)).collect();
        let missing: Vec<_> =
            NEEDED.iter().filter(|column| places[**column as usize].is_none()).map(|column| column.name()).collect();
        if missing.is_empty() { Ok(Self { places, header }) } else { Err((missing, header)) }
    }

    /// What the file can say.
    pub(super) fn told(&self) -> Told {
        Told {
            body: self.has(Column::Body),
            vendor: self.has(Column::Vendor),
            product_type: self.has(Column::Type),
            tags: self.has(Column::Tags),
            published: self.has(Column::Published) || self.has(Column::Status),
            options: self.has(Column::Option1Name) && self.has(Column::Option1Value),
            sku: self.has(Column::Sku),
            grams: self.has(Column::Grams),
            compare_at: self.has(Column::CompareAt),
            barcode: self.has(Column::Barcode),
            variant_image: self.has(Column::VariantImage),
        }
    }

    /// How many columns the header has.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }

    /// Whether the file has the column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.places[column as usize].is_some()
    }

    /// The column's name as this file spells it.
    pub(super) fn spelling(&self, column: Column) -> &str {
        self.places[column as usize].map_or(column.name(), |place| &self.header[place])
    }

    /// The field to the byte; blank when the file or the row does not have it.
    pub(super) fn raw<'r>(&self, record: &'r StringRecord, column: Column) -> &'r str {
        self.places[column as usize].and_then(|place| record.get(place)).unwrap_or("")
    }

    /// The handle of a row whose text may be broken elsewhere.
    pub(super) fn handle_bytes(&self, record: &ByteRecord) -> Option<String> {
        let bytes = record.get(self.places[Column::Handle as usize]?)?;
        let handle = std::str::from_utf8(bytes).ok()?.trim();
        (!handle.is_empty()).then(|| handle.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Column};

    #[test]
    fn a_columns_place_in_the_table_is_its_number() {
        for (place, (column, names)) in COLUMNS.iter().enumerate() {
            assert_eq!(*column as usize, place, "{column:?} stands in the wrong place, names would be mixed up");
            assert!(!names.is_empty());
        }
        assert_eq!(Column::Price.name(), "Variant Price");
    }
}
