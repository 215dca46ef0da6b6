//! What was asked before, whatever the answer was then. Visitors filter in thousands of ways, most of them once: keeping
//! those answers costs time, and drives out what others ask again.

use foldhash::quality::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU32, Ordering};

/// Questions that are remembered at most, a power of two; a newer one drives out an older one.
const PLACES: usize = 1 << 15;

/// Remembers questions by a part of their hash. One that was asked may have been forgotten; one in four thousand million
/// is mistaken for another. Both cost a little, and no answer depends on it.
pub(super) struct Asked {
    places: Box<[AtomicU32]>,
    hasher: RandomState,
}

impl Default for Asked {
    fn default() -> Self {
        let places = std::iter::repeat_with(AtomicU32::default).take(PLACES).collect();
        Self { places, hasher: RandomState::default() }
    }
}

impl Asked {
    /// Whether this was asked before. From now on it was.
    pub(super) fn again(&self, question: &impl Hash) -> bool {
        let hash = self.hasher.hash_one(question);
        let [place, mark] = [hash as u32, (hash >> 32) as u32 | 1];
        let place = &self.places[place as usize % PLACES];
        // A load first: what many ask at once should not be written by all of them.
        place.load(Ordering::Relaxed) == mark || place.swap(mark, Ordering::Relaxed) == mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_a_second_time_was_asked_before() {
        let asked = Asked::default();
        assert!(!asked.again(&"?page=1"));
        assert!(!asked.again(&"?page=2"));
        assert!(asked.again(&"?page=1") && asked.again(&"?page=2") && asked.again(&"?page=1"));
    }

    #[test]
    fn of_many_questions_few_are_forgotten() {
        let asked = Asked::default();
        assert_eq!((0..3_000).filter(|question| asked.again(question)).count(), 0);
        assert!((0..3_000).filter(|question| asked.again(question)).count() > 2_500);
    }
}
