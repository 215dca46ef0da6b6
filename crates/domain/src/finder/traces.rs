//! Which groups of three bytes occur in a text, roughly: enough to tell of most texts that a word is not in them without
//! reading them, which waits for memory several times.

/// Words of 64 bits.
const WORDS: usize = 8;
/// Bytes of a group.
const GROUP: usize = 3;

/// The groups of a text, each as one bit of 512 that others may share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traces([u64; WORDS]);

impl Traces {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut traces = Self::default();
        traces.add(text);
        traces
    }

    /// Takes in those of one more.
    pub(super) fn add(&mut self, text: &str) {
        for group in text.as_bytes().windows(GROUP) {
            let number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
            // The upper bits of a product depend on all bits of the number.
            let bit = number.wrapping_mul(0x9E37_79B1) >> (u32::BITS - 9);
            self.0[bit as usize / 64] |= 1 << (bit % 64);
        }
    }

    /// Whether a text with these traces may hold one with those.
    pub(super) fn may_hold(&self, of_term: &Self) -> bool {
        self.0.iter().zip(of_term.0).all(|(own, wanted)| own & wanted == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_a_text_holds_is_never_denied(before in ".{0,40}", term in ".{0,12}", after in ".{0,40}") {
            let text = [before, term.clone(), after].concat();
            prop_assert!(Traces::of(&text).may_hold(&Traces::of(&term)));
        }
    }

    #[test]
    fn most_texts_deny_a_word_that_is_not_in_them() {
        let text =
            "an enamel mug for every day, made to last, with a note on how to care for it and where it comes from";
        let words = ["kettle", "lamp", "chair", "basket", "blanket", "notebook", "jacket", "bowl", "shelf", "scarf"];
        let denied = words.iter().filter(|word| !Traces::of(text).may_hold(&Traces::of(word))).count();
        assert!(denied >= 9, "{denied} of {}", words.len());
        assert!(Traces::of(text).may_hold(&Traces::of("enamel")) && Traces::of(text).may_hold(&Traces::of("mu")));
    }
}
