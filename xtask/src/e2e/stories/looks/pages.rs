//! Which pages are looked at. A new page needs a line here and nothing else.

/// Name, address, and what is there once the page is.
pub(super) type Page = (&'static str, &'static str, &'static str);

/// The storefront, and what anybody may open.
pub(super) const SHOP: &[Page] = &[
    ("start", "/", ".shelf:not([aria-hidden]) .tile"),
    ("nothing-found", "/?search=zeppelin", ".empty"),
    ("product", "/product?id=9", "#add"),
    ("bag-full", "/bag", ".line"),
    ("checkout", "/checkout", "#place"),
    ("sign-in", "/account", "#email"),
    ("order", "/orders", "h1"),
    ("forgotten", "/reset.html", "#email"),
    ("new-password", "/reset.html?token=x", "#password"),
    ("order-by-link-refused", "/order.html#x", ".notice-danger"),
    ("not-found", "/nowhere", "h1"),
    ("reference", "/api/docs/", ".operation"),
    ("reference-operation", "/api/docs/#post-order-place-order", ".try"),
    ("live-example", "/api/docs/live-stock.html", "tbody button"),
    ("console-sign-in", "/admin/", "input[type=email]"),
];

/// The console, for its owner.
pub(super) const CONSOLE: &[Page] = &[
    ("console-dashboard", "/admin/", ".bars"),
    ("console-orders", "/admin/orders", "tbody .main a"),
    ("console-order", "/admin/orders/1", ".timeline"),
    ("console-products", "/admin/products", "tbody .main a"),
    ("console-product", "/admin/products/2", ".grid-edit"),
    ("console-product-new", "/admin/products/new", ".savebar"),
    ("console-categories", "/admin/categories", ".tree"),
    ("console-customers", "/admin/customers", "#guests"),
    ("console-customer", "/admin/customers/1", ".facts"),
    ("console-staff", "/admin/staff", "tbody select"),
    ("console-exchange", "/admin/exchange", "input[type=file]"),
    ("console-audit", "/admin/audit", "tbody .diff li"),
    ("console-settings", "/admin/settings", ".setting h3"),
    ("console-mails", "/admin/mails", "#nothing-sent"),
    ("console-mail", "/admin/mails/1", ".mail-frame"),
    ("console-not-found", "/admin/nowhere", ".empty"),
];
