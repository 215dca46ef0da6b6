//! Product files as shops and spreadsheets really make them: what is read, what is refused, and on which line.

use oxcart_exchange::product_csv::{CsvProduct, HeaderError, ReadOptions, RowProblem, Severity, read};

const HEADER: &str =
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src";

fn read_bytes(file: &[u8]) -> (Vec<CsvProduct>, Vec<RowProblem>) {
    let products = read(file, &ReadOptions { minor_digits: 2 }).expect("the header is complete");
    let (good, bad): (Vec<_>, Vec<_>) = products.partition(Result::is_ok);
    (good.into_iter().flatten().collect(), bad.into_iter().filter_map(Result::err).collect())
}

fn read_rows(rows: &str) -> (Vec<CsvProduct>, Vec<RowProblem>) {
    read_bytes(format!("{HEADER}\n{rows}").as_bytes())
}

fn told(problems: &[RowProblem]) -> Vec<(u64, Option<&str>, Severity)> {
    problems.iter().map(|problem| (problem.line, problem.column.as_deref(), problem.severity)).collect()
}

#[test]
fn rows_of_a_handle_become_one_product_with_its_variants_and_images() {
    let (products, problems) = read_rows(
        "mug,Mug,Color,Blue,M-1,3,\"1,019.99\",https://a/1\nmug,,,Red,M-2,,5,\nmug,,,,,,,https://a/2\npot,Pot,Title,Default Title,,1,7,\n",
    );
    assert_eq!(problems, []);
    assert_eq!(products.len(), 2);
    let mug = &products[0];
    assert_eq!((mug.handle.as_str(), mug.line, &mug.option_names[..]), ("mug", 2, &["Color".to_owned()][..]));
    let variants: Vec<_> =
        mug.variants.iter().map(|v| (v.line, v.option_values[0].as_str(), v.stock, v.price_minor)).collect();
    assert_eq!(variants, [(2, "Blue", Some(3), 101_999), (3, "Red", None, 500)]);
    let images: Vec<_> = mug.images.iter().map(|image| (image.src.as_str(), image.position)).collect();
    assert_eq!(images, [("https://a/1", 1), ("https://a/2", 2)]);
    assert!(
        products[1].option_names.is_empty() && products[1].variants[0].option_values.is_empty(),
        "Default Title is no option"
    );
}

#[test]
fn images_come_in_the_order_of_their_positions() {
    let file =
        "Handle,Title,Variant Price,Image Src,Image Position\na,A,5,third,3\na,,,first,1\na,,,last,\na,,,second,2\n";
    let (products, problems) = read_bytes(file.as_bytes());
    assert_eq!(problems, []);
    let images: Vec<_> = products[0].images.iter().map(|image| (image.src.as_str(), image.position)).collect();
    assert_eq!(images, [("first", 1), ("second", 2), ("third", 3), ("last", 4)]);
}

#[test]
fn a_bad_row_costs_only_itself() {
    let (products, problems) = read_rows(
        "mug,Mug,Color,Blue,M-1,3,free,\nmug,,,Red,M-2,,5,\nmug,,,Red,M-3,,5,\nmug,,,Green,M-2,,5,\nmug,,,,M-4,,5,\nmug,,,Black,M-5,x,5,\nmug,,,White,M-6,,-1,\nmug,,,,,,,\n",
    );
    let red = Severity::Error;
    assert_eq!(
        told(&problems),
        [
            (2, Some("Variant Price"), red),
            (4, Some("Option1 Value"), red),
            (5, Some("Variant SKU"), red),
            (6, Some("Option1 Value"), red),
            (7, Some("Variant Inventory Qty"), red),
            (8, Some("Variant Price"), red),
            (9, None, red),
        ]
    );
    assert!(problems.iter().all(|problem| problem.handle.as_deref() == Some("mug")));
    assert!(problems[2].message.contains("\"M-2\" is on line 3 already"), "{}", problems[2].message);
    assert_eq!(products[0].variants.len(), 1);
}

#[test]
fn a_product_with_an_unusable_first_row_or_no_variant_is_left_out_whole() {
    let (products, problems) = read_rows("a,,,,,,5,\na,,,Red,,,5,\nb,B,,,,,,\nc,C,,,,,1,\n");
    assert_eq!(products.iter().map(|product| product.handle.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(
        told(&problems),
        [(2, Some("Title"), Severity::Error), (4, Some("Variant Price"), Severity::Error), (4, None, Severity::Error),]
    );
    assert!(problems[0].message.contains("whole product was left out"), "{}", problems[0].message);
}

#[test]
fn a_handle_that_returns_later_continues_its_product() {
    let (products, problems) = read_rows(
        "a,A,Size,S,1,,5,https://a/1\nb,B,,,,,1,\na,Other,,M,2,,6,https://a/2\na,,,S,3,,5,\nb,B again,,,,,2,\n",
    );
    let given: Vec<_> =
        products.iter().map(|p| (p.handle.as_str(), p.continues, p.title.as_str(), p.variants.len())).collect();
    assert_eq!(given, [("a", false, "A", 1), ("b", false, "B", 1), ("a", true, "A", 1)]);
    assert_eq!((&products[2].option_names[..], products[2].images[0].position), (&["Size".to_owned()][..], 2));
    assert_eq!(
        told(&problems),
        [(5, Some("Option1 Value"), Severity::Error), (6, Some("Option1 Value"), Severity::Error)]
    );
}

#[test]
fn line_numbers_are_those_an_editor_shows() {
    for newline in ["\n", "\r\n"] {
        let rows = ["", "a,A,,,,,5,", "", "b,\"B", "", "b\",,,,,5,", "", "c,C,,,,,x,", "d,D,,,,,5,"];
        let file = [&[HEADER][..], &rows].concat().join(newline);
        let (products, problems) = read_bytes(file.as_bytes());
        let lines: Vec<_> = products.iter().map(|product| (product.handle.as_str(), product.line)).collect();
        assert_eq!(lines, [("a", 3), ("b", 5), ("d", 10)], "with {newline:?}");
        assert_eq!(problems[0].line, 9, "with {newline:?}");
        assert_eq!(products[1].title, format!("B{newline}{newline}b"));
    }
}

#[test]
fn files_of_spreadsheets_are_read() {
    let file = "\u{feff}TITLE, handle ,Price,Barcode,Inventory quantity,Status,Published\r\nA,a,5,'0123,2.0,DRAFT,FALSE\r\n,,,,,,\r\n  ,\r\nB,b,6\r\nC,c,7,1.23E+12\r\n";
    let (products, problems) = read_bytes(file.as_bytes());
    assert_eq!(products.len(), 3, "{problems:?}");
    assert_eq!((products[0].variants[0].barcode.as_str(), products[0].variants[0].stock), ("0123", Some(2)));
    assert!(!products[0].published);
    assert_eq!(told(&problems), [(6, Some("Barcode"), Severity::Notice)], "a rounded barcode has to be told");
}

#[test]
fn rows_that_cannot_be_read_are_told_and_passed_over() {
    let mut file = format!("{HEADER}\na,A,,,,,5,\n").into_bytes();
    file.extend_from_slice(
        b"a,,,\xff,,,5,\nb,B\xe9,,,,,5,\nb,,,Red,,,5,\nc,C,,,,,5,,,too,many\n,D,,,,,5,\ne,E,,,,,5,\n",
    );
    let (products, problems) = read_bytes(&file);
    assert_eq!(products.iter().map(|product| product.handle.as_str()).collect::<Vec<_>>(), ["a", "e"]);
    let handles: Vec<_> = problems.iter().map(|problem| (problem.line, problem.handle.as_deref())).collect();
    assert_eq!(handles, [(3, Some("a")), (4, Some("b")), (6, Some("c")), (7, None)]);
    assert!(problems[1].message.contains("whole product was left out"), "{}", problems[1].message);
}

#[test]
fn what_this_shop_does_not_do_is_noticed_once() {
    let file = "Handle,Title,Variant Price,Variant Inventory Qty,Variant Inventory Policy,Variant Inventory Tracker\n\
                a,A,5,-4,continue,\nb,B,5,1,continue,\nc,C,5,1,deny,shopify\n";
    let (products, problems) = read_bytes(file.as_bytes());
    assert_eq!((products.len(), products[0].variants[0].stock), (3, Some(0)));
    let (notice, policy) = (Severity::Notice, Some("Variant Inventory Policy"));
    assert_eq!(
        told(&problems),
        [
            (2, Some("Variant Inventory Qty"), notice),
            (2, policy, notice),
            (2, Some("Variant Inventory Tracker"), notice),
        ]
    );
}

#[test]
fn a_header_without_the_needed_columns_says_what_is_missing_and_what_was_found() {
    let refuse = |file: &[u8]| read(file, &ReadOptions { minor_digits: 2 }).err().expect("unreadable").to_string();
    let text = refuse(b"Name,Title,SKU\n");
    assert_eq!(text, "the header lacks the needed columns Handle, Variant Price; found: Name, Title, SKU");
    assert!(refuse(b"Handle;Title;Variant Price\n").contains("separated by commas"));
    assert!(refuse(b"\xff\xfeH\0a\0").contains("CSV UTF-8"));
    let empty = read(&b"\n\n"[..], &ReadOptions { minor_digits: 2 }).err();
    assert!(matches!(empty, Some(HeaderError::Empty)), "{empty:?}");
}

#[test]
fn a_source_that_fails_ends_with_a_fatal_problem() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let start = format!("{HEADER}\na,A,,,,,5,\n");
    let source = std::io::Read::chain(start.as_bytes(), Failing);
    let items: Vec<_> = read(source, &ReadOptions { minor_digits: 2 }).expect("a header").collect();
    let last = items.last().and_then(|item| item.as_ref().err()).expect("a problem at the end");
    assert_eq!(last.severity, Severity::Fatal, "{items:?}");
    assert!(last.message.contains("the disk is gone"));
}
