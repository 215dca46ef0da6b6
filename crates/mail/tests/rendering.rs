//! What the mails say, and that nothing a customer or a shop is called can break out of them.

use oxcart_mail::{Line, Mail, Order, Shop, render};

fn shop() -> Shop {
    Shop { name: "Mill & Sons".into(), url: "https://shop.example".into(), reply_to: Some("help@shop.example".into()) }
}

fn order() -> Order {
    Order {
        number: "OX-7K3M9QWD".into(),
        lines: vec![Line {
            name: "Enamel <Mug>".into(),
            options: "Blue, L".into(),
            quantity: 3,
            subtotal: "59.97".into(),
        }],
        total: "59.97 USD".into(),
        address: vec!["Ann \"A\" Miller".into(), "12 Mill Lane".into()],
        note: "<script>alert(1)</script>".into(),
        link: "https://shop.example/order.html#OX-7K3M9QWD.5eed".into(),
    }
}

#[test]
fn a_mail_about_an_order_names_everything_that_was_bought_and_where_it_goes() {
    for mail in [Mail::OrderPlaced(order()), Mail::OrderShipped(order())] {
        let mail = render(&mail, &shop()).expect("renders");
        assert!(mail.subject.contains("OX-7K3M9QWD"), "{}", mail.subject);
        for part in [
            "OX-7K3M9QWD",
            "3 × Enamel <Mug> (Blue, L): 59.97",
            "Total: 59.97 USD",
            "12 Mill Lane",
            "help@shop.example",
            "\nhttps://shop.example/order.html#OX-7K3M9QWD.5eed\n",
        ] {
            assert!(mail.text.contains(part), "{part} is missing in:\n{}", mail.text);
        }
        let link = "href=\"https://shop.example/order.html#OX-7K3M9QWD.5eed\"";
        for part in ["OX-7K3M9QWD", "Blue, L", "59.97 USD", "12 Mill Lane", "https://shop.example/", link] {
            assert!(mail.html.contains(part), "{part} is missing in:\n{}", mail.html);
        }
    }
}

#[test]
fn what_people_write_is_text_in_html_and_left_alone_in_plain_text() {
    let mail = render(&Mail::OrderPlaced(order()), &shop()).expect("renders");
    assert!(!mail.html.contains("<script>") && !mail.html.contains("<Mug>"), "{}", mail.html);
    assert!(mail.html.contains("Mill &#38; Sons"), "{}", mail.html);
    assert!(mail.text.contains("<script>alert(1)</script>") && mail.text.contains("Mill & Sons"), "{}", mail.text);
}

#[test]
fn a_link_stands_in_both_parts_and_can_t_leave_its_attribute() {
    let link = "https://shop.example/reset.html?token=abc\"onclick=\"x";
    for mail in [Mail::PasswordReset(link.into()), Mail::ConfirmEmail(link.into())] {
        let mail = render(&mail, &shop()).expect("renders");
        assert!(mail.text.contains(&format!("\n{link}\n")), "{}", mail.text);
        assert!(mail.html.contains("href=\"https://shop.example/reset.html?token=abc&#34;onclick"), "{}", mail.html);
    }
}

#[test]
fn without_an_address_to_write_to_none_is_named() {
    let shop = Shop { reply_to: None, ..shop() };
    let mail = render(&Mail::ConfirmEmail("https://shop.example/x".into()), &shop).expect("renders");
    assert!(!mail.text.contains("Questions") && !mail.html.contains("Questions"));
}

#[test]
fn every_html_part_is_made_for_mail_clients_and_for_the_dark() {
    let all = [
        Mail::OrderPlaced(order()),
        Mail::OrderShipped(order()),
        Mail::PasswordReset("https://shop.example/r".into()),
        Mail::ConfirmEmail("https://shop.example/c".into()),
    ];
    for mail in all {
        let html = render(&mail, &shop()).expect("renders").html;
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains("prefers-color-scheme: dark"));
        // Nothing is fetched when a mail is opened: no picture that tells on its reader, no stylesheet.
        for fetched in ["<img", "<link", "<script", "url("] {
            assert!(!html.contains(fetched), "{fetched} in:\n{html}");
        }
        assert!(html.len() < 20_000, "mail clients cut off what is long");
    }
}
