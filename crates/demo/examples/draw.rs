//! Writes every picture of the demo shop into a folder: `cargo run -p oxcart-demo --example draw -- <folder>`.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "demo-pictures".to_owned()));
    std::fs::create_dir_all(&folder)?;
    for product in oxcart_demo::shop().products {
        std::fs::write(folder.join(format!("{}.svg", product.slug)), oxcart_demo::picture(&product))?;
    }
    Ok(())
}
