//! What only the staff asks for in the list of products.

use crate::support::{World, each};
use serde_json::json;

#[tokio::test]
async fn the_staff_narrows_and_sorts_products_by_stock_and_by_whether_customers_see_them() {
    let world = World::open().await;
    for (name, stock, published) in [("Few", 2, true), ("Many", 90, true), ("None", 0, true), ("Draft", 5, false)] {
        world.create(json!({"name": name, "price": "1.00", "stock": stock, "published": published})).await;
    }
    let shirt = json!({"name": "Shirt", "variants": [
        {"options": {"Size": "S"}, "price": "9.00", "stock": 3}, {"options": {"Size": "M"}, "price": "9.00", "stock": 4},
    ]});
    world.create(shirt).await;
    for (query, expected) in [
        ("ordering=stock", vec!["None", "Few", "Draft", "Shirt", "Many"]),
        ("ordering=-stock", vec!["Many", "Shirt", "Draft", "Few", "None"]),
        ("published=false", vec!["Draft"]),
        ("published=true&ordering=name", vec!["Few", "Many", "None", "Shirt"]),
        ("stock__lte=5&ordering=stock", vec!["None", "Few", "Draft"]),
        ("variant_stock__lte=0&ordering=stock", vec!["None"]),
        ("stock__gte=3&stock__lte=7&ordering=-stock", vec!["Shirt", "Draft"]),
        ("stock__gte=91", vec![]),
        ("ordering=stock&ordering=-name", vec!["Shirt", "None", "Many", "Few", "Draft"]),
    ] {
        let found = world.staff.get(&format!("/products/?{query}")).await.expect(200).json();
        assert_eq!(each(&found, "name"), expected, "{query}");
        assert_eq!(found["count"], expected.len(), "{query}");
    }
    for query in ["stock__lte=x", "published=perhaps", "ordering=weight"] {
        world.staff.get(&format!("/products/?{query}")).await.expect(400);
    }
    let customer = world.shop.client();
    let seen = customer.get("/products/?published=false&stock__lte=0&ordering=name").await.expect(200).json();
    assert_eq!(each(&seen, "name"), ["Few", "Many", "None", "Shirt"], "others are not heard");
    customer.get("/products/?ordering=stock").await.expect(400);
}
