//! Which groups of three bytes occur in texts, roughly: enough to tell of most texts that a word is not in them without
//! reading them, which waits for memory several times.
//!
//! What is known of one group lies together for 64 texts, a bit each. So a word is looked for in 64 texts at once, in as
//! many steps as it has groups, or in fewer where none of them holds the first ones.

use std::collections::BTreeSet;

/// Bytes of a group.
const GROUP: usize = 3;
/// Groups that are told apart; others share a number.
const BITS: u32 = 9;
const GROUPS: usize = 1 << BITS;
/// Texts of a block.
const TEXTS: usize = u64::BITS as usize;

/// The groups of texts, by place.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// Fewer than there are texts where the last ones are empty: large catalogues come without texts.
    blocks: Vec<Box<[u64; GROUPS]>>,
}

/// The groups of words that are looked for together, each once.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<usize>);

impl Groups {
    pub(super) fn of<'a>(words: impl IntoIterator<Item = &'a String>) -> Self {
        let each: BTreeSet<usize> = words.into_iter().flat_map(|word| groups(word)).collect();
        Self(each.into_iter().collect())
    }
}

impl Traces {
    /// Notes the text at a place, instead of what stood there.
    pub(super) fn put(&mut self, place: usize, text: &str) {
        let block = place / TEXTS;
        if block >= self.blocks.len() {
            if text.is_empty() {
                return;
            }
            self.blocks.resize_with(block + 1, || Box::new([0; GROUPS]));
        }
        let (block, bit) = (&mut self.blocks[block], 1 << (place % TEXTS));
        block.iter_mut().for_each(|texts| *texts &= !bit);
        groups(text).for_each(|group| block[group] |= bit);
    }

    /// Whether the text at a place may hold words with these groups.
    pub(super) fn may_hold(&self, place: usize, wanted: &Groups) -> bool {
        let holds = |block: &[u64; GROUPS]| wanted.0.iter().all(|group| block[*group] >> (place % TEXTS) & 1 == 1);
        self.blocks.get(place / TEXTS).is_some_and(|block| holds(block))
    }

    /// The places of all texts that may hold words with these groups, in order; `None` when there are no groups, which
    /// says nothing of any text.
    pub(super) fn holding(&self, wanted: &Groups) -> Option<impl Iterator<Item = usize>> {
        let (first, others) = wanted.0.split_first()?;
        let holders = move |block: &[u64; GROUPS]| {
            let mut texts = block[*first];
            for group in others {
                if texts == 0 {
                    break;
                }
                texts &= block[*group];
            }
            texts
        };
        let blocks = self.blocks.iter().enumerate();
        Some(blocks.flat_map(move |(at, block)| bits(holders(block)).map(move |bit| at * TEXTS + bit)))
    }

    /// In how many steps [`Traces::holding`] finds them at most.
    pub(super) const fn steps(&self, wanted: &Groups) -> usize {
        self.blocks.len() * wanted.0.len()
    }
}

/// The numbers of the groups of a text.
fn groups(text: &str) -> impl Iterator<Item = usize> {
    text.as_bytes().windows(GROUP).map(|group| {
        let number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        // The upper bits of a product depend on all bits of the number.
        (number.wrapping_mul(0x9E37_79B1) >> (u32::BITS - BITS)) as usize
    })
}

/// The places of the bits that are set, lowest first.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        lowest
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The traces of this text between others.
    fn traces(place: usize, text: &str) -> Traces {
        let mut traces = Traces::default();
        (0..place + 3).for_each(|other| traces.put(other, "linen, blankets and lamps"));
        traces.put(place, text);
        traces
    }

    fn holds(text: &str, word: &str) -> bool {
        traces(70, text).may_hold(70, &Groups::of([&word.to_owned()]))
    }

    proptest! {
        #[test]
        fn what_a_text_holds_is_never_denied(
            place in 0_usize..200, before in ".{0,40}", word in ".{0,12}", after in ".{0,40}",
        ) {
            let traces = traces(place, &[before, word.clone(), after].concat());
            let wanted = Groups::of([&word]);
            prop_assert!(traces.may_hold(place, &wanted));
            if let Some(mut holding) = traces.holding(&wanted) {
                prop_assert!(holding.any(|found| found == place));
            }
        }

        #[test]
        fn each_text_is_told_the_same_of_by_itself_and_among_all(
            texts in prop::collection::vec("[a-c ]{0,12}", 1..150), word in "[a-c]{3,6}",
        ) {
            let mut traces = Traces::default();
            for (place, text) in texts.iter().enumerate() {
                traces.put(place, "another text that stood here before");
                traces.put(place, text);
            }
            let wanted = Groups::of([&word]);
            let each: Vec<usize> = (0..texts.len()).filter(|place| traces.may_hold(*place, &wanted)).collect();
            prop_assert_eq!(traces.holding(&wanted).map(Iterator::collect::<Vec<_>>), Some(each));
        }
    }

    #[test]
    fn most_texts_deny_a_word_that_is_not_in_them() {
        let text =
            "an enamel mug for every day, made to last, with a note on how to care for it and where it comes from";
        let words = ["kettle", "lamp", "chair", "basket", "blanket", "notebook", "jacket", "bowl", "shelf", "scarf"];
        let denied = words.iter().filter(|word| !holds(text, word)).count();
        assert!(denied >= 9, "{denied} of {}", words.len());
        assert!(holds(text, "enamel") && holds(text, "mu"));
    }

    #[test]
    fn words_too_short_for_a_group_say_nothing() {
        assert!(traces(3, "a mug").holding(&Groups::of([&"mu".to_owned()])).is_none());
    }
}
