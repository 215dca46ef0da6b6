//! Nobody sees a server error: 500 never, 503 and silence only when servers were killed.

use crate::torture::history::{Finding, History, Outcome};

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut found = vec![];
    for call in &history.calls {
        match &call.outcome {
            Outcome::Unknown(Some(503), _) | Outcome::Unknown(None, _) if history.had_kills => {}
            Outcome::Unknown(Some(status), _) => found.push(Finding::new(format!("answered with {status}"), [call])),
            Outcome::Unknown(None, _) => found.push(Finding::new("not answered, though nothing was killed", [call])),
            Outcome::Ok(_) | Outcome::Fail(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::torture::checks::examples::{History, failed, lost, place};

    #[test]
    fn a_server_error_is_found_whether_servers_were_killed_or_not() {
        for had_kills in [false, true] {
            let history =
                History { had_kills, ..History::of([lost(place(1, 0), Some(500)), failed(place(1, 2), 409)]) };
            assert_eq!(check(&history).len(), 1, "killed: {had_kills}");
        }
    }

    #[test]
    fn silence_is_only_explained_by_a_kill() {
        let mut history = History::of([lost(place(1, 0), Some(503)), lost(place(1, 2), None)]);
        assert_eq!(check(&history).len(), 2);
        history.had_kills = true;
        assert_eq!(check(&history), []);
    }
}
