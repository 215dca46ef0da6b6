//! Slugs as Django makes them, so that a catalogue moved over keeps its addresses.

use unicode_normalization::UnicodeNormalization;

/// The slug of a name: letters folded to ASCII where they decompose (`é` → `e`), lower case, everything
/// but letters, digits, `_`, `-` and white space dropped, runs of white space and `-` made one `-`.
///
/// A name without anything ASCII in it (`茶`) gives an empty slug; the caller has to find another one.
///
/// ```
/// assert_eq!(oxcart_exchange::slug::slugify("  Crème brûlée -- No. 5! "), "creme-brulee-no-5");
/// ```
pub fn slugify(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.nfkd().filter(char::is_ascii) {
        match letter.to_ascii_lowercase() {
            kept @ ('a'..='z' | '0'..='9' | '_') => slug.push(kept),
            // Python's `\s` counts the ASCII separators 0x1c–0x1f as white space.
            '-' | ' ' | '\t'..='\r' | '\x1c'..='\x1f' if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::slugify;

    #[test]
    fn slugs_are_those_django_makes() {
        // Left the name, right what django.utils.text.slugify answers.
        let cases = [
            ("Hello, World!", "hello-world"),
            ("  multiple---dash and  space ", "multiple-dash-and-space"),
            ("\t whitespace-in-value \n", "whitespace-in-value"),
            ("underscore_in-value", "underscore_in-value"),
            ("__strip__underscore-value___", "strip__underscore-value"),
            ("--strip-dash-value---", "strip-dash-value"),
            ("__strip-mixed-value---", "strip-mixed-value"),
            ("_ -strip-mixed-value _-", "strip-mixed-value"),
            ("Un éléphant à l'orée du bois", "un-elephant-a-loree-du-bois"),
            ("Straße ½", "strae-12"),
            ("a&-b", "a-b"),
            ("茶", ""),
            ("", ""),
        ];
        for (name, wanted) in cases {
            assert_eq!(slugify(name), wanted, "the slug of {name:?} differs from Django's");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_slug_is_its_own_slug(name in ".{0,60}") {
            let slug = slugify(&name);
            proptest::prop_assert_eq!(slugify(&slug), slug);
        }
    }
}
