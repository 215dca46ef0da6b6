// The one place that says where the vendored library lives.
export * from "/assets/shared/vendor/preact.js";
